"""Who answers for an office at a moment: who holds it and is not on leave, and the deputy of who is."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from ninefold.access.models import Person
from ninefold.access.orphans import Holder
from ninefold.tracks.models import Absence, Holding, Office

Seats = dict[UUID, frozenset[Holder]]


def absences(now: datetime) -> QuerySet[Absence]:
    """The leaves that run at this moment."""
    return Absence.objects.filter(starts__lte=now, ends__gt=now)


def held_at(now: datetime) -> QuerySet[Holding]:
    """Every time in office that runs at this moment, of people whose accounts are open."""
    return Holding.objects.filter(starts__lte=now, ends__gt=now, person__is_active=True)


def seats(now: datetime, offices: Collection[UUID] | None = None) -> Seats:
    """By office who answers for it now; an office for which nobody does is missing. Two queries."""
    rows = held_at(now) if offices is None else held_at(now).filter(office__in=offices)
    leaves = {row.person_id: row for row in absences(now).select_related("deputy")}
    found: dict[UUID, set[Holder]] = {}
    for office, person in rows.values_list("office_id", "person_id"):
        answering = _answering(person, office, leaves)
        if answering is not None:
            found.setdefault(office, set()).add(answering)
    return {office: frozenset(holders) for office, holders in found.items()}


def _answering(person: UUID, office: UUID, leaves: dict[UUID, Absence]) -> Holder | None:
    """He himself; on leave his deputy, unless that one is away too or has left."""
    leave = leaves.get(person)
    if leave is None:
        return Holder(person, office)
    deputy = leave.deputy
    if deputy is None or not deputy.is_active or deputy.pk in leaves:
        return None
    return Holder(deputy.pk, office, person)


def offices_held(person: Person, now: datetime) -> QuerySet[Office]:
    """The offices that this person holds at this moment, on leave or not."""
    return Office.objects.filter(pk__in=held_at(now).filter(person=person).values("office")).order_by("id")


def offices_answered(person: Person, now: datetime) -> QuerySet[Office]:
    """The offices for which he may answer: those that he holds, and those of whom he stands in for."""
    absent = absences(now).filter(deputy=person).values("person")
    return Office.objects.filter(
        Q(pk__in=held_at(now).filter(person=person).values("office"))
        | Q(pk__in=held_at(now).filter(person__in=absent).values("office"))
    ).order_by("id")


def holders(office: UUID, now: datetime) -> list[UUID]:
    """The people who answer for an office at this moment."""
    return sorted(holder.person for holder in seats(now, [office]).get(office, ()))


def deserted(offices: Collection[UUID], now: datetime) -> set[UUID]:
    """Of these offices, those whose every holder is on leave without a deputy who could answer."""
    held = set(held_at(now).filter(office__in=offices).values_list("office_id", flat=True))
    return held - set(seats(now, offices))


def leaves_entered(person: Person, now: datetime, people: Collection[Person]) -> QuerySet[Absence]:
    """The leaves that run or lie ahead of those whose leave he may enter, the first to begin first."""
    rows = Absence.objects.filter(Q(person=person) | Q(person__in=list(people)), ends__gt=now)
    return rows.select_related("person", "deputy").order_by("starts", "id")


def stands_in_for(person: Person, now: datetime) -> QuerySet[Absence]:
    """The leaves in which he answers for another, now or later."""
    return Absence.objects.filter(deputy=person, ends__gt=now).select_related("person").order_by("starts", "id")
