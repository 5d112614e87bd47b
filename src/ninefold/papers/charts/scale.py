"""From values to heights, and the values worth a line of their own."""

from bisect import bisect_left
from dataclasses import dataclass
from math import ceil, floor, log1p, log10
from typing import Literal

Kind = Literal["linear", "log1p"]


_FEW = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)  # marks of a log scale that does not reach 100


@dataclass(frozen=True)
class Scale:
    """A vertical scale that begins at zero. `top` is the largest value shown; `foot` and `head` are heights."""

    kind: Kind
    top: float
    foot: float
    head: float

    def at(self, value: float) -> float:
        """The height of a value; values above the top stop there."""
        share = self._bend(min(max(value, 0), self.top)) / self._bend(self.top)
        return self.foot + (self.head - self.foot) * share

    def _bend(self, value: float) -> float:
        return log1p(value) if self.kind == "log1p" else value


def fitted(kind: Kind, values: list[float], *, foot: float, head: float) -> Scale:
    """A scale that shows every value, ending on one of its own marks or, on a log scale, a little above the last."""
    largest = max([*values, 1.0])
    if kind == "log1p":
        return Scale(kind, max(largest * 1.15, 9.0), foot, head)
    step = _step(largest)
    return Scale(kind, ceil(largest / step) * step, foot, head)


def marks(scale: Scale) -> list[float]:
    """Zero and a few round values up to the top."""
    if scale.kind == "linear":
        step = _step(scale.top)
        return [step * at for at in range(round(scale.top / step) + 1)]
    decades = [0.0, *(10.0**power for power in range(floor(log10(scale.top)) + 1))]
    return decades if len(decades) > 3 else [value for value in _FEW if value <= scale.top]


def _step(largest: float) -> float:
    """One, two or five times a power of ten, for three to five steps."""
    power = 10.0 ** floor(log10(largest / 4))
    steps = [1.0, 2.0, 5.0, 10.0]
    return power * steps[min(bisect_left(steps, largest / 4 / power), 3)]
