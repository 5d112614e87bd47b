"""Raise a warning, send it to an office that may act, withdraw it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from ninefold.access.actions import NewRelease, hold_open, place
from ninefold.access.markings import read
from ninefold.access.models import Person
from ninefold.access.reads import actor_name
from ninefold.clock import stamp
from ninefold.decisions.rules import may_run
from ninefold.errors import ConflictError, InvalidError
from ninefold.ledger.actions import append
from ninefold.ledger.drafts import Seal
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.refs import Ref
from ninefold.warning import reads
from ninefold.warning.actions.steps import as_read, step, write
from ninefold.warning.actions.vintages import load_bundled
from ninefold.warning.audiences import require_audiences
from ninefold.warning.board import HORIZONS, build_board
from ninefold.warning.board_files import board_head, row_json
from ninefold.warning.models import EarlyWarning, Passage
from ninefold.warning.months import Month
from ninefold.warning.rules import allows, may_raise, may_send, may_send_to, may_take_over, may_withdraw
from ninefold.words.text import Text

RAISED = entry_kind("warning.raised", "raised a warning")
SENT = entry_kind("warning.sent", "sent a warning to an office that may act", consequential=True)
WITHDRAWN = entry_kind("warning.withdrawn", "withdrew a warning")
TAKEN_OVER = entry_kind("warning.taken-over", "took over a warning whose author had left")

# Long enough to look back after an exercise or a war; the custodian can end a release earlier.
RELEASED_FOR = timedelta(days=3_650)
MOST_TITLE = 200
# So that the warning still fits on its brief of one page.
MOST_SUMMARY = 1_500


@dataclass(frozen=True)
class Draft:
    """What a warning is about. `vintage` None is the bundled series; `months` counts the window from the origin on."""

    country: str
    origin: Month
    months: int
    title: Text
    summary: Text
    marking: str
    audiences: Sequence[UUID]
    vintage: UUID | None = None


@transaction.atomic
def raise_warning(*, by: Person, now: datetime, draft: Draft) -> EarlyWarning:
    """Raise a warning as a draft, with the estimate as it stands now; nobody is asked to act yet."""
    vintage = load_bundled(now=now) if draft.vintage is None else reads.series_for(by, now, draft.vintage).vintage
    if vintage is None:
        raise InvalidError("Choose the data that the warning stands on.")
    snapshot = _snapshot(reads.series(vintage), draft, now)
    may_raise(by.roles, estimated=snapshot["row"]["probability"] is not None).require()
    require_audiences(by, draft.audiences, draft.marking, now)
    if not read(draft.marking).covers(read(vintage.marking)):
        raise InvalidError("The data are marked {marking}; mark the warning at least so.", marking=vintage.marking)
    _require_shape(draft)
    warning = EarlyWarning.objects.create(
        country=draft.country,
        first=str(draft.origin.plus(1)),
        last=str(draft.origin.plus(draft.months)),
        title=draft.title,
        summary=draft.summary,
        forecast=snapshot,
        vintage=vintage,
        marking=str(read(draft.marking)),
        raised_by=by,
        raised_at=now,
    )
    ref = Ref("warning", "warning", warning.pk)
    releases = [NewRelease(audience, draft.marking, now, now + RELEASED_FOR) for audience in draft.audiences]
    place(record=ref, releases=releases, now=now, by=by)
    append(kind=RAISED, actor=actor_name(by), subject=ref, now=now, marking=warning.marking, body=_body(warning))
    return warning


@transaction.atomic
def send(
    *,
    by: Person,
    now: datetime,
    warning: UUID,
    version: int,
    office: UUID,
    clock: timedelta,
    seal: Seal | None = None,
) -> Passage:
    """Send a warning to an office that may act on it; the clock starts, and the others in line wait their turn."""
    found = reads.warning_for(by, warning, now)
    as_read(found, version)
    line = [one.pk for one in reads.line_for(by, found, now)]
    may_send(raised_by_him=found.raised_by_id == by.pk, line=line).require()
    may_send_to(office, line).require()
    may_run(clock).require()
    asked = [office, *(other for other in line if other != office)]
    turn = found.round + 1
    step(found, "send", version, line=[str(one) for one in asked], clock=clock, round=turn)
    passage = Passage.objects.create(
        warning=found, office_id=office, round=turn, turn=1, sent_at=now, due_at=now + clock
    )
    body = {
        "office": str(office),
        "due": stamp(passage.due_at),
        "clock_seconds": int(clock.total_seconds()),
        "line": [str(one) for one in asked],
        "round": turn,
    }
    write(SENT, found, actor=actor_name(by), now=now, body=body, seal=seal)
    return passage


@transaction.atomic
def withdraw(*, by: Person, now: datetime, warning: UUID, version: int) -> None:
    """Withdraw a warning that nobody has acknowledged; it stays readable, and its clock stops."""
    found = reads.warning_for(by, warning, now)
    as_read(found, version)
    may_withdraw(raised_by_him=found.raised_by_id == by.pk).require()
    step(found, "withdraw", version)
    found.passages.filter(outcome="waiting").update(outcome="withdrawn", by=by, at=now)
    write(WITHDRAWN, found, actor=actor_name(by), now=now, body={})


@transaction.atomic
def take_over(*, by: Person, now: datetime, warning: UUID, version: int) -> None:
    """Answer for a warning whose author has left: send it again, withdraw it. Who raised it stays in the ledger."""
    found = reads.warning_for(by, warning, now)
    as_read(found, version)
    may_take_over(by.roles, author_left=not found.raised_by.is_active).require()
    allows(found.state, "withdraw").require()
    hold_open(by.pk)
    former = found.raised_by_id
    unchanged = EarlyWarning.objects.filter(pk=found.pk, version=version, raised_by=former)
    if not unchanged.update(raised_by=by, version=version + 1):
        raise ConflictError("Somebody else changed this warning first; read it again.")
    write(TAKEN_OVER, found, actor=actor_name(by), now=now, body={"from": str(former)})


def _require_shape(draft: Draft) -> None:
    if draft.months not in HORIZONS:
        raise InvalidError("A warning runs over 1 to 12 months; choose how many.")
    if any(len(one.text) > MOST_TITLE for one in draft.title.versions):
        raise InvalidError("The title has at most {most} characters; shorten it.", most=MOST_TITLE)
    if any(len(one.text) > MOST_SUMMARY for one in draft.summary.versions):
        raise InvalidError(
            "The summary has at most {most} characters, to fit on its brief; shorten it.", most=MOST_SUMMARY
        )


def _snapshot(series: reads.Series, draft: Draft, now: datetime) -> dict[str, Any]:
    """The estimate as known at the origin; what then happened is left out, because nobody knew it."""
    board = build_board(series.panel, draft.origin)
    head = board_head(board, series.card, today=now.date())
    return {**head, "digest": series.card.digest, "row": row_json(replace(board.row(draft.country), outcome=None))}


def _body(warning: EarlyWarning) -> dict[str, Any]:
    return {
        "country": warning.country,
        "first": warning.first,
        "last": warning.last,
        "title": warning.title.as_value(),
        "summary": warning.summary.as_value(),
        "forecast": warning.forecast,
        "vintage": str(warning.vintage_id),
    }
