"""The log as JSON, for the holder of a token: its state, the acts that he may see, their openings and proof files."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from ninefold import clock
from ninefold.access.guards import the_person
from ninefold.access.reads import entry_opened
from ninefold.ledger import reads
from ninefold.web.ledger import acts

router = Router(tags=["ledger"])


class StatusOut(Schema):
    """The state of the log as published; `root` is hexadecimal, `key` a C2SP verifier key.

    `verified` is true where the witnesses that cosigned are a quorum of the policy.
    """

    origin: str
    key: str
    size: int
    root: str
    published: datetime | None
    next_beat: datetime | None
    stamped: datetime | None
    stamped_size: int
    stamped_by: str
    witnessed: int
    witnesses: int
    verified: bool


class ActOut(Schema):
    """One act; `leaf` is the index of its leaf once it is published."""

    id: UUID
    time: datetime
    actor: str
    act: str
    about: str
    marking: str
    leaf: int | None


class ActsOut(Schema):
    """A page of acts, the newest first; pass `after` as `before` to get the next page."""

    acts: list[ActOut]
    after: UUID | None


@router.get("/status", response=StatusOut, operation_id="ledger_status")
def status(request: HttpRequest) -> StatusOut:
    """The state of the log."""
    state = reads.status()
    return StatusOut(**{name: getattr(state, name) for name in StatusOut.model_fields})


@router.get("/entries", response=ActsOut, operation_id="ledger_entries")
def entries(request: HttpRequest, before: UUID | None = None, room: str = "") -> ActsOut:
    """The acts that you may see."""
    person = the_person(request)
    now = clock.now()
    rows, after = acts.page(person, now, room=room, before=before)
    told = [
        ActOut(
            id=act.id,
            time=act.time,
            actor=act.actor,
            act=act.words,
            about=act.about,
            marking=act.marking,
            leaf=act.leaf,
        )
        for act in acts.told(person, now, rows)
    ]
    return ActsOut(acts=told, after=after)


@router.get("/entries/{entry_id}", response=dict[str, Any], operation_id="ledger_entry")
def entry(request: HttpRequest, entry_id: UUID) -> dict[str, Any]:
    """The opening of one entry: envelope, body, and the keys that bind them to its leaf."""
    found = entry_opened(the_person(request), clock.now(), entry_id)
    return reads.opening_of(found).value()


@router.get("/entries/{entry_id}/proof", response=str, operation_id="ledger_proof")
def proof(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """The proof file of one entry, as text."""
    found = entry_opened(the_person(request), clock.now(), entry_id)
    return HttpResponse(reads.proof_of(found).text(), content_type="text/plain; charset=utf-8")
