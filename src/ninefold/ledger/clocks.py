"""What falls due in this room: the beat at which the log is published, and then the question to its witnesses."""

from datetime import datetime, timedelta

from django.conf import settings

from ninefold.jobs.queue import OUTSIDE, job
from ninefold.jobs.schedule import recurring
from ninefold.ledger.beat import beat
from ninefold.ledger.gathering import gather
from ninefold.ledger.models import Checkpoint


@recurring("ledger.beat", every=timedelta(seconds=settings.BEAT_SECONDS))
def publish_when_due(now: datetime) -> None:
    """Publish once for each due moment, also when the job is run again after it was done."""
    if not Checkpoint.objects.filter(time__gte=now).exists():
        published = beat(now)
        if settings.WITNESS_POLICY_REQUIRED or settings.WITNESS_POLICY.exists():
            ask_witnesses.enqueue(size=published.size)


@job(queue=OUTSIDE, attempts=1)
def ask_witnesses(now: datetime, size: int) -> None:
    """Ask for cosignatures of what was published; a question that a newer beat has overtaken gives way to it."""
    if not Checkpoint.objects.filter(size__gt=size).exists():
        gather(now)
