"""What falls due in this room: the beat at which the log is published."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from ninefold.jobs.schedule import recurring
from ninefold.ledger import keeping
from ninefold.ledger.beat import beat
from ninefold.ledger.models import Checkpoint

_told: list[Callable[[datetime], object]] = []


def when_published(act: Callable[[datetime], object]) -> Callable[[datetime], object]:
    """Have something done at once after each publication, by whoever stands above; it must not fail."""
    _told.append(act)
    return act


@recurring("ledger.beat", every=timedelta(seconds=settings.BEAT_SECONDS))
def publish_when_due(now: datetime) -> None:
    """Publish once for each due moment, also when the job is run again after it was done.

    A restored copy that is behind stays silent: it may be read only.
    """
    if keeping.behind() is None and not Checkpoint.objects.filter(time__gte=now).exists():
        beat(now)
        for act in _told:
            act(now)
