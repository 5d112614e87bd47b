"""The sheet under a chart: where the plot stands, and what turns round when reading runs from the right."""

from collections.abc import Sequence
from dataclasses import dataclass

from ninefold.papers.lettering import lettered
from ninefold.papers.svg import Direction, Mark, el, paint, path


@dataclass(frozen=True)
class Sheet:
    """`before` is the side of the values, `after` the side of the direct labels, `head` and `foot` the other two.

    `first` and `last` are the months at the two ends of the plot.
    """

    wide: float
    tall: float
    before: float
    after: float
    head: float
    foot: float
    size: float
    first: float
    last: float
    direction: Direction

    def x(self, month: float) -> float:
        """Where a month stands."""
        return self.from_start(self.along(month))

    def along(self, month: float) -> float:
        """How far a month stands from where reading begins."""
        share = (month - self.first) / (self.last - self.first)
        return self.before + share * (self.wide - self.before - self.after)

    def from_start(self, along: float) -> float:
        """A place measured from where reading begins, as a physical one."""
        return along if self.direction == "ltr" else self.wide - along

    def text(self, words: str, along: float, y: float, side: str, *, tone: str = "muted", bold: bool = False) -> Mark:
        """Words whose `side` (start, middle, end in reading direction) stands `along` from where reading begins."""
        turned = {"start": "end", "end": "start"} if self.direction == "rtl" else {}
        anchor = turned.get(side, side)
        return lettered(
            words,
            x=self.from_start(along),
            y=y,
            size=self.size,
            direction=self.direction,
            anchor=anchor,
            tone=tone,
            bold=bold,
        )

    def line(
        self, points: Sequence[tuple[float, float]], tone: str, thick: float, *, dashes: str | None = None
    ) -> Mark:
        """A line through physical points."""
        tones = paint(stroke=tone)
        return el("path", d=path(points), stroke_width=thick, stroke_dasharray=dashes, stroke_linejoin="round", **tones)


def apart(heights: Sequence[float], step: float, foot: float) -> list[float]:
    """Ascending heights moved so that neighbours are at least `step` apart and none lies below `foot`."""
    found = list(heights)
    for at in range(1, len(found)):
        found[at] = max(found[at], found[at - 1] + step)
    for at in reversed(range(len(found))):
        limit = foot if at == len(found) - 1 else found[at + 1] - step
        found[at] = min(found[at], limit)
    return found
