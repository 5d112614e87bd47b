"""The one place that asks what time it is. Everything else is told (`now=`), in aware UTC.

A wall clock can be set, also wrongly. The seconds that a machine counts since its start cannot; a `Reckoning` holds the
one against the other and tells a jump.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ninefold.errors import InvalidError

# What the usual small corrections of a clock may take back at once.
TOLERANCE = timedelta(seconds=2)
# A clock set right after a failure goes forward by minutes; one by more than this is asked about.
LEAP = timedelta(days=1)

# Where there is one: the clock that goes on counting while the machine sleeps.
_COUNTER = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds, one spelling per moment: `2026-11-21T08:30:00.000000Z`."""
    if moment.tzinfo is None:
        raise InvalidError("The time {moment} has no time zone; give one, such as Z.", moment=moment.isoformat())
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def read_stamp(text: str) -> datetime:
    """The moment that `stamp` wrote; any other spelling is refused."""
    try:
        moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError:
        raise InvalidError("{text} is not a time; write it as 2026-11-21T08:30:00.000000Z.", text=repr(text)) from None
    if stamp(moment) != text:
        raise InvalidError("{text} is not a time; write it as 2026-11-21T08:30:00.000000Z.", text=repr(text))
    return moment


class Reading(NamedTuple):
    """The wall clock, and at the same instant the seconds counted since the machine started."""

    wall: datetime
    counted: float


def read() -> Reading:
    """Both clocks, now."""
    return Reading(datetime.now(UTC), time.clock_gettime(_COUNTER))


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What time it must be, counted from the last reading that was sound.

    `until` is set once the clock went back: the time that had been reached by then.
    """

    sound: Reading
    until: datetime | None = None

    def at(self, counted: float) -> datetime:
        """The time that it must be when so many seconds are counted."""
        return self.sound.wall + timedelta(seconds=counted - self.sound.counted)

    def look(self, reading: Reading) -> tuple["Reckoning", timedelta]:
        """What to reckon with from this reading on, and by how much the clock jumped: zero when it is sound.

        A clock that went back is sound again when it is right again, or when it has come as far as it had been. One
        that leaped forward stays so until it is set right, or a person accepts it by a new reckoning.
        """
        must = self.at(reading.counted)
        off = reading.wall - must
        if off > LEAP:
            return self, off
        if off >= -TOLERANCE or (self.until is not None and reading.wall >= self.until):
            return Reckoning(reading), timedelta(0)
        return Reckoning(self.sound, self.until or must), off
