"""Whom the acts of this room concern, so that notices tell them to look."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from ninefold.access.actions import concerns
from ninefold.access.reads import readers_of
from ninefold.ledger.hearing import Heard
from ninefold.tracks.seats import holders
from ninefold.warning.actions.passages import DECLINED, PASSED_ON, UNANSWERED
from ninefold.warning.actions.warnings import SENT
from ninefold.warning.models import EarlyWarning, Passage
from ninefold.warning.reads import WARNING

# Of the clock, when who has not answered is told once more.
_LATE = 3 / 4


def whose_turn(heard: Heard, now: datetime) -> Collection[UUID]:
    """Who holds the office that the warning waits for now, or raised one that nobody answered; if he may read it."""
    warning = EarlyWarning.objects.filter(pk=heard.subject.id).first()
    if warning is None:
        return ()
    readers = readers_of(WARNING, warning.pk, now)
    return [person for person in _asked(warning, now) if readers.include(person)]


def clock_runs_out(heard: Heard) -> datetime | None:
    """When most of the clock has run of the office that the warning waits for."""
    waiting = Passage.objects.filter(warning=heard.subject.id, outcome="waiting").first()
    return waiting.sent_at + (waiting.due_at - waiting.sent_at) * _LATE if waiting else None


def _asked(warning: EarlyWarning, now: datetime) -> list[UUID]:
    waiting = Passage.objects.filter(warning=warning, outcome="waiting").first()
    if waiting is not None:
        return holders(waiting.office_id, now)
    return [warning.raised_by_id] if warning.state == "unanswered" else []


for _kind in (SENT, DECLINED, PASSED_ON, UNANSWERED):
    concerns(_kind, whose_turn, urgent=True, again=clock_runs_out)
