"""Every question to the tables of organisations and ties; each takes the person who asks (None is a stranger)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from ninefold.access.keyset import SIZE, page_of
from ninefold.access.markings import Marking
from ninefold.access.models import Person
from ninefold.access.reads import Mark, has_taken_up, markings_over, marks_for, visible_to
from ninefold.errors import NotThereError
from ninefold.tracks import circle as circles
from ninefold.tracks.models import Actor, Holding, Office, OfficeOffer, Presence, Situation, Tie
from ninefold.tracks.rules import may_keep_circle, ring_from
from ninefold.tracks.tally import tally

TIES_SHOWN = 6
"""How many ties stand beside an organisation in a list; its own page has them all."""


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
    here = Presence.objects.filter(situation=situation, actor=OuterRef("pk"))
    return Actor.objects.filter(visible_to(person, now, "tracks:actor"), Exists(here)).order_by("id")


def presences(person: Person | None, now: datetime, situation: Situation) -> QuerySet[Presence]:
    """Where the organisations that this reader may see stand in a situation."""
    return Presence.objects.filter(visible_to(person, now, "tracks:actor", of="actor_id"), situation=situation)


def stands_in(
    person: Person | None, now: datetime, situation: Situation, actors: Collection[UUID]
) -> dict[UUID, dict[str, str]]:
    """By organisation, of these that he may see: its level in each of its tracks."""
    found: dict[UUID, dict[str, str]] = {}
    seen = presences(person, now, situation).filter(actor__in=actors)
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
    seen = Tie.objects.filter(visible_to(person, now, "tracks:tie"), situation=situation)
    for end in ("source_id", "target_id"):
        here = Presence.objects.filter(situation=situation, actor=OuterRef(end))
        seen = seen.filter(visible_to(person, now, "tracks:actor", of=end), Exists(here))
    return seen.select_related("source", "target").order_by("id")


def tie_for(person: Person | None, now: datetime, situation: Situation, tie_id: UUID) -> Tie:
    """One tie, or `NotThereError`."""
    found = ties(person, now, situation).filter(pk=tie_id).first()
    if found is None:
        raise NotThereError
    return found


def circle(person: Person | None, now: datetime, situation: Situation) -> circles.Circle:
    """The circle of a situation, computed from nothing but what this reader may see."""
    entered = Tie.objects.filter(visible_to(person, now, "tracks:tie"), situation=situation)
    counted = tally(presences(person, now, situation), entered)
    return circles.draw_from(ring_from(situation.pk), counted.standings, counted.bundles, actors=counted.actors)


@dataclass(frozen=True)
class Member:
    """An organisation of a track with its level and the first of the ties that this reader may see."""

    actor: Actor
    level: str
    ties: tuple[Tie, ...] = ()
    more_ties: bool = False


def members(
    person: Person | None,
    now: datetime,
    situation: Situation,
    track: str,
    *,
    after: UUID | None = None,
    size: int = SIZE,
) -> tuple[list[Member], UUID | None]:
    """A page of the organisations of one track, by id and without their ties, and where the next page begins."""
    here = presences(person, now, situation).filter(track=track).select_related("actor")
    found, more = page_of(here, after=after, size=size, by="actor_id")
    return [Member(one.actor, one.level) for one in found], more


def with_ties(
    person: Person | None, now: datetime, situation: Situation, members: Sequence[Member], *, most: int = TIES_SHOWN
) -> list[Member]:
    """The same, each with the first of its ties. Two queries."""
    found: dict[UUID, list[Tie]] = {member.actor.pk: [] for member in members}
    for end in ("source_id", "target_id"):
        nth = Window(RowNumber(), partition_by=[F(end)], order_by="id")
        seen = ties(person, now, situation).filter(**{f"{end}__in": list(found)}).annotate(nth=nth)
        for tie in seen.filter(nth__lte=most + 1):
            found[getattr(tie, end)].append(tie)
    return [replace(one, **_first(found[one.actor.pk], most)) for one in members]


def _first(ties: list[Tie], most: int) -> dict[str, Any]:
    return {"ties": tuple(sorted(ties, key=lambda tie: tie.pk)[:most]), "more_ties": len(ties) > most}


def markings_of_circle(person: Person | None, now: datetime, situation: Situation) -> list[Marking]:
    """The markings of everything that the circle is drawn from; what is derived bears the highest."""
    seen = {
        "tracks:situation": situations(person, now).filter(pk=situation.pk),
        "tracks:actor": actors(person, now, situation),
        "tracks:tie": ties(person, now, situation),
    }
    found = [markings_over(person, now, kind, rows.order_by().values("pk")) for kind, rows in seen.items()]
    return [marking for of_kind in found for marking in of_kind]


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
