"""Every question to the tables of organisations and ties; each takes the person who asks (None is a stranger)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from ninefold.access.models import Person
from ninefold.access.reads import Mark, has_taken_up, marks_for, visible_to
from ninefold.errors import NotThereError
from ninefold.tracks import circle as circles
from ninefold.tracks.models import Actor, Holding, Office, OfficeOffer, Presence, Situation, Tie
from ninefold.tracks.rules import may_keep_circle, ring_from

_OF_A_TIE = ("source_id", "target_id", "kind", "strength")


def situations(person: Person | None, now: datetime) -> QuerySet[Situation]:
    """The situations that this reader may see, the oldest first."""
    return Situation.objects.filter(visible_to(person, now, "tracks:situation")).order_by("since", "id")


def situation_for(person: Person | None, now: datetime, situation_id: UUID) -> Situation:
    """One situation, or `NotThereError`."""
    found = situations(person, now).filter(pk=situation_id).first()
    if found is None:
        raise NotThereError
    return found


def actors(person: Person | None, now: datetime, situation: Situation) -> QuerySet[Actor]:
    """The organisations of a situation that this reader may see, by id (names have no common order)."""
    seen = Actor.objects.filter(visible_to(person, now, "tracks:actor"), presences__situation=situation)
    return seen.distinct().order_by("id")


def stands_in(person: Person | None, now: datetime, situation: Situation) -> dict[UUID, dict[str, str]]:
    """By organisation that this reader may see: its level in each of its tracks."""
    seen = Presence.objects.filter(situation=situation, actor__in=actors(person, now, situation).values("pk"))
    found: dict[UUID, dict[str, str]] = {}
    for actor, track, level in seen.values_list("actor_id", "track", "level"):
        found.setdefault(actor, {})[track] = level
    return found


def actor_for(person: Person | None, now: datetime, actor_id: UUID) -> Actor:
    """One organisation, or `NotThereError`."""
    found = Actor.objects.filter(visible_to(person, now, "tracks:actor"), pk=actor_id).first()
    if found is None:
        raise NotThereError
    return found


def ties(person: Person | None, now: datetime, situation: Situation) -> QuerySet[Tie]:
    """The ties that this reader may see, both ends included: a tie to what is hidden is hidden."""
    ends = actors(person, now, situation).values("pk")
    seen = Tie.objects.filter(
        visible_to(person, now, "tracks:tie"), situation=situation, source__in=ends, target__in=ends
    )
    return seen.select_related("source", "target").order_by("id")


def tie_for(person: Person | None, now: datetime, situation: Situation, tie_id: UUID) -> Tie:
    """One tie, or `NotThereError`."""
    found = ties(person, now, situation).filter(pk=tie_id).first()
    if found is None:
        raise NotThereError
    return found


def circle(person: Person | None, now: datetime, situation: Situation) -> circles.Circle:
    """The circle of a situation, computed from nothing but what this reader may see."""
    presences = Presence.objects.filter(situation=situation, actor__in=actors(person, now, situation).values("pk"))
    return circles.draw_from(
        ring_from(situation.pk),
        [circles.PresenceOf(*row) for row in presences.values_list("actor_id", "track", "level")],
        [
            circles.TieOf(*row)
            for row in ties(person, now, situation).values_list("source_id", "target_id", "kind", "strength")
        ],
    )


@dataclass(frozen=True)
class Member:
    """An organisation of a track with its level and the ties that this reader may see."""

    actor: Actor
    level: str
    ties: tuple[Tie, ...]


def members(person: Person | None, now: datetime, situation: Situation, track: str) -> list[Member]:
    """The organisations of one track, each with its ties."""
    here = Presence.objects.filter(
        situation=situation, track=track, actor__in=actors(person, now, situation).values("pk")
    ).select_related("actor")
    seen = list(ties(person, now, situation))
    return [
        Member(one.actor, one.level, tuple(tie for tie in seen if one.actor_id in {tie.source_id, tie.target_id}))
        for one in here.order_by("actor_id")
    ]


def marks_on(
    person: Person | None, now: datetime, situation: Situation, actors: Iterable[UUID], ties: Iterable[UUID]
) -> list[Mark]:
    """The marks of a situation and of the organisations and ties that a page shows of it; a page bears the highest."""
    shown = {"tracks:situation": [situation.pk], "tracks:actor": actors, "tracks:tie": ties}
    found = [marks_for(person, now, kind, ids) for kind, ids in shown.items()]
    return [mark for by_record in found for marks in by_record.values() for mark in marks]


def offices(person: Person | None, now: datetime) -> QuerySet[Office]:
    """The offices that this reader may see, each with an organisation that he sees."""
    seen = Office.objects.filter(
        visible_to(person, now, "tracks:office"),
        actor__in=Actor.objects.filter(visible_to(person, now, "tracks:actor")).values("pk"),
    )
    return seen.select_related("actor").order_by("id")


def office_for(person: Person | None, now: datetime, office_id: UUID) -> Office:
    """One office, or `NotThereError`."""
    found = offices(person, now).filter(pk=office_id).first()
    if found is None:
        raise NotThereError
    return found


def holdings(office: Office, now: datetime) -> QuerySet[Holding]:
    """Who holds an office and who will; for a registrar, who got the office through `office_for`."""
    return Holding.objects.filter(office=office, ends__gt=now).select_related("person").order_by("starts", "pk")


def office_offers(office: Office, now: datetime) -> list[tuple[OfficeOffer, bool]]:
    """For a registrar, who got the office through `office_for`: to whom it is offered, and who took up his account."""
    rows = OfficeOffer.objects.filter(office=office, ends__gt=now).select_related("person").order_by("starts", "pk")
    return [(row, has_taken_up(row.person)) for row in rows]


def offices_offered_to(person: Person, now: datetime) -> QuerySet[OfficeOffer]:
    """What waits for him: who offered an office told him its title by it, and nothing else."""
    rows = OfficeOffer.objects.filter(person=person, ends__gt=now)
    return rows.select_related("office").order_by("starts", "pk")


def office_offer_for(person: Person, now: datetime, offer: UUID, *, own: bool = False) -> OfficeOffer:
    """An offer made to him, or (unless `own`) as a registrar one of an office that he sees; else `NotThereError`."""
    mine = Q(person=person)
    if not own and may_keep_circle(person.roles).allowed:
        mine |= Q(office__in=offices(person, now).values("pk"))
    found = OfficeOffer.objects.filter(mine, pk=offer, ends__gt=now).select_related("office", "person").first()
    if found is None:
        raise NotThereError
    return found
