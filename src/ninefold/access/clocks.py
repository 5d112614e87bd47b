"""What falls due in this room."""

from datetime import datetime, timedelta

from ninefold.access import delivery, recovery
from ninefold.access.actions import (
    close_due,
    erase_due_vaults,
    file_entries,
    forget_what_ended,
    take_down_what_ended,
)
from ninefold.errors import UnavailableError
from ninefold.jobs.schedule import recurring

_BATCHES = 4


@recurring("access.forget", every=timedelta(minutes=10))
def forget(now: datetime) -> None:
    """Delete what no longer lets anybody in."""
    forget_what_ended(now=now)


@recurring("access.vaults", every=timedelta(minutes=10))
def vaults(now: datetime) -> None:
    """Delete what vaults hold whose day has come."""
    erase_due_vaults(now=now)


@recurring("access.departures", every=timedelta(minutes=1))
def departures(now: datetime) -> None:
    """Close the accounts whose day has come; one that cannot be closed is told to the operator."""
    swept = close_due(now=now)
    if swept.failed:
        raise UnavailableError(
            "{n} accounts whose day has come could not be closed; close them by hand.", n=swept.failed
        )


@recurring("access.notices", every=timedelta(seconds=10))
def notices(now: datetime) -> None:
    """Gather what is to be told, and have it sent, with the letters of who asked for a new password."""
    delivery.send_what_is_due(now)
    recovery.send_recoveries(now)


@recurring("access.file", every=timedelta(seconds=10))
def file(now: datetime) -> None:
    """Put new entries on the shelves of their readers; after an upgrade, so many at a time that no beat waits long."""
    for _ in range(_BATCHES):
        if not file_entries(now=now):
            return


@recurring("access.take-down", every=timedelta(days=1))
def take_down(now: datetime) -> None:
    """Take entries from the shelves where releases that are over had put them."""
    take_down_what_ended(now=now)
