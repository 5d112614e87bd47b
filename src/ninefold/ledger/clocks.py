"""What falls due in this room: the beat at which the log is published."""

from datetime import datetime, timedelta

from django.conf import settings

from ninefold.jobs.schedule import recurring
from ninefold.ledger.beat import beat
from ninefold.ledger.models import Checkpoint


@recurring("ledger.beat", every=timedelta(seconds=settings.BEAT_SECONDS))
def publish_when_due(now: datetime) -> None:
    """Publish once for each due moment, also when the job is run again after it was done."""
    if not Checkpoint.objects.filter(time__gte=now).exists():
        beat(now)
