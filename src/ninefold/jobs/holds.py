"""Who runs what: a worker takes a job, holds it while it lives, and says how it ended.

A hold is a lease: it ends by itself when the worker stops renewing it, and the job is then tried again. Every step
compares what it read (`UPDATE … WHERE`), so two workers never hold one job.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from ninefold.errors import NinefoldError, UnavailableError
from ninefold.jobs.models import Hold
from ninefold.jobs.queue import job_at, what_happened

# A worker renews three times in this span; a killed worker's job waits at most this long.
LEASE = timedelta(seconds=30)

# A job whose worker died this often is not tried again: it may be what kills them.
_DEATHS = 5
_LOOK_AT = 8


@dataclass(frozen=True)
class Held:
    """One job in the hands of one worker."""

    id: uuid.UUID
    path: str
    arguments: dict[str, Any]
    tries: int
    worker: uuid.UUID


def take(*, queue: str, worker: uuid.UUID, now: datetime) -> Held | None:
    """Take the most urgent job of a queue; None when none is ready."""
    ready = _in(TaskResultStatus.READY).filter(Q(run_after=get_date_max()) | Q(run_after__lte=now), queue_name=queue)
    for row in ready[:_LOOK_AT].values("id", "task_path", "args_kwargs"):
        tries = _take_row(row["id"], worker=worker, now=now)
        if tries:
            return Held(row["id"], row["task_path"], row["args_kwargs"], tries, worker)
    return None


def _take_row(row: uuid.UUID, *, worker: uuid.UUID, now: datetime) -> int:
    with transaction.atomic():
        if not _in(TaskResultStatus.READY).filter(pk=row).update(status=TaskResultStatus.RUNNING, started_at=now):
            return 0
        hold, _ = Hold.objects.get_or_create(job_id=row)
        hold.tries, hold.worker, hold.until = hold.tries + 1, worker, now + LEASE
        hold.save()
        return hold.tries


def renew(jobs: Collection[uuid.UUID], *, worker: uuid.UUID, now: datetime) -> None:
    """Say that this worker still runs these jobs. One that it holds and does not run is let go by time."""
    Hold.objects.filter(job_id__in=jobs, worker=worker, until__isnull=False).update(until=now + LEASE)


def finish(held: Held, *, now: datetime) -> bool:
    """The job is done. False when the worker had lost it meanwhile."""
    with transaction.atomic():
        return _let_go(held) and _set(held.id, status=TaskResultStatus.SUCCESSFUL, finished_at=now)


def give_up(held: Held, error: Exception, *, now: datetime) -> bool:
    """The job failed: it is queued again as its rules say, or it ends as failed and says what happened."""
    with transaction.atomic():
        if not _let_go(held):
            return False
        again = _next_try(held, error, now=now)
        if again is not None:
            return _set(held.id, status=TaskResultStatus.READY, run_after=again, traceback=what_happened(error))
        return _fail(held.id, error, now=now)


def put_back(*, worker: uuid.UUID, now: datetime) -> None:
    """A worker that must stop hands back what it has not finished; the try does not count."""
    for hold in Hold.objects.filter(worker=worker, until__isnull=False):
        with transaction.atomic():
            if _free(hold, tries=hold.tries - 1):
                _set(hold.job_id, status=TaskResultStatus.READY, run_after=now)


def recover(*, now: datetime) -> int:
    """Queue again what dead workers held; returns how many jobs that were."""
    lost = list(Hold.objects.filter(until__lte=now))
    for hold in lost:
        with transaction.atomic():
            if not _free(hold, tries=hold.tries):
                continue
            if hold.tries < _DEATHS:
                _set(hold.job_id, status=TaskResultStatus.READY, run_after=now)
            else:
                _fail(hold.job_id, UnavailableError("The worker ended {n} times while it ran.", n=hold.tries), now=now)
    return len(lost)


def _in(status: TaskResultStatus) -> QuerySet[DBTaskResult[Any, Any]]:
    return DBTaskResult.objects.filter(status=status)


def _set(row: uuid.UUID, **values: object) -> bool:
    return _in(TaskResultStatus.RUNNING).filter(pk=row).update(**values) == 1


def _fail(row: uuid.UUID, error: Exception, *, now: datetime) -> bool:
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    account = what_happened(error)
    return _set(row, status=TaskResultStatus.FAILED, finished_at=now, exception_class_path=kind, traceback=account)


def _next_try(held: Held, error: Exception, *, now: datetime) -> datetime | None:
    try:
        return job_at(held.path).next_try(error, tries=held.tries, now=now)
    except NinefoldError:
        return None


def _let_go(held: Held) -> bool:
    mine = Hold.objects.filter(job_id=held.id, worker=held.worker, tries=held.tries, until__isnull=False)
    return mine.update(worker=None, until=None) == 1


def _free(hold: Hold, *, tries: int) -> bool:
    same = Hold.objects.filter(pk=hold.pk, worker=hold.worker, tries=hold.tries, until=hold.until)
    return same.update(worker=None, until=None, tries=tries) == 1
