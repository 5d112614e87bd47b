"""The table of rights as JSON, for the holder of a token."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from ninefold import clock
from ninefold.access.guards import the_person
from ninefold.decisions import reads

router = Router(tags=["decisions"])


class RightOut(Schema):
    """An office may act on a matter; `place` is an ISO 3166 alpha-3 code, or empty for everywhere."""

    id: UUID
    office: dict[str, Any]
    organisation: dict[str, Any]
    matter: str
    place: str
    turn: int
    starts: datetime
    ends: datetime


@router.get("/rights", response=list[RightOut], operation_id="decisions_rights")
def rights(request: HttpRequest) -> list[RightOut]:
    """The rights that you may see, in turn."""
    return [
        RightOut(
            id=right.pk,
            office=right.office.title.as_value(),
            organisation=right.office.actor.name.as_value(),
            matter=right.matter,
            place=right.place,
            turn=right.turn,
            starts=right.starts,
            ends=right.ends,
        )
        for right in reads.rights(the_person(request), clock.now())
    ]
