"""The queue's own housekeeping."""

from datetime import datetime, timedelta

from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from ninefold.jobs.schedule import recurring

# Arguments name records, so a finished job is not kept longer than somebody may be waiting for it.
_DONE_KEPT = timedelta(hours=1)
_FAILED_KEPT = timedelta(days=14)


@recurring("jobs.purge", every=timedelta(minutes=10))
def purge(now: datetime) -> None:
    """Delete jobs that finished an hour ago, and failures after two weeks."""
    for status, kept in ((TaskResultStatus.SUCCESSFUL, _DONE_KEPT), (TaskResultStatus.FAILED, _FAILED_KEPT)):
        DBTaskResult.objects.filter(status=status, finished_at__lt=now - kept).delete()
