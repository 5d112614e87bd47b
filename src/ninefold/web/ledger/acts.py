"""The acts of the ledger as a page shows them: in words, with names where the reader may know them."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

# Rooms name their types of entries where they write them; whoever shows entries must have read them all.
import ninefold.access.actions
import ninefold.decisions.actions
import ninefold.ledger.rotation
import ninefold.tracks.actions
import ninefold.warning.actions  # noqa: F401
from ninefold.access.models import Person
from ninefold.access.reads import actors_known_to, newest_entries
from ninefold.errors import NotThereError
from ninefold.ledger.kinds import words_for
from ninefold.ledger.models import Entry
from ninefold.ledger.reads import how_signed
from ninefold.words.languages import SOURCE

PAGE = 30
ROOMS: dict[str, Promise] = {
    "tracks": _("Who is who?"),
    "warning": _("What is coming?"),
    "decisions": _("Who may decide?"),
    "access": _("Who may see?"),
    "ledger": _("What happened, provably?"),
}
_SUBJECTS: dict[str, tuple[Promise, str]] = {
    "tracks:situation": (_("a situation"), "tracks:situation"),
    "tracks:actor": (_("an organisation"), ""),
    "tracks:tie": (_("a tie"), ""),
    "tracks:list": (_("a list of organisations and ties"), ""),
    "tracks:office": (_("an office"), ""),
    "decisions:right": (_("a right to act"), ""),
    "decisions:glass": (_("a record opened in an emergency"), "decisions:glass"),
    "warning:warning": (_("a warning"), "warning:warning"),
    "warning:vintage": (_("a data series"), ""),
    "ledger:key": (_("the key of the log"), ""),
    "access:person": (_("a person"), ""),
    "access:audience": (_("an audience"), ""),
    "access:membership": (_("a membership"), ""),
    "access:placing": (_("a new record"), ""),
    "ledger:stock": (_("the tables of the database"), ""),
    "ledger:rows": (_("the tables of the database"), ""),
    "ledger:again": (_("a restore"), ""),
    "access:release": (_("a release"), ""),
}


class Act(NamedTuple):
    """One entry, in words. `leaf` is None while it waits for the next publication; `href` leads to what it is about."""

    id: UUID
    time: datetime
    actor: str
    words: str
    about: str
    href: str
    marking: str
    leaf: int | None
    signed: str = ""


def page(
    person: Person | None, now: datetime, *, room: str = "", before: UUID | None = None
) -> tuple[list[Entry], UUID | None]:
    """The entries that this reader may see, the newest first, of one room or of all (empty), older than `before`; and
    where the next page begins. Ids, never serials, go into addresses: a serial would tell how many entries a reader
    does not see.
    """
    if room and room not in ROOMS:
        raise NotThereError
    first = 1 if before else 0  # the entry before which the page stands comes first, as a proof that he sees it
    rows = newest_entries(person, now, size=first + PAGE + 1, room=room, since=before)[first:]
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def told(person: Person | None, now: datetime, entries: Iterable[Entry]) -> list[Act]:
    """The entries in words."""
    rows = list(entries)
    actors = actors_known_to(person, now, rows)
    names = _names(person, set(actors.values()))
    return [
        Act(
            row.id,
            row.time,
            names.get(actors[row.pk]) or _unnamed(actors[row.pk]),
            gettext(words_for(row.kind)),
            about(row.subject_kind),
            address(row.subject_kind, row.subject_id),
            row.marking,
            leaf_of(row),
            how_signed(row) if actors[row.pk] == row.actor else "",
        )
        for row in rows
    ]


def leaf_of(entry: Entry) -> int | None:
    """The index of its leaf, or None while it waits; of an entry that `access.reads` gave out."""
    leaf: int | None = getattr(entry, "leaf_index")  # noqa: B009 (the query put it there)
    return leaf


def _names(person: Person | None, actors: set[str]) -> dict[str, str]:
    """The names behind `access:person:<id>`, for readers with an account; a stranger learns that it was a person."""
    if person is None:
        return {}
    ids = {actor: actor.removeprefix("access:person:") for actor in actors if actor.startswith("access:person:")}
    code = get_language() or SOURCE
    people = Person.objects.filter(pk__in=ids.values()).in_bulk()
    return {actor: people[UUID(id_)].name.shown_to(code).text for actor, id_ in ids.items() if UUID(id_) in people}


def _unnamed(actor: str) -> str:
    match actor.partition(":")[0]:
        case "clock":
            return gettext("the clock")
        case "node":
            return gettext("this installation")
        case _:
            return gettext("a person")


def about(kind: str) -> str:
    """What kind of record an act is about, in words."""
    return str(_SUBJECTS[kind][0]) if kind in _SUBJECTS else kind


def address(kind: str, record: UUID) -> str:
    """Where the record that an act is about is shown; empty where it has no page."""
    view = _SUBJECTS[kind][1] if kind in _SUBJECTS else ""
    return reverse(view, args=[record]) if view else ""
