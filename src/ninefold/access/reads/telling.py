"""Which entries are new, and who may be told of each: `entries_visible_to`, asked from the entry's side.

For the event stream, which has one entry and many readers. A test holds the two questions equal.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from ninefold.access.models import Audience, Membership, Release
from ninefold.access.reads.authors import NOBODY, RANKS
from ninefold.access.reads.records import Readers, open_at
from ninefold.ledger.models import Entry

_ACTOR = "access:person:"


def newest_serial() -> int:
    """The serial of the newest entry; 0 in an empty log. Never for a reader: it tells how much happens."""
    newest = Entry.objects.order_by("-serial").values_list("serial", flat=True).first()
    return newest or 0


def entries_after(serial: int, *, most: int) -> list[Entry]:
    """The next entries in the order in which they were written, whoever may see them."""
    return list(Entry.objects.filter(serial__gt=serial).order_by("serial")[:most])


def readers_of_entry(entry: Entry, now: datetime) -> Readers:
    """Who sees this entry at this moment."""
    rank = RANKS.get(entry.marking, NOBODY)
    releases = Release.objects.filter(open_at(now), kind=entry.subject_kind, record=entry.subject_id, rank__gte=rank)
    if rank == 0 and releases.filter(rank=0).exists():
        return Readers(True, frozenset())
    members = _members(now).filter(audience__in=releases.values("audience")).select_related("person")
    people = {row.person_id for row in members if not row.person.is_administrator}
    return Readers(False, frozenset(people | _concerned(entry, now)))


def _concerned(entry: Entry, now: datetime) -> set[UUID]:
    """Whom an act of this room is about, or by; who keeps the audience, or reads through the release."""
    people: set[UUID | None] = set()
    if entry.kind.startswith("access.") and entry.actor.startswith(_ACTOR):
        people.add(UUID(entry.actor.removeprefix(_ACTOR)))
    about = _ABOUT.get(entry.subject_kind)
    if about:
        people |= about(entry.subject_id, now)
    return {person for person in people if person}


def _of_person(subject: UUID, now: datetime) -> set[UUID | None]:
    return {subject}


def _of_audience(subject: UUID, now: datetime) -> set[UUID | None]:
    return {row.custodian_id for row in Audience.objects.filter(pk=subject)}


def _of_membership(subject: UUID, now: datetime) -> set[UUID | None]:
    rows = Membership.objects.filter(pk=subject).values_list("person_id", "audience__custodian_id")
    return {person for row in rows for person in row}


def _of_release(subject: UUID, now: datetime) -> set[UUID | None]:
    rows = Release.objects.filter(pk=subject).values_list("placed_by_id", "audience__custodian_id")
    people: set[UUID | None] = {person for row in rows for person in row}
    opened = Release.objects.filter(open_at(now), pk=subject)
    people.update(row.person_id for row in _members(now).filter(audience__in=opened.values("audience")))
    return people


_ABOUT = {
    "access:person": _of_person,
    "access:audience": _of_audience,
    "access:membership": _of_membership,
    "access:release": _of_release,
}


def _members(now: datetime) -> QuerySet[Membership]:
    return Membership.objects.filter(starts__lte=now, ends__gt=now)
