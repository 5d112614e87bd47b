"""Small panels for the tests of this room."""

import numpy as np

from ninefold.warning.months import Month
from ninefold.warning.panel import Panel


def panel(counts: dict[str, list[float | None]], *, first: str = "2020-01") -> Panel:
    """A panel from one list of counts per country; None is not observed."""
    units = sorted(counts)
    values = np.array([[np.nan if count is None else count for count in counts[unit]] for unit in units], dtype=float)
    return Panel(tuple(units), Month.parse(first), values)
