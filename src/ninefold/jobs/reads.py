"""Questions to the queue, for the operator's page and for tests."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from ninefold.errors import NotThereError


@dataclass(frozen=True)
class Failure:
    """A job that will not be tried again: which, when, and what happened (first line: the sentence)."""

    id: uuid.UUID
    path: str
    when: datetime | None
    what: str


def failures() -> list[Failure]:
    """Jobs that ended as failed, the newest first."""
    rows = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).order_by("-finished_at")
    return [Failure(*row) for row in rows.values_list("id", "task_path", "finished_at", "traceback")]


def state(job: uuid.UUID) -> str:
    """`ready`, `running`, `successful` or `failed`; a job that was purged is not there."""
    status = DBTaskResult.objects.filter(pk=job).values_list("status", flat=True).first()
    if status is None:
        raise NotThereError
    return str(status).lower()


def waiting(*, queue: str) -> int:
    """How many jobs of a queue are not finished."""
    unfinished = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    return DBTaskResult.objects.filter(queue_name=queue, status__in=unfinished).count()
