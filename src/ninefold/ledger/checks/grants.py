"""The check of what lets somebody in: no living grant without the entry that gave it, none that an entry ended."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain
from typing import Any, TypeAlias
from uuid import UUID

from ninefold.ledger import again, endings
from ninefold.ledger.checks.findings import Findings
from ninefold.ledger.grants import Declared, Grant, Told, agrees, declared
from ninefold.ledger.models import Body, Entry

_Bodies: TypeAlias = Mapping[UUID, list[Mapping[str, Any] | None]]

# A workspace into which somebody brought what he had taken along: its rows were given in another log.
_IMPORTED = "keeping.imported"


def check_grants(findings: Findings, now: datetime) -> None:
    """Hold every declared table against the entries."""
    try:
        over = _over()
    except (ValueError, KeyError, TypeError, AttributeError):
        if not findings:  # else its own check has named the text
            findings.add("grant", "", "A text of the log is damaged, so what lets somebody in was not held against it.")
        return
    imported = Entry.objects.filter(kind=_IMPORTED).exists()
    for one in declared():
        given = _given(one) if one.given else {}
        for grant in one.living(now):
            name = f"{one.living.__name__} {grant.id}"
            if grant.id in over[one.ended]:
                if _ends_later(one, grant):
                    continue
                findings.add("grant", name, "The log ended {name}, and it lives: somebody wrote it into the database.")
            elif one.given and grant.id not in given and not imported:
                findings.add("grant", name, "No entry gave {name}: somebody wrote it into the database.")
            elif grant.id in given and not _said(grant.told, given[grant.id]):
                findings.add("grant", name, "The entry that gave {name} says another thing than the database.")


def _ends_later(one: Declared, grant: Grant) -> bool:
    """Whether the entry that ends it names a later moment, which the row bears: a change of office is told before."""
    texts = Body.objects.filter(entry__kind=one.ended, entry__subject_id=grant.id).values_list("text", flat=True)
    bodies = [body for body in map(_read, texts) if body and "ends" in body]
    return any(agrees({"ends": grant.told["ends"]}, body) for body in bodies if "ends" in grant.told)


def _over() -> Mapping[str, set[UUID]]:
    """What ended, by the kind of entry that ended it."""
    over: dict[str, set[UUID]] = defaultdict(set)
    endings.discover()
    for act in chain(endings.acts_after(0), _again()):
        over[act.kind].add(act.ended.id)
    return over


def _again() -> Iterator[endings.Act]:
    """What a restore ended again; the entries that had ended it first are lost."""
    for text in Body.objects.filter(entry__kind=again.DONE_AGAIN.name).values_list("text", flat=True):
        yield from again.read(json.loads(bytes(text)))


def _said(told: Told, bodies: list[Mapping[str, Any] | None]) -> bool:
    """Whether one of the entries says it; a text that was erased says nothing any more, and denies nothing."""
    return any(body is None or agrees(told, body) for body in bodies)


def _given(one: Declared) -> _Bodies:
    found: dict[UUID, list[Mapping[str, Any] | None]] = defaultdict(list)
    texts = dict(Body.objects.filter(entry__kind__in=one.given).values_list("entry", "text"))
    for serial, subject in Entry.objects.filter(kind__in=one.given).values_list("serial", "subject_id"):
        body = _read(texts.get(serial))
        if not one.id_in:
            found[subject].append(body)
        elif body and one.id_in in body:
            found[UUID(body[one.id_in])].append({"whose": str(subject), **body})
    return found


def _read(text: bytes | memoryview | None) -> Mapping[str, Any] | None:
    """A body; None where it was erased, or is damaged, which its own check names."""
    try:
        body = json.loads(bytes(text or b""))
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
