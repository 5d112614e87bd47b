"""What must not come back with an old copy: acts that end or erase something, and how each is done again.

A room declares its own in `endings.py`, beside the entry that it writes when something ends:

    @done_again(RELEASE_ENDED)
    def end_releases(ended: Sequence[Ended], now: datetime) -> int: ...

Besides the backup the node keeps a list of such acts, ids and moments only; a restore calls the functions.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, TypeAlias
from uuid import UUID

from django.utils.module_loading import autodiscover_modules

from ninefold.clock import stamp
from ninefold.errors import InvalidError
from ninefold.ledger.kinds import Kind
from ninefold.ledger.models import Body, Entry


class Ended(NamedTuple):
    """One thing that ended: its id, and when. `detail` is a word that the room needs besides, mostly empty."""

    id: UUID
    time: datetime
    detail: str = ""


class Act(NamedTuple):
    """An act that ended something, as the list beside a backup holds it."""

    kind: str
    ended: Ended


Again: TypeAlias = Callable[[Sequence[Ended], datetime], int]


class _Ending(NamedTuple):
    again: Again
    id_in: str  # the member of the body that holds the id; empty: the entry's subject
    detail_in: str


_endings: dict[str, _Ending] = {}


def done_again(kind: Kind, *, id_in: str = "", detail_in: str = "") -> Callable[[Again], Again]:
    """Declare how a restore ends again what entries of this kind ended; the function says how many it had to end."""

    def declare(again: Again) -> Again:
        standing = _endings.setdefault(kind.name, _Ending(again, id_in, detail_in))
        if standing.again.__module__ != again.__module__:
            raise InvalidError("Two rooms say how {name} is done again.", name=kind.name)
        return again

    return declare


def discover() -> None:
    """Import the endings of every installed room."""
    autodiscover_modules("endings")


def acts_after(serial: int) -> Iterator[Act]:
    """What ended since the entry of this serial, in order. An entry whose text was erased tells only its subject."""
    rows = Entry.objects.filter(serial__gt=serial, kind__in=_endings).order_by("serial")
    for entry, kind, subject, time in rows.values_list("serial", "kind", "subject_id", "time"):
        ending = _endings[kind]
        body = _body(entry) if ending.id_in or ending.detail_in else {}
        told = body.get(ending.id_in) if ending.id_in else str(subject)
        if told:
            yield Act(kind, Ended(UUID(told), time, body.get(ending.detail_in, "")))


def as_said(act: Act) -> tuple[UUID, dict[str, str]]:
    """The subject of the entry that ended something, and what is still known of its body."""
    ending = _endings.get(act.kind)
    if ending is None:
        return act.ended.id, {}
    body = {"ends": stamp(act.ended.time)} | ({ending.detail_in: act.ended.detail} if ending.detail_in else {})
    return act.ended.id, body | ({ending.id_in: str(act.ended.id)} if ending.id_in else {})


def do_again(acts: Iterable[Act], now: datetime) -> dict[str, int]:
    """End again whatever these acts ended; by kind, how many things had come back and ended now.

    A kind that no room declares in this version raises `InvalidError`: it cannot be known what would come back.
    """
    by_kind: dict[str, list[Ended]] = {}
    for act in acts:
        by_kind.setdefault(act.kind, []).append(act.ended)
    for unknown in by_kind.keys() - _endings.keys():
        raise InvalidError("This version does not know how {name} is done again; use a newer one.", name=unknown)
    return {kind: _endings[kind].again(ended, now) for kind, ended in sorted(by_kind.items())}


def _body(entry: int) -> dict[str, str]:
    text = Body.objects.filter(entry=entry).values_list("text", flat=True).first()
    return json.loads(bytes(text)) if text is not None else {}
