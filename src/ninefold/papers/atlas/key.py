"""The key of a map: its classes from lowest to highest, and the two hatchings."""

from dataclasses import dataclass

from ninefold.errors import InvalidError
from ninefold.papers.atlas.land import hatched
from ninefold.papers.lettering import lettered, lines, width
from ninefold.papers.palette import RISK_CLASSES
from ninefold.papers.svg import Direction, Mark, el, join, paint

_SWATCH, _ROW, _SIZE = 26.0, 24.0, 13.0


@dataclass(frozen=True)
class Key:
    """Words of the key: what is shown, one label a class from lowest to highest, and the two hatchings."""

    heading: str
    classes: tuple[str, ...]
    no_data: str
    disputed: str

    def __post_init__(self) -> None:
        if len(self.classes) != RISK_CLASSES:
            count = len(self.classes)
            raise InvalidError("The key needs {wanted} labels; {count} came in.", wanted=RISK_CLASSES, count=count)

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels in the order of their swatches."""
        return (*self.classes, self.no_data, self.disputed)


def written(
    text: str, along: float, y: float, size: float, room: float, direction: Direction, *,
    bold: bool = False, tone: str = "ink",
) -> Mark:  # fmt: skip
    """Words that begin `along` from where reading begins, on a page `room` wide."""
    x, anchor = (along, "start") if direction == "ltr" else (room - along, "end")
    return lettered(text, x=x, y=y, size=size, direction=direction, anchor=anchor, tone=tone, bold=bold)


def key_marks(key: Key, room: float, direction: Direction, *, compact: bool, name: str) -> tuple[Mark, float]:
    """The key's marks and its height: rows are filled in reading direction; compact has one label a row.

    `name` is the picture whose hatchings it uses.
    """
    swatches = [paint(f"risk-{at}", "border") for at in range(RISK_CLASSES)]
    swatches += [hatched(name, disputed=False), hatched(name, disputed=True)]
    heading = lines(key.heading, 14, room, most=3)
    found = [written(row, 0, 15 + 19 * at, 14, room, direction, bold=True) for at, row in enumerate(heading)]
    along, y = 0.0, 7.0 + 19 * len(heading)
    for tones, label in zip(swatches, key.labels, strict=True):
        needs = _SWATCH + 26 + width(label, _SIZE)
        if along and (compact or along + needs > room):
            along, y = 0.0, y + _ROW
        left = along if direction == "ltr" else room - along - _SWATCH
        found.append(el("rect", x=left, y=y, width=_SWATCH, height=15, stroke_width=0.8, **tones))
        found.append(written(label, along + _SWATCH + 8, y + 12, _SIZE, room, direction))
        along += needs
    return join(*found), y + _ROW
