"""The board and the warnings as JSON: the same actions and the same refusals as on the pages."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from ninefold import clock
from ninefold.access.guards import person_of, the_person
from ninefold.access.signing import DESCRIBED, carry_out
from ninefold.access.tokens import TokenOrStranger
from ninefold.warning import actions, board_files, paging, reads
from ninefold.warning.asking import asked_for, row_of
from ninefold.warning.models import EarlyWarning, Passage
from ninefold.warning.months import Month
from ninefold.words.text import parse

router = Router(tags=["warning"])


class CountryOut(Schema):
    """One row of the board. `word` names the step of ICD 203's scale; what is not known is null."""

    iso3: str
    probability: float | None
    interval: list[float] | None
    word: str | None
    abstained: str | None
    sample: list[int] | None
    median: int | None
    quantiles: dict[str, int] | None
    past: dict[str, int] | None
    outcome: list[int | None] | None


class HeadOut(Schema):
    """What holds for every row of a board; `marking` is the highest under which you read its data."""

    marking: str
    origin: str
    as_known_on: str
    replay: bool
    method: str
    threshold: int
    unit: str
    horizons: list[int]
    source: str
    licence: str
    vintage: str
    caution: str


class BoardOut(HeadOut):
    """The board, by falling probability."""

    rows: list[CountryOut]


class CountryBoardOut(HeadOut):
    """One country of the board."""

    row: CountryOut


class PassageOut(Schema):
    """One office had the warning. `at` and `reason` are empty while it waits."""

    office: UUID
    round: int
    turn: int
    sent_at: datetime
    due_at: datetime
    outcome: str
    at: datetime | None
    reason: str


class WarningRow(Schema):
    """A warning in the list. An act upon it names the `version` in which it was read."""

    id: UUID
    country: str
    first: str
    last: str
    title: dict[str, Any]
    summary: dict[str, Any]
    marking: str
    state: str
    version: int
    raised_at: datetime


class WarningOut(WarningRow):
    """A warning; `forecast` is the estimate as it stood when it was raised, `latency` is in seconds."""

    forecast: dict[str, Any]
    passages: list[PassageOut]
    latency: dict[str, float | None]


class WarningsOut(Schema):
    """One page of warnings, the newest first; `after` begins the next page and is empty on the last."""

    warnings: list[WarningRow]
    after: str


class DraftIn(Schema, extra="forbid"):
    """A new warning; `title` and `summary` are multilingual texts. Without `vintage` it is the bundled series."""

    country: str = Field(pattern="^[A-Z]{3}$")
    origin: str = Field(pattern="^[0-9]{4}-[0-9]{2}$")
    months: int = Field(ge=1, le=12)
    title: dict[str, Any]
    summary: dict[str, Any]
    marking: str = Field(max_length=40)
    audiences: list[UUID] = Field(max_length=50)
    vintage: UUID | None = None


class VersionIn(Schema, extra="forbid"):
    """The version of the warning that was read."""

    version: int = Field(ge=1, le=2**31 - 1)


class SendIn(VersionIn):
    """To which office, and how long its clock runs."""

    office: UUID
    clock_seconds: int = Field(ge=60, le=30 * 24 * 3600)


class DeclineIn(VersionIn):
    """Why not, in a sentence of 20 to 2000 characters."""

    reason: str = Field(max_length=4_000)


@router.get("/board", response=BoardOut, auth=TokenOrStranger(), operation_id="warning_board")
def board(request: HttpRequest, origin: str = "", data: str = "") -> dict[str, Any]:
    """The whole board as known at the end of `origin` (YYYY-MM); `data` is the id of a series."""
    asked = asked_for(request)
    told = board_files.board_json(asked.board, asked.series.card, today=asked.now.date())
    return {"marking": str(asked.marking), **told}


@router.get("/countries/{iso3}", response=CountryBoardOut, auth=TokenOrStranger(), operation_id="warning_country")
def country(request: HttpRequest, iso3: str, origin: str = "", data: str = "") -> dict[str, Any]:
    """One country of the board."""
    asked = asked_for(request)
    head = board_files.board_head(asked.board, asked.series.card, today=asked.now.date())
    return {"marking": str(asked.marking), **head, "row": board_files.row_json(row_of(asked.board, iso3))}


@router.get("/warnings", response=WarningsOut, auth=TokenOrStranger(), operation_id="warning_list")
def warnings(request: HttpRequest, after: str = "") -> WarningsOut:
    """The warnings that you may see, a page at a time."""
    found, following = reads.newest_warnings(person_of(request), clock.now(), after=paging.place_of(after))
    return WarningsOut(warnings=[WarningRow(**_row(warning)) for warning in found], after=paging.cursor_of(following))


@router.get("/warnings/{warning_id}", response=WarningOut, auth=TokenOrStranger(), operation_id="warning_one")
def warning(request: HttpRequest, warning_id: UUID) -> WarningOut:
    """One warning with its way and its latency in seconds."""
    return _out(reads.warning_for(person_of(request), warning_id, clock.now()))


@router.post("/warnings", response={201: WarningOut}, operation_id="warning_raise")
def raise_warning(request: HttpRequest, draft: DraftIn) -> Status[WarningOut]:
    """Raise a warning as a draft."""
    told = draft.dict() | {
        "origin": Month.parse(draft.origin),
        "title": parse(draft.title),
        "summary": parse(draft.summary),
    }
    raised = actions.raise_warning(by=the_person(request), now=clock.now(), draft=actions.Draft(**told))
    return Status(201, _out(raised))


@router.post("/warnings/{warning_id}/send", response=WarningOut, operation_id="warning_send", openapi_extra=DESCRIBED)
def send(request: HttpRequest, warning_id: UUID, body: SendIn) -> WarningOut:
    """Send it to an office that holds the right to act; its clock starts."""
    length = timedelta(seconds=body.clock_seconds)
    told = {"version": body.version, "office": body.office, "clock": length}
    return _signed(request, warning_id, actions.send, told)


@router.post(
    "/warnings/{warning_id}/acknowledge",
    response=WarningOut,
    operation_id="warning_acknowledge",
    openapi_extra=DESCRIBED,
)
def acknowledge(request: HttpRequest, warning_id: UUID, body: VersionIn) -> WarningOut:
    """Take it on."""
    return _signed(request, warning_id, actions.acknowledge, body.dict())


@router.post(
    "/warnings/{warning_id}/decline", response=WarningOut, operation_id="warning_decline", openapi_extra=DESCRIBED
)
def decline(request: HttpRequest, warning_id: UUID, body: DeclineIn) -> WarningOut:
    """Decline with a reason; the next in line is asked."""
    return _signed(request, warning_id, actions.decline, body.dict())


@router.post("/warnings/{warning_id}/withdraw", response=WarningOut, operation_id="warning_withdraw")
def withdraw(request: HttpRequest, warning_id: UUID, body: VersionIn) -> WarningOut:
    """Take it back."""
    person, now = the_person(request), clock.now()
    actions.withdraw(by=person, now=now, warning=warning_id, version=body.version)
    return _out(reads.warning_for(person, warning_id, now))


@router.post("/warnings/{warning_id}/take-over", response=WarningOut, operation_id="warning_take_over")
def take_over(request: HttpRequest, warning_id: UUID, body: VersionIn) -> WarningOut:
    """Answer for a warning whose author has left."""
    person, now = the_person(request), clock.now()
    actions.take_over(by=person, now=now, warning=warning_id, version=body.version)
    return _out(reads.warning_for(person, warning_id, now))


def _signed(request: HttpRequest, warning_id: UUID, act: Callable[..., object], told: dict[str, Any]) -> WarningOut:
    person = the_person(request)
    carry_out(request, lambda now, seal: act(by=person, now=now, warning=warning_id, seal=seal, **told))
    return _out(reads.warning_for(person, warning_id, clock.now()))


def _out(warning: EarlyWarning) -> WarningOut:
    latency = reads.latency(warning)
    steps = {"to_raise": latency.to_raise, "to_send": latency.to_send, "to_act": latency.to_act, "total": latency.total}
    return WarningOut(
        **_row(warning),
        forecast=warning.forecast,
        passages=[_passage(passage) for passage in reads.passages(warning)],
        latency={name: length.total_seconds() if length is not None else None for name, length in steps.items()},
    )


def _row(warning: EarlyWarning) -> dict[str, Any]:
    return {
        "id": warning.pk,
        "country": warning.country,
        "first": warning.first,
        "last": warning.last,
        "title": warning.title.as_value(),
        "summary": warning.summary.as_value(),
        "marking": warning.marking,
        "state": warning.state,
        "version": warning.version,
        "raised_at": warning.raised_at,
    }


def _passage(passage: Passage) -> PassageOut:
    return PassageOut(
        office=passage.office_id,
        round=passage.round,
        turn=passage.turn,
        sent_at=passage.sent_at,
        due_at=passage.due_at,
        outcome=passage.outcome,
        at=passage.at,
        reason=passage.reason,
    )
