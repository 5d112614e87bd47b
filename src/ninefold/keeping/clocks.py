"""What falls due in this room."""

from datetime import datetime, timedelta

from django.conf import settings

from ninefold.jobs.queue import job
from ninefold.jobs.schedule import recurring
from ninefold.keeping import backup, chain
from ninefold.keeping.afterwards import write_where_due
from ninefold.ledger.clocks import when_published


# What was published stands beside the backup at once: others may have seen it, and a restore must hold it.
@when_published
@recurring("keeping.afterwards", every=timedelta(seconds=10))
def keep_what_ended(now: datetime) -> None:
    """Note beside each backup what has ended since, so that a restore does not bring it back."""
    write_where_due(now)


@job()
def add_copies(now: datetime) -> None:
    """Add a copy to every backup of this workspace, each by a job of its own: one that fails stops no other."""
    for known in chain.known():
        add_copy.enqueue(folder=known.folder)


@job(attempts=3, wait=timedelta(minutes=1))
def add_copy(now: datetime, folder: str) -> None:
    """Add a copy to one backup. A job, not a due act: it may take long, and the beat must not."""
    backup.add(folder, now, keep=settings.BACKUP_KEEP)


if settings.BACKUP_HOURS:

    @recurring("keeping.backup", every=timedelta(hours=settings.BACKUP_HOURS))
    def back_up(now: datetime) -> None:
        """Have copies added."""
        add_copies.enqueue()
