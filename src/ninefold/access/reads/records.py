"""Which records a person sees: one SQL filter for every list, and the marks under which he reads them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from ninefold.access.markings import Marking, read
from ninefold.access.models import Membership, Person, Release
from ninefold.access.reads.circles import audience_ids_of
from ninefold.words.text import Text


class Mark(NamedTuple):
    """Under what a reader reads a record: the marking, and his audience (none where everybody may read)."""

    marking: Marking
    audience: Text | None
    until: datetime


class Readers(NamedTuple):
    """Who may be told that a record changed."""

    everybody: bool
    people: frozenset[UUID]

    def include(self, person: UUID | None) -> bool:
        """Whether this person (None for a stranger) is among them."""
        return self.everybody or person in self.people


def visible_to(person: Person | None, now: datetime, kind: str, *, of: str = "pk") -> Q:
    """The filter for every list, count, facet and search over records of a kind: `Model.objects.filter(...)`.

    `of` names the column that holds the record's id, where the rows only point to it.
    The same yes and no as `policy.may_read` for each record; a property test holds them equal.
    """
    return Q(Exists(releases_to(person, now).filter(kind=kind, record=OuterRef(of))))


def releases_to(person: Person | None, now: datetime) -> QuerySet[Release]:
    """The releases through which this person reads now."""
    everybody = Q(rank=0)
    if person is None or person.is_administrator:
        return Release.objects.filter(open_at(now), everybody)
    return Release.objects.filter(open_at(now), everybody | Q(audience__in=audience_ids_of(person, now)))


def releases_now(now: datetime, kind: str, record: UUID) -> QuerySet[Release]:
    """Every release through which anybody reads a record now, with its audience; for an act, never for a page."""
    return Release.objects.filter(open_at(now), kind=kind, record=record).select_related("audience__custodian")


def open_at(now: datetime) -> Q:
    """A release that has begun, is under no embargo and has not ended."""
    return Q(starts__lte=now, ends__gt=now) & (Q(embargo_until=None) | Q(embargo_until__lte=now))


def marks_for(person: Person | None, now: datetime, kind: str, ids: Iterable[UUID]) -> dict[UUID, list[Mark]]:
    """Under which marks he reads each record, the strictest first; a record that he may not see is missing.

    An audience is named only to who is in it. One query.
    """
    rows = releases_to(person, now).filter(kind=kind, record__in=list(ids)).select_related("audience")
    inside = audience_ids_of(person, now).filter(audience=OuterRef("audience")) if person else None
    marks: dict[UUID, set[Mark]] = {}
    for row in rows.annotate(mine=Exists(inside) if inside is not None else Value(False)):
        audience = row.audience.name if row.audience and row.mine else None
        marks.setdefault(row.record, set()).add(Mark(read(row.marking), audience, row.ends))
    return {record: sorted(found, key=_strictest_first) for record, found in marks.items()}


def markings_over(person: Person | None, now: datetime, kind: str, records: QuerySet[Any, Any]) -> list[Marking]:
    """Every marking under which he reads any of these records (a query of their ids), however many they are."""
    rows = releases_to(person, now).filter(kind=kind, record__in=records).order_by()
    return [read(marking) for marking in rows.values_list("marking", flat=True).distinct()]


def readers_of(kind: str, record: UUID, now: datetime) -> Readers:
    """Who may see this record at this moment. Two queries; for the doorbell, never for a page."""
    releases = Release.objects.filter(open_at(now), kind=kind, record=record)
    if releases.filter(rank=0).exists():
        return Readers(True, frozenset())
    members = Membership.objects.filter(starts__lte=now, ends__gt=now, audience__in=releases.values("audience"))
    people = {row.person for row in members.select_related("person")}
    return Readers(False, frozenset(person.pk for person in people if not person.is_administrator))


def _strictest_first(mark: Mark) -> tuple[int, str]:
    return -mark.marking.rank, str(mark.audience or "")
