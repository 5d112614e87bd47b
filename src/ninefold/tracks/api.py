"""The circle and its records as JSON, for the holder of a token. A registrar enters them as on the pages."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from ninefold import clock
from ninefold.access.actions import NewRelease, new_releases
from ninefold.access.guards import the_person
from ninefold.access.keyset import page_of
from ninefold.access.models import Person
from ninefold.access.reads import person_at
from ninefold.access.schemas import ReadersIn, Strict, aware
from ninefold.tracks import actions, reads
from ninefold.tracks.models import Office
from ninefold.tracks.rules import may_keep_circle
from ninefold.tracks.versions import tie_value, version_of
from ninefold.words.text import parse

router = Router(tags=["tracks"])


class SituationOut(Schema):
    """A situation; `name` is a multilingual text."""

    id: UUID
    name: dict[str, Any]
    since: date


class PointOut(Schema):
    """One track of the circle."""

    track: str
    actors: int
    levels: list[str]
    ties: int
    absent: bool
    isolated: bool
    reaches_public: int
    hears_back: int


class ChordOut(Schema):
    """All ties between two tracks."""

    tracks: list[str]
    ties: int
    strength: int


class CircleOut(Schema):
    """The circle as this reader may see it, in drawing order."""

    situation: UUID
    points: list[PointOut]
    chords: list[ChordOut]


class OrganisationOut(Schema):
    """An organisation with the level at which it stands in each of its tracks."""

    id: UUID
    name: dict[str, Any]
    stands_in: dict[str, str]


class OfficeOut(Schema):
    """An office in an organisation."""

    id: UUID
    organisation: UUID
    title: dict[str, Any]


class TieOut(Schema):
    """A tie; a correction names the `version` that was read."""

    id: UUID
    source: UUID
    target: UUID
    kind: str
    strength: int
    since: date | None
    version: str


class MadeOut(Schema):
    """What was entered."""

    id: UUID


class HoldingOut(Schema):
    """Who holds an office, from when until when."""

    office: UUID
    person: UUID
    starts: datetime
    ends: datetime


class SituationIn(ReadersIn):
    """A new situation; `name` is a multilingual text."""

    name: dict[str, Any]
    since: date


class OrganisationIn(ReadersIn):
    """An organisation to enter; `stands_in` names the level in each of its tracks."""

    name: dict[str, Any]
    about: dict[str, Any] | None = None
    stands_in: dict[str, str] = Field(max_length=9)


class TieIn(ReadersIn):
    """A tie to enter, between two organisations of the situation; `strength` runs from 1 to 3."""

    source: UUID
    target: UUID
    kind: str = Field(max_length=40)
    strength: int = Field(ge=1, le=3)
    since: date | None = None


class OfficeIn(ReadersIn):
    """An office to open."""

    title: dict[str, Any]


class HolderIn(Strict):
    """Who is to hold an office, by address; without `starts`, from now on."""

    email: str = Field(max_length=254)
    starts: datetime | None = None
    ends: datetime


@router.get("/situations", response=list[SituationOut], operation_id="tracks_situations")
def situations(request: HttpRequest) -> list[SituationOut]:
    """The situations that you may see."""
    seen = reads.situations(the_person(request), clock.now())
    return [SituationOut(id=one.pk, name=one.name.as_value(), since=one.since) for one in seen]


@router.get("/situations/{situation_id}/circle", response=CircleOut, operation_id="tracks_circle")
def circle(request: HttpRequest, situation_id: UUID) -> CircleOut:
    """The circle of one situation."""
    person, now = the_person(request), clock.now()
    chosen = reads.situation_for(person, now, situation_id)
    drawn = reads.circle(person, now, chosen)
    points = [
        PointOut(
            track=point.track,
            actors=point.actors,
            levels=sorted(point.levels),
            ties=point.ties,
            absent=point.absent,
            isolated=point.isolated,
            reaches_public=point.reaches_public,
            hears_back=point.hears_back,
        )
        for point in drawn.points
    ]
    chords = [ChordOut(tracks=sorted(c.tracks), ties=c.ties, strength=c.strength) for c in drawn.chords]
    return CircleOut(situation=chosen.pk, points=points, chords=chords)


@router.post("/situations", response={201: MadeOut}, operation_id="tracks_open_situation")
def open_situation(request: HttpRequest, new: SituationIn) -> Status[MadeOut]:
    """Open a situation."""
    person, now = _registrar(request)
    opened = actions.open_situation(
        by=person, now=now, name=parse(new.name), since=new.since, releases=_releases(person, now, new)
    )
    return Status(201, MadeOut(id=opened.pk))


@router.get(
    "/situations/{situation_id}/organisations", response=list[OrganisationOut], operation_id="tracks_organisations"
)
def organisations(request: HttpRequest, situation_id: UUID, after: UUID | None = None) -> list[OrganisationOut]:
    """The organisations of a situation that you may see, 50 at a time; `after` is the id of the last one you have."""
    person, now = the_person(request), clock.now()
    situation = reads.situation_for(person, now, situation_id)
    seen, _ = page_of(reads.actors(person, now, situation), after=after)
    stands = reads.stands_in(person, now, situation, [one.pk for one in seen])
    return [OrganisationOut(id=one.pk, name=one.name.as_value(), stands_in=stands[one.pk]) for one in seen]


@router.post("/situations/{situation_id}/organisations", response={201: MadeOut}, operation_id="tracks_enter_actor")
def enter_organisation(request: HttpRequest, situation_id: UUID, new: OrganisationIn) -> Status[MadeOut]:
    """Enter an organisation into a situation."""
    person, now = _registrar(request)
    situation = reads.situation_for(person, now, situation_id)
    releases = _releases(person, now, new)
    about = parse(new.about) if new.about else None
    actor = actions.NewActor(uuid4(), parse(new.name), about, list(new.stands_in.items()), releases)
    actions.enter(by=person, now=now, situation=situation, actors=[actor], releases=releases)
    return Status(201, MadeOut(id=actor.id))


@router.get("/situations/{situation_id}/ties", response=list[TieOut], operation_id="tracks_ties")
def ties(request: HttpRequest, situation_id: UUID, after: UUID | None = None) -> list[TieOut]:
    """The ties of a situation that you may see, 50 at a time; `after` is the id of the last one that you have."""
    person, now = the_person(request), clock.now()
    seen, _ = page_of(reads.ties(person, now, reads.situation_for(person, now, situation_id)), after=after)
    return [TieOut(id=tie.pk, version=version_of(tie_value(tie)), **tie_value(tie)) for tie in seen]


@router.post("/situations/{situation_id}/ties", response={201: MadeOut}, operation_id="tracks_enter_tie")
def enter_tie(request: HttpRequest, situation_id: UUID, new: TieIn) -> Status[MadeOut]:
    """Enter a tie between two organisations that you see."""
    person, now = _registrar(request)
    situation = reads.situation_for(person, now, situation_id)
    ends = [reads.actor_for(person, now, end).pk for end in (new.source, new.target)]
    releases = _releases(person, now, new)
    tie = actions.NewTie(ends[0], ends[1], new.kind, new.strength, new.since, releases)
    (row,) = actions.enter(by=person, now=now, situation=situation, ties=[tie], releases=releases)
    return Status(201, MadeOut(id=row.pk))


@router.get("/offices", response=list[OfficeOut], operation_id="tracks_offices")
def offices(request: HttpRequest, after: UUID | None = None) -> list[OfficeOut]:
    """The offices that you may see, 50 at a time; `after` is the id of the last one that you have."""
    seen, _ = page_of(reads.offices(the_person(request), clock.now()), after=after)
    return [_office(one) for one in seen]


@router.post("/organisations/{actor_id}/offices", response={201: OfficeOut}, operation_id="tracks_open_office")
def open_office(request: HttpRequest, actor_id: UUID, new: OfficeIn) -> Status[OfficeOut]:
    """Open an office in an organisation."""
    person, now = _registrar(request)
    actor = reads.actor_for(person, now, actor_id)
    releases = _releases(person, now, new)
    return Status(
        201, _office(actions.open_office(by=person, now=now, actor=actor, title=parse(new.title), releases=releases))
    )


@router.post("/offices/{office_id}/holders", response={201: HoldingOut}, operation_id="tracks_give_office")
def give_office(request: HttpRequest, office_id: UUID, new: HolderIn) -> Status[HoldingOut]:
    """Let a person hold an office."""
    person, now = _registrar(request)
    office = reads.office_for(person, now, office_id)
    starts = aware(new.starts) if new.starts else now
    whom = person_at(new.email)
    held = actions.give_office(by=person, now=now, office=office, person=whom, starts=starts, ends=aware(new.ends))
    return Status(201, HoldingOut(office=held.office_id, person=held.person_id, starts=held.starts, ends=held.ends))


def _registrar(request: HttpRequest) -> tuple[Person, datetime]:
    """Who asks, if he may keep the circle, and when."""
    person = the_person(request)
    may_keep_circle(person.roles).require()
    return person, clock.now()


def _releases(person: Person, now: datetime, new: ReadersIn) -> list[NewRelease]:
    return new_releases(by=person, now=now, marking=new.marking, audiences=new.audiences, everybody=new.everybody)


def _office(office: Office) -> OfficeOut:
    return OfficeOut(id=office.pk, organisation=office.actor_id, title=office.title.as_value())
