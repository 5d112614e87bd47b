"""What becomes of a warning on its way: acknowledged, declined, or passed on because a clock ran out."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from ninefold.access.models import Person
from ninefold.access.reads import actor_name
from ninefold.clock import stamp
from ninefold.errors import ConflictError, UnavailableError
from ninefold.ledger.drafts import Seal
from ninefold.ledger.kinds import entry_kind
from ninefold.tracks.seats import deserted, offices_answered, offices_held
from ninefold.warning import reads
from ninefold.warning.actions.steps import as_read, step, write
from ninefold.warning.models import EarlyWarning, Passage
from ninefold.warning.rules import after_no, allows, is_reason, may_answer
from ninefold.words.text import plain

ACKNOWLEDGED = entry_kind("warning.acknowledged", "acknowledged a warning", consequential=True)
DECLINED = entry_kind("warning.declined", "declined a warning", consequential=True)
PASSED_ON = entry_kind("warning.passed-on", "passed a warning on to the next in line")
UNANSWERED = entry_kind("warning.unanswered", "gave an unanswered warning back")

CLOCK = "clock"
_log = logging.getLogger(__name__)


@transaction.atomic
def acknowledge(*, by: Person, now: datetime, warning: UUID, version: int, seal: Seal | None = None) -> None:
    """Take the warning on: the holder of the addressed office, before anything else happens to it."""
    found, passage = _addressed(by, warning, now, "acknowledge", version)
    step(found, "acknowledge", version)
    _close(passage, "acknowledged", now, by=by)
    body = {"office": str(passage.office_id)} | _as_deputy(by, passage, now)
    write(ACKNOWLEDGED, found, actor=actor_name(by), now=now, body=body, seal=seal)


@transaction.atomic
def decline(*, by: Person, now: datetime, warning: UUID, version: int, reason: str, seal: Seal | None = None) -> None:
    """Decline with a reason: the next in line is asked at once, or the warning goes back to who raised it."""
    found, passage = _addressed(by, warning, now, "pass-on", version)
    reason = plain(reason)
    is_reason(reason).require()
    body = _hand_over(found, passage, version, now, outcome="declined", by=by, reason=reason)
    write(
        DECLINED,
        found,
        actor=actor_name(by),
        now=now,
        body=body | {"reason": reason} | _as_deputy(by, passage, now),
        seal=seal,
    )


def _as_deputy(by: Person, passage: Passage, now: datetime) -> dict[str, str]:
    """Whether he answered in the place of who is on leave."""
    himself = offices_held(by, now).filter(pk=passage.office_id).exists()
    return {} if himself else {"as": "deputy"}


def pass_on(*, now: datetime) -> int:
    """Pass on every warning whose clock has run out, or whose addressee is away without a deputy; returns how many.

    Each goes in a transaction of its own. One that cannot be passed on stays as it is and the others go on; at the end
    `UnavailableError` names the broken ones by their ids, which is all that an operator may read. Safe to run twice at
    once and after a sleep.
    """
    due = Passage.objects.filter(outcome="waiting", due_at__lte=now).order_by("due_at", "id")
    passed, broken = _sweep(list(due.values_list("pk", "warning_id")), now, "lapsed")
    more, stuck = _sweep(_of_deserted(now), now, "absent")
    if broken or stuck:
        ids = ", ".join(sorted(map(str, broken | stuck)))
        raise UnavailableError("These warnings could not be passed on, the others were: {ids}.", ids=ids)
    return passed + more


def _of_deserted(now: datetime) -> list[tuple[UUID, UUID]]:
    """The passages that wait for an office whose holder is on leave with nobody to answer for him."""
    waiting = Passage.objects.filter(outcome="waiting", due_at__gt=now)
    offices = deserted(set(waiting.values_list("office_id", flat=True)), now)
    return list(waiting.filter(office__in=offices).order_by("due_at", "id").values_list("pk", "warning_id"))


def _sweep(passages: Sequence[tuple[UUID, UUID]], now: datetime, outcome: str) -> tuple[int, set[UUID]]:
    """How many were passed on, and the warnings that could not be."""
    passed, broken = 0, set()
    for passage, warning in passages:
        try:
            passed += _lapse(passage, now, outcome)
        except Exception:  # noqa: BLE001 - reported at the end of the sweep
            # Whatever is wrong with one warning must not stop the clocks of the others. Its content stays unsaid:
            # the log of the program is no place for it.
            _log.error("The warning %s could not be passed on.", warning)
            broken.add(warning)
    return passed, broken


def _lapse(passage: UUID, now: datetime, outcome: str) -> bool:
    """One clock, in a transaction of its own. Somebody who was quicker wins, and nothing is passed on."""
    try:
        with transaction.atomic():
            waiting = Passage.objects.select_related("warning").filter(pk=passage, outcome="waiting")
            row = (waiting.filter(due_at__lte=now) if outcome == "lapsed" else waiting).first()
            if row is None:
                return False
            warning = row.warning
            body = _hand_over(warning, row, warning.version, now, outcome=outcome, by=None, reason="")
            kind = PASSED_ON if body["next"] else UNANSWERED
            write(kind, warning, actor=CLOCK, now=now, body=body | {"due": stamp(row.due_at), "why": outcome})
    except ConflictError:
        return False
    return True


def _addressed(by: Person, warning: UUID, now: datetime, act: str, version: int) -> tuple[EarlyWarning, Passage]:
    """The warning and its running passage, if this person may answer it now."""
    found = reads.warning_for(by, warning, now)
    as_read(found, version)
    allows(found.state, act).require()
    passage = reads.waiting(found)
    held = set(offices_answered(by, now).values_list("pk", flat=True))
    may_answer(held, passage.office_id if passage else None).require()
    if passage is None:
        raise ConflictError("Somebody else changed this warning first; read it again.")
    return found, passage


def _hand_over(
    warning: EarlyWarning,
    passage: Passage,
    version: int,
    now: datetime,
    *,
    outcome: str,
    by: Person | None,
    reason: str,
) -> dict[str, Any]:
    """Ask the next in line, or give the warning back; what the entry says of it."""
    asked = set(warning.passages.filter(round=warning.round).values_list("office", flat=True))
    act, following = after_no(reads.still_in_line(warning, now), asked)
    step(warning, act, version)
    _close(passage, outcome, now, by=by, reason=reason)
    if following is not None and warning.clock is not None:
        Passage.objects.create(
            warning=warning,
            office_id=following,
            round=warning.round,
            turn=passage.turn + 1,
            sent_at=now,
            due_at=now + warning.clock,
        )
    return {"office": str(passage.office_id), "next": str(following) if following else ""}


def _close(passage: Passage, outcome: str, now: datetime, *, by: Person | None = None, reason: str = "") -> None:
    waiting = Passage.objects.filter(pk=passage.pk, outcome="waiting")
    if not waiting.update(outcome=outcome, at=now, by=by, reason=reason):
        raise ConflictError("Somebody else changed this warning first; read it again.")
