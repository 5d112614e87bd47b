"""The table of rights as JSON, for the holder of a token; a registrar gives and ends them as on the page."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from ninefold import clock
from ninefold.access.actions import new_releases
from ninefold.access.guards import the_person
from ninefold.access.schemas import ReadersIn, aware
from ninefold.access.signing import DESCRIBED, carry_out
from ninefold.decisions import actions, reads
from ninefold.decisions.models import Right
from ninefold.decisions.rules import LAST_TURN, may_grant_rights
from ninefold.ledger.drafts import Seal
from ninefold.tracks.models import Office
from ninefold.tracks.reads import office_for

router = Router(tags=["decisions"])


class RightOut(Schema):
    """An office may act on a matter; `place` is an ISO 3166 alpha-3 code, or empty for everywhere.

    `office_id` is what a warning is sent to; it and the names are null where you may not see the office.
    """

    id: UUID
    office_id: UUID | None
    office: dict[str, Any] | None
    organisation: dict[str, Any] | None
    matter: str
    place: str
    turn: int
    starts: datetime
    ends: datetime


class RightIn(ReadersIn):
    """A right to give: `place` is an ISO 3166 alpha-3 code, or empty for everywhere; without `starts`, from now on."""

    office_id: UUID
    matter: str = Field(max_length=40)
    place: str = Field(default="", max_length=3)
    turn: int = Field(ge=1, le=LAST_TURN)
    starts: datetime | None = None
    ends: datetime


@router.get("/rights", response=list[RightOut], operation_id="decisions_rights")
def rights(request: HttpRequest, after: UUID | None = None) -> list[RightOut]:
    """The rights that you may see, in turn, 50 at a time; `after` is the id of the last one that you have."""
    person, now = the_person(request), clock.now()
    seen, _ = reads.rights_page(person, now, after)
    known = reads.offices_of(person, now, seen)
    return [_out(right, known.get(right.office_id)) for right in seen]


@router.post("/rights", response={201: RightOut}, operation_id="decisions_give_right", openapi_extra=DESCRIBED)
def give_right(request: HttpRequest, new: RightIn) -> Status[RightOut]:
    """Give an office that you see the right to act."""
    person = the_person(request)
    may_grant_rights(person.roles).require()

    def give(now: datetime, seal: Seal | None) -> Right:
        releases = new_releases(
            by=person, now=now, marking=new.marking, audiences=new.audiences, everybody=new.everybody
        )
        return actions.give_right(
            by=person,
            now=now,
            office=office_for(person, now, new.office_id),
            matter=new.matter,
            place_of=new.place,
            turn=new.turn,
            starts=aware(new.starts) if new.starts else now,
            ends=aware(new.ends),
            releases=releases,
            seal=seal,
        )

    right = carry_out(request, give)
    return Status(201, _out(right, right.office))


@router.post("/rights/{right_id}/end", response=RightOut, operation_id="decisions_end_right", openapi_extra=DESCRIBED)
def end_right(request: HttpRequest, right_id: UUID) -> RightOut:
    """End a right now; what was done under it stays."""
    person, now = the_person(request), clock.now()
    right = reads.right_for(person, now, right_id)
    carry_out(request, lambda now, seal: actions.end_right(by=person, now=now, right=right, seal=seal))
    ended = reads.right_for(person, clock.now(), right_id)
    return _out(ended, reads.offices_of(person, clock.now(), [ended]).get(ended.office_id))


def _out(right: Right, office: Office | None) -> RightOut:
    return RightOut(
        id=right.pk,
        office_id=office.pk if office else None,
        office=office.title.as_value() if office else None,
        organisation=office.actor.name.as_value() if office else None,
        matter=right.matter,
        place=right.place,
        turn=right.turn,
        starts=right.starts,
        ends=right.ends,
    )
