"""What falls due in this room: a warning whose clock has run out goes to the next in line."""

from datetime import datetime, timedelta

from ninefold.jobs.schedule import recurring
from ninefold.warning import actions


@recurring("warning.pass_on", every=timedelta(seconds=10))
def pass_on(now: datetime) -> None:
    """Pass on every overdue warning. After a sleep of the machine one sweep finds them all."""
    actions.pass_on(now=now)
