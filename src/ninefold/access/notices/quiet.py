"""Quiet hours: from one time of day until another, by the reader's own clock. Pure.

Asked again at every look instead of reckoned ahead: over midnight, and when clocks are put on or back, the answer at a
moment needs nothing but the time on the reader's wall at that moment.
"""

from datetime import datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from ninefold.errors import InvalidError

UTC = "UTC"


class Quiet(NamedTuple):
    """Nothing is sent from `starts` (included) until `ends` (not included), in this zone (IANA)."""

    zone: str
    starts: time
    ends: time

    def covers(self, moment: datetime) -> bool:
        """Whether it is quiet at this moment."""
        wall = moment.astimezone(ZoneInfo(self.zone)).time()
        if self.starts < self.ends:
            return self.starts <= wall < self.ends
        return wall >= self.starts or wall < self.ends


def zones() -> list[str]:
    """The zones to choose from: those named after places, and UTC."""
    return [UTC, *sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))]


def read_quiet(zone: str, starts: time | None, ends: time | None) -> Quiet | None:
    """Quiet hours as a person gives them, None without any; `InvalidError` says what does not fit."""
    if zone not in zones():
        raise InvalidError("{zone} is not a time zone; write it as Africa/Nairobi.", zone=repr(zone[:60]))
    if starts is None and ends is None:
        return None
    if starts is None or ends is None:
        raise InvalidError("Give both the beginning and the end of your quiet hours, or neither.")
    if starts == ends:
        raise InvalidError("Quiet hours must end at another time than they begin; change one of the two.")
    return Quiet(zone, starts, ends)
