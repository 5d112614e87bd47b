"""What falls due in this room: the beat, then its witnesses and time stamps. And the look at this machine's clock."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from ninefold.jobs.queue import OUTSIDE, job
from ninefold.jobs.schedule import recurring, watch
from ninefold.ledger import keeping, stock, timeguard
from ninefold.ledger.beat import beat
from ninefold.ledger.gathering import gather
from ninefold.ledger.models import Checkpoint
from ninefold.ledger.stamping import stamp_last

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
        published = beat(now)
        if settings.WITNESS_POLICY_REQUIRED or settings.WITNESS_POLICY.exists():
            ask_witnesses.enqueue(size=published.size)
        for act in _told:
            act(now)


@job(queue=OUTSIDE, attempts=1)
def ask_witnesses(now: datetime, size: int) -> None:
    """Ask for cosignatures of what was published; a question that a newer beat has overtaken gives way to it."""
    if not Checkpoint.objects.filter(size__gt=size).exists():
        gather(now)


@recurring("ledger.time-stamps", every=timedelta(minutes=settings.TIME_STAMP_MINUTES))
def have_it_stamped(now: datetime) -> None:
    """Ask the time authorities, in the lane of jobs: an authority that does not answer never makes the beat late."""
    if settings.TIME_AUTHORITIES:
        stamp_last.enqueue()


@recurring("ledger.stock", every=timedelta(minutes=1))
def take_stock_once(now: datetime) -> None:
    """After an upgrade: set down what older versions did not say, so that from now on it is held."""
    if keeping.behind() is None and stock.is_due():
        stock.take_stock(now=now)


@watch
def tell_of_the_clock(now: datetime) -> None:
    """Say on the terminal why nothing is signed: a clock that went back lets no beat fall due that could say it."""
    if wrong := timeguard.fault(now):
        raise wrong
