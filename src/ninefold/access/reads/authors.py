"""Who acted, as far as the Chatham House Rule lets a reader know.

An act that was done under the rule names nobody (`ledger/authors.py`), unless an earlier version wrote it. But a record
may come under the rule for some readers only, and later than its first acts: who reads an entry through nothing but
releases under the rule is not told its author, and is given no opening, which names him.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from ninefold.access.markings import TLP, texts_of
from ninefold.access.models import Person, Release
from ninefold.access.reads.facts import actor_name
from ninefold.access.reads.records import releases_to
from ninefold.errors import RefusedError
from ninefold.ledger.authors import SEALED, is_under_rule, names_author
from ninefold.ledger.models import Entry

RANKS = {text: rank for rank in range(len(TLP)) for text in texts_of(rank)}
NOBODY = len(TLP)
"""The rank of a marking that this house does not know: above every reader's."""

_RELEASE, _PERSON = "access:release", ":person:"


def actors_known_to(person: Person | None, now: datetime, entries: Iterable[Entry]) -> dict[int, str]:
    """The actor of each entry that he sees, by serial; `sealed` where he may not know. Two queries at most."""
    own, rows = actor_name(person) if person else "", list(entries)
    named = [row for row in rows if _PERSON in row.actor and row.actor != own]
    hidden = {row.serial for row in named if names_author(actor=row.actor, marking=row.marking)}
    hidden |= _read_under_rule(person, now, [row for row in named if row.serial not in hidden])
    return {row.serial: SEALED if row.serial in hidden else row.actor for row in rows}


def require_openable(person: Person | None, now: datetime, entry: Entry) -> None:
    """Raise `RefusedError` where the opening would tell a reader who said what he may only know was said."""
    if actors_known_to(person, now, [entry])[entry.serial] == entry.actor:
        return
    if names_author(actor=entry.actor, marking=entry.marking):
        raise RefusedError(
            "This act is under the Chatham House Rule, and its entry, of an earlier version, names who did it; so only "
            "he can open it."
        )
    raise RefusedError(
        "You read this record under the Chatham House Rule, and this entry, written before, names who acted; so you "
        "can see that it was done, and not open it."
    )


def _read_under_rule(person: Person | None, now: datetime, entries: list[Entry]) -> set[int]:
    """The serials of those that he reads through releases under the rule alone."""
    of_releases = [row for row in entries if row.subject_kind == _RELEASE]
    of_records = [row for row in entries if row.subject_kind != _RELEASE]
    return _of_records(person, now, of_records) | _of_releases(person, of_releases)


def _of_records(person: Person | None, now: datetime, entries: list[Entry]) -> set[int]:
    if not entries:
        return set()
    found = releases_to(person, now).filter(record__in={row.subject_id for row in entries})
    through: dict[tuple[str, UUID], list[tuple[int, str]]] = defaultdict(list)
    for kind, record, rank, marking in found.values_list("kind", "record", "rank", "marking"):
        through[kind, record].append((rank, marking))
    return {row.serial for row in entries if _all_under_rule(row, through.get((row.subject_kind, row.subject_id), []))}


def _all_under_rule(entry: Entry, through: list[tuple[int, str]]) -> bool:
    """Whether there are such releases, and none without the rule reaches up to the entry's marking."""
    rules = [is_under_rule(marking) for rank, marking in through if rank >= RANKS.get(entry.marking, NOBODY)]
    return bool(rules) and all(rules)


def _of_releases(person: Person | None, entries: list[Entry]) -> set[int]:
    """Who gave a record on is told to whoever gave it, and else only where the release is not under the rule."""
    if not entries:
        return set()
    rows = Release.objects.filter(pk__in={row.subject_id for row in entries})
    others = rows.exclude(placed_by=person) if person else rows
    under = {pk for pk, marking in others.values_list("pk", "marking") if is_under_rule(marking)}
    return {row.serial for row in entries if row.subject_id in under}
