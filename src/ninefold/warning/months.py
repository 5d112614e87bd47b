"""Calendar months as the room counts them: `2024-04` is a place on a line, and has a last day."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from ninefold.errors import InvalidError

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month; `ordinal` counts months from the year 0, so that months subtract."""

    ordinal: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read `YYYY-MM`; any other spelling raises `InvalidError`."""
        found = _MONTH.fullmatch(text)
        if not found or found[1] == "0000":
            raise InvalidError("{found} is not a month; write it as 2024-04.", found=repr(text[:40]))
        return cls(int(found[1]) * 12 + int(found[2]) - 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def year(self) -> int:
        return self.ordinal // 12

    @property
    def number(self) -> int:
        """1 for January to 12 for December."""
        return self.ordinal % 12 + 1

    @property
    def last_day(self) -> date:
        """The day up to whose end data of this month are known."""
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    def plus(self, months: int) -> "Month":
        """So many months later (earlier, when negative)."""
        return Month(self.ordinal + months)

    def until(self, other: "Month") -> int:
        """How many months from here to there."""
        return other.ordinal - self.ordinal
