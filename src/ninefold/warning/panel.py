"""A panel: counts per unit and month, with gaps where nothing was observed. Arrays in, arrays out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ninefold.errors import InvalidError
from ninefold.warning.months import Month

# The largest count that is believed; above it a file holds something else than deaths in a month.
MOST = 10_000_000
MOST_MONTHS = 2_400


@dataclass(frozen=True)
class Panel:
    """`values` is units x months of float64, NaN where not observed; `units` are sorted and unique."""

    units: tuple[str, ...]
    first: Month
    values: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.values.shape[0] != len(self.units) or self.values.ndim != 2 or self.values.size == 0:
            raise InvalidError("A panel of {units} units needs one row of months for each.", units=len(self.units))
        if list(self.units) != sorted(set(self.units)):
            raise InvalidError("The units of a panel are sorted and named once each.")
        self.values.setflags(write=False)

    @property
    def last(self) -> Month:
        """The newest month of the panel."""
        return self.first.plus(self.values.shape[1] - 1)

    def column(self, month: Month) -> int:
        """The place of a month among the columns; outside the panel raises `InvalidError`."""
        place = self.first.until(month)
        if not 0 <= place < self.values.shape[1]:
            raise InvalidError(
                "The data run from {first} to {last}; {month} lies outside.",
                first=str(self.first),
                last=str(self.last),
                month=str(month),
            )
        return place

    def row(self, unit: str) -> int:
        """The place of a unit among the rows; an unknown one raises `InvalidError`."""
        place = int(np.searchsorted(self.units, unit))
        if place == len(self.units) or self.units[place] != unit:
            raise InvalidError("The data hold no {unit}; choose one of the countries listed.", unit=repr(unit[:20]))
        return place

    def known_at(self, origin: Month) -> "Panel":
        """The panel cut after the origin month, as a forecast from there may see it."""
        return Panel(self.units, self.first, self.values[:, : self.column(origin) + 1])

    def after(self, origin: Month, months: int) -> NDArray[np.float64]:
        """Units x `months` that followed the origin; NaN where the panel does not reach."""
        start = self.column(origin) + 1
        told = self.values[:, start : start + months]
        return np.pad(told, ((0, 0), (0, months - told.shape[1])), constant_values=np.nan)


def from_rows(
    units: Sequence[str] | NDArray[np.object_], months: NDArray[np.int64], counts: NDArray[np.float64]
) -> Panel:
    """A panel from parallel columns (unit, month ordinal, count or NaN), in any order; pairs must be unique."""
    names, rows = np.unique(np.asarray(units, dtype=np.str_), return_inverse=True)
    first, last = int(months.min()), int(months.max())
    if last - first >= MOST_MONTHS:
        raise InvalidError(
            "The months run over {span} months; at most {most} are read.", span=last - first + 1, most=MOST_MONTHS
        )
    values = np.full((len(names), last - first + 1), np.nan)
    values[rows, months - first] = counts
    return Panel(tuple(names.tolist()), Month(first), values)
