"""Corrections, changes of office and leaves as JSON: the same acts and refusals as on the pages."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from ninefold import clock
from ninefold.access.api_leaving import OrphanOut, orphan_out
from ninefold.access.guards import the_person
from ninefold.access.models import Person
from ninefold.access.orphans import office_left
from ninefold.access.reads import people_for_registrar, person_at, would_be_orphaned
from ninefold.access.schemas import DoneOut, Strict, aware
from ninefold.errors import NotThereError
from ninefold.tracks import actions, reads, seats
from ninefold.tracks.models import Absence
from ninefold.tracks.rules import may_keep_circle
from ninefold.tracks.versions import actor_value, office_value, version_of
from ninefold.words.text import parse

router = Router(tags=["tracks"])

VERSION = Field(max_length=20)


class VersionOut(Schema):
    """The version in which a record stands now."""

    version: str


class ActorCorrection(Strict):
    """An organisation as it should stand in the situation."""

    version: str = VERSION
    name: dict[str, Any]
    about: dict[str, Any] | None = None
    stands_in: dict[str, str] = Field(max_length=9)


class TieCorrection(Strict):
    """A tie as it should stand."""

    version: str = VERSION
    kind: str = Field(max_length=40)
    strength: int = Field(ge=1, le=3)
    since: date | None = None


class OfficeCorrection(Strict):
    """An office as it should be called."""

    version: str = VERSION
    title: dict[str, Any]


class EndIn(Strict):
    """Why something ends."""

    version: str = VERSION
    reason: str = Field(max_length=1_000)


class TakesIn(Strict):
    """Which office somebody takes, and until when."""

    office: UUID
    ends: datetime


class ChangeIn(Strict):
    """When a holder leaves an office (without `at`, now), who follows, and which office he takes."""

    at: datetime | None = None
    successor: str | None = Field(default=None, max_length=254)
    takes: TakesIn | None = None
    orphans_read: bool = False


class LeaveIn(Strict):
    """Who is away (by address; without, yourself), from when until when, and his deputy."""

    email: str | None = Field(default=None, max_length=254)
    starts: datetime | None = None
    ends: datetime
    deputy: str | None = Field(default=None, max_length=254)
    orphans_read: bool = False


class LeaveOut(Schema):
    """A leave."""

    id: UUID
    person: UUID
    deputy: UUID | None
    starts: datetime
    ends: datetime


@router.get(
    "/situations/{situation_id}/organisations/{actor_id}/version",
    response=VersionOut,
    operation_id="tracks_actor_version",
)
def actor_version(request: HttpRequest, situation_id: UUID, actor_id: UUID) -> VersionOut:
    """The version of an organisation in a situation."""
    person, now = the_person(request), clock.now()
    situation = reads.situation_for(person, now, situation_id)
    return VersionOut(version=version_of(actor_value(reads.actor_for(person, now, actor_id), situation)))


@router.post(
    "/situations/{situation_id}/organisations/{actor_id}/correct",
    response=DoneOut,
    operation_id="tracks_correct_actor",
)
def correct_actor(request: HttpRequest, situation_id: UUID, actor_id: UUID, told: ActorCorrection) -> DoneOut:
    """Put an organisation right."""
    person, now = _registrar(request)
    situation, actor = reads.situation_for(person, now, situation_id), reads.actor_for(person, now, actor_id)
    actions.correct_actor(
        by=person,
        now=now,
        situation=situation,
        actor=actor,
        version=told.version,
        name=parse(told.name),
        about=parse(told.about) if told.about else None,
        stands_in=list(told.stands_in.items()),
    )
    return DoneOut()


@router.post(
    "/situations/{situation_id}/organisations/{actor_id}/withdraw",
    response=DoneOut,
    operation_id="tracks_withdraw_actor",
)
def withdraw_actor(request: HttpRequest, situation_id: UUID, actor_id: UUID, told: EndIn) -> DoneOut:
    """Take an organisation out of a situation."""
    person, now = _registrar(request)
    situation, actor = reads.situation_for(person, now, situation_id), reads.actor_for(person, now, actor_id)
    actions.withdraw_actor(by=person, now=now, situation=situation, actor=actor, **told.dict())
    return DoneOut()


@router.post("/situations/{situation_id}/ties/{tie_id}/correct", response=DoneOut, operation_id="tracks_correct_tie")
def correct_tie(request: HttpRequest, situation_id: UUID, tie_id: UUID, told: TieCorrection) -> DoneOut:
    """Put a tie right."""
    person, now = _registrar(request)
    tie = reads.tie_for(person, now, reads.situation_for(person, now, situation_id), tie_id)
    actions.correct_tie(by=person, now=now, tie=tie, **told.dict())
    return DoneOut()


@router.post("/situations/{situation_id}/ties/{tie_id}/end", response=DoneOut, operation_id="tracks_end_tie")
def end_tie(request: HttpRequest, situation_id: UUID, tie_id: UUID, told: EndIn) -> DoneOut:
    """End a tie."""
    person, now = _registrar(request)
    tie = reads.tie_for(person, now, reads.situation_for(person, now, situation_id), tie_id)
    actions.end_tie(by=person, now=now, tie=tie, **told.dict())
    return DoneOut()


@router.get("/offices/{office_id}/version", response=VersionOut, operation_id="tracks_office_version")
def office_version(request: HttpRequest, office_id: UUID) -> VersionOut:
    """The version of an office."""
    return VersionOut(version=version_of(office_value(reads.office_for(the_person(request), clock.now(), office_id))))


@router.post("/offices/{office_id}/correct", response=DoneOut, operation_id="tracks_correct_office")
def correct_office(request: HttpRequest, office_id: UUID, told: OfficeCorrection) -> DoneOut:
    """Put the title of an office right."""
    person, now = _registrar(request)
    office = reads.office_for(person, now, office_id)
    actions.correct_office(by=person, now=now, office=office, version=told.version, title=parse(told.title))
    return DoneOut()


@router.get(
    "/offices/{office_id}/holders/{person_id}/orphans", response=list[OrphanOut], operation_id="tracks_office_orphans"
)
def orphans(request: HttpRequest, office_id: UUID, person_id: UUID) -> list[OrphanOut]:
    """What would be left without a holder if this person left the office and nobody followed."""
    by, now = _registrar(request)
    office, person = reads.office_for(by, now, office_id), _chosen(by, person_id)
    return [orphan_out(one) for one in would_be_orphaned(by, now, person, now, office_left(person.pk, office.pk))]


@router.post("/offices/{office_id}/holders/{person_id}/change", response=DoneOut, operation_id="tracks_change_office")
def change_office(request: HttpRequest, office_id: UUID, person_id: UUID, told: ChangeIn) -> DoneOut:
    """Let a holder leave an office, another follow, and himself take a further one."""
    by, now = _registrar(request)
    office, person = reads.office_for(by, now, office_id), _chosen(by, person_id)
    takes = actions.Term(reads.office_for(by, now, told.takes.office), aware(told.takes.ends)) if told.takes else None
    actions.change_office(
        by=by,
        now=now,
        person=person,
        leaves=office,
        at=aware(told.at) if told.at else now,
        successor=person_at(told.successor) if told.successor else None,
        takes=takes,
        orphans_read=told.orphans_read,
    )
    return DoneOut()


@router.get("/leaves", response=list[LeaveOut], operation_id="tracks_leaves")
def leaves(request: HttpRequest) -> list[LeaveOut]:
    """Your leaves that run or lie ahead; for registrars those of everybody."""
    person, now = the_person(request), clock.now()
    people = people_for_registrar(person) if may_keep_circle(person.roles).allowed else [person]
    return [_leave(one) for one in seats.leaves_entered(person, now, people)]


@router.post("/leaves", response=LeaveOut, operation_id="tracks_enter_leave")
def enter_leave(request: HttpRequest, told: LeaveIn) -> LeaveOut:
    """Enter a leave: yours, or as a registrar another's."""
    by, now = the_person(request), clock.now()
    if told.email:
        may_keep_circle(by.roles).require()
    entered = actions.enter_leave(
        by=by,
        now=now,
        person=person_at(told.email) if told.email else by,
        starts=aware(told.starts) if told.starts else now,
        ends=aware(told.ends),
        deputy=person_at(told.deputy) if told.deputy else None,
        orphans_read=told.orphans_read,
    )
    return _leave(entered)


@router.post("/leaves/{leave_id}/end", response=DoneOut, operation_id="tracks_end_leave")
def end_leave(request: HttpRequest, leave_id: UUID) -> DoneOut:
    """End a leave now."""
    actions.end_leave(by=the_person(request), now=clock.now(), leave=leave_id)
    return DoneOut()


def _registrar(request: HttpRequest) -> tuple[Person, datetime]:
    person = the_person(request)
    may_keep_circle(person.roles).require()
    return person, clock.now()


def _chosen(by: Person, wanted: UUID) -> Person:
    found = next((one for one in people_for_registrar(by) if one.pk == wanted), None)
    if found is None:
        raise NotThereError
    return found


def _leave(one: Absence) -> LeaveOut:
    return LeaveOut(id=one.pk, person=one.person_id, deputy=one.deputy_id, starts=one.starts, ends=one.ends)
