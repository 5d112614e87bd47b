"""Every question to the tables of this room; each takes the person who asks, or the moment of an act."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from ninefold.access.keyset import page_of
from ninefold.access.models import Person, Release
from ninefold.access.reads import visible_to
from ninefold.decisions.models import BreakGlass, Right
from ninefold.decisions.rules import RightOf, in_turn
from ninefold.errors import NotThereError
from ninefold.tracks.models import Office
from ninefold.tracks.reads import offices
from ninefold.tracks.seats import held_at, offices_held


def rights(person: Person | None, now: datetime) -> QuerySet[Right]:
    """The rights that this reader may see, by matter and turn, with office and organisation."""
    seen = Right.objects.filter(visible_to(person, now, "decisions:right"))
    return seen.select_related("office__actor").order_by("matter", "turn", "place", "id")


def rights_page(person: Person, now: datetime, after: UUID | None = None) -> tuple[list[Right], UUID | None]:
    """A page of those, and where the next begins."""
    return page_of(rights(person, now), "matter", "turn", "place", after=after)


def offices_of(person: Person, now: datetime, rights: Iterable[Right]) -> dict[UUID, Office]:
    """Of the offices that these rights belong to, those that this reader may see. A right does not tell its office."""
    return offices(person, now).in_bulk({right.office_id for right in rights})


def right_for(person: Person | None, now: datetime, right_id: UUID) -> Right:
    """One right, or `NotThereError`."""
    found = rights(person, now).filter(pk=right_id).first()
    if found is None:
        raise NotThereError
    return found


def turn_for(matter: str, place: str, now: datetime) -> list[RightOf]:
    """The rights that hold for a matter at a place and moment, first turn first.

    This is what a rule asks before an act, so it looks at the whole table; what a reader sees comes from `rights`.
    """
    rows = Right.objects.filter(matter=matter, starts__lte=now, ends__gt=now, place__in=["", place])
    return in_turn([_plain(row) for row in rows], matter=matter, place=place, now=now)


def _plain(row: Right) -> RightOf:
    return RightOf(row.pk, row.office_id, row.matter, row.place, row.turn, row.starts, row.ends)


def bodies_of(person: Person, now: datetime) -> frozenset[UUID]:
    """The organisations in which he holds an office at this moment."""
    return frozenset(offices_held(person, now).values_list("actor_id", flat=True))


def glasses(person: Person, now: datetime) -> QuerySet[BreakGlass]:
    """What he asked or confirmed, and what was opened of records that he reads or whose audience he keeps."""
    kept = Release.objects.filter(kind="decisions:glass", audience__custodian=person, ends__gt=now)
    mine = Q(asked_by=person) | Q(confirmed_by=person) | Q(pk__in=kept.values("record"))
    seen = BreakGlass.objects.filter(mine | visible_to(person, now, "decisions:glass"))
    return seen.select_related("asked_by", "confirmed_by").order_by("-asked_at", "id")


def glass_for(person: Person, now: datetime, glass: UUID) -> BreakGlass:
    """One of those, or a request that still waits: whoever holds an office and was given its address may confirm it."""
    found = glasses(person, now).filter(pk=glass).first()
    if found is None and bodies_of(person, now):
        waiting = BreakGlass.objects.filter(pk=glass, opened_at=None, lapses_at__gt=now)
        found = waiting.select_related("asked_by", "confirmed_by").first()
    if found is None:
        raise NotThereError
    return found


def may_confirm_it(glass: BreakGlass, now: datetime) -> set[UUID]:
    """Who may confirm a request that waits: people in office at bodies to which who asked does not belong."""
    if glass.opened_at is not None or glass.lapses_at <= now:
        return set()
    asking = bodies_of(glass.asked_by, now)
    bodies: dict[UUID, set[UUID]] = {}
    for row in held_at(now).select_related("office", "person").exclude(person=glass.asked_by):
        if not row.person.is_administrator:
            bodies.setdefault(row.person_id, set()).add(row.office.actor_id)
    return {person for person, confirming in bodies.items() if asking and not asking & confirming}


def glasses_to_confirm(person: Person, now: datetime) -> list[BreakGlass]:
    """The requests that wait and that he may confirm, the first to lapse first."""
    if not bodies_of(person, now):
        return []
    waiting = BreakGlass.objects.filter(opened_at=None, lapses_at__gt=now).select_related("asked_by")
    return [one for one in waiting.order_by("lapses_at", "id") if person.pk in may_confirm_it(one, now)]
