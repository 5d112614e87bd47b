"""Acts that fall due again and again: the log's beat, a right's clock, a purge.

Each room declares its own in `clocks.py` (or `beat.py`):

    @recurring("warning.pass_on", every=timedelta(minutes=1))
    def pass_on(now: datetime) -> None: ...

A due moment is a multiple of `every` since 1970. It is queued exactly once, whichever of the workers sees it first;
after the machine slept, only the newest due moment is queued, not the ones that were slept through.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from django.db import IntegrityError, transaction
from django.utils.module_loading import autodiscover_modules

from ninefold.clock import read_stamp, stamp
from ninefold.errors import InvalidError
from ninefold.jobs.models import Slot
from ninefold.jobs.queue import CLOCK, job

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Old slots are kept this long, so that a clock set back an hour does not fire them a second time.
_KEPT = timedelta(days=1)

Act: TypeAlias = Callable[[datetime], None]


@dataclass(frozen=True)
class Recurring:
    """One act and its period."""

    name: str
    every: timedelta
    act: Act

    def due(self, now: datetime) -> datetime:
        """The newest due moment that is not later than `now`."""
        return now - (now - _EPOCH) % self.every


_declared: dict[str, Recurring] = {}
_watches: list[Act] = []


def recurring(name: str, *, every: timedelta) -> Callable[[Act], Act]:
    """Declare an act that falls due every `every` (at least a second); the name is unique and stable."""
    if every < timedelta(seconds=1):
        raise InvalidError("The act {name} is due every {every}; the least is one second.", name=name, every=every)

    def declare(act: Act) -> Act:
        if name in _declared and _declared[name].act.__module__ != act.__module__:
            raise InvalidError("Two acts bear the name {name}.", name=name)
        _declared[name] = Recurring(name, every, act)
        return act

    return declare


def watch(look: Act) -> Act:
    """Declare a look that every worker takes every few seconds, due or not; what it raises is told to the operator."""
    _watches.append(look)
    return look


def watches() -> tuple[Act, ...]:
    """Every look that was declared."""
    return tuple(_watches)


def declared() -> tuple[Recurring, ...]:
    """Every act that was declared, by name."""
    return tuple(_declared[name] for name in sorted(_declared))


def discover() -> None:
    """Import the clocks of every installed room; without this only the rooms imported so far have declared theirs."""
    autodiscover_modules("clocks", "beat")


class Schedule:
    """What one worker knows of the slots; it asks the database only when a due moment has changed."""

    def __init__(self, acts: tuple[Recurring, ...]) -> None:
        self._acts = acts
        self._seen: dict[str, datetime] = {}

    def tick(self, now: datetime) -> list[str]:
        """Queue each act whose newest slot nobody queued yet; returns the names that this call queued."""
        dues = {act.name: act.due(now) for act in self._acts}
        new = {name: due for name, due in dues.items() if self._seen.get(name) != due}
        fired = [name for name, due in new.items() if _claim(name, due)]
        self._seen.update(new)
        return fired


def _claim(name: str, due: datetime) -> bool:
    if Slot.objects.filter(name=name, due=due).exists():
        return False
    try:
        with transaction.atomic():
            Slot.objects.create(name=name, due=due)
            Slot.objects.filter(name=name, due__lt=due - _KEPT).delete()
            fire.enqueue(name, stamp(due))
    except IntegrityError:
        return False
    return True


@job(queue=CLOCK, attempts=3, wait=timedelta(seconds=2))
def fire(now: datetime, name: str, due: str) -> None:
    """Do a due act. A slot that a newer one has overtaken gives way to it."""
    if Slot.objects.filter(name=name, due__gt=read_stamp(due), due__lte=now).exists():
        return
    if name not in _declared:
        raise InvalidError("There is no recurring act {name} in this version.", name=name)
    _declared[name].act(now)
