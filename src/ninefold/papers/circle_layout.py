"""Where everything of the circle stands. Pure geometry, centre at 0 0, y downwards; no colours.

Eight points stand at equal steps round the ninth, turned by half a step so that none is on top.
Two frames: a wide one, labels to the sides; a compact one for a phone, drawn out into an oval,
labels above and below.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import cos, hypot, pi, sin

from ninefold.papers.lettering import fitted, lines, shorten, width
from ninefold.papers.svg import Direction

Point = tuple[float, float]
POINTS = 8


@dataclass(frozen=True)
class Frame:
    """The measures of one form of the circle, in the units of its picture."""

    across: float  # half axis, from the centre to a point
    down: float
    disc: float  # radius of a point's disc
    edge: float  # the line round the disc: whole, or dashed when isolated
    rings: tuple[float, float, float]  # local, national, international
    hub: float
    hub_rings: tuple[float, float, float]
    label: float  # font sizes
    note: float
    figure: float
    gap: float  # from the outermost ring to the label
    room: float  # how wide a label may be
    free: float  # the same for the uppermost and the lowest points
    most: int  # lines of a name
    half: float  # half the least width of the picture
    bend: tuple[float, float, float, float]  # how near to the centre a tie passes, by steps apart
    dodge: float  # the same for neighbours that have a label between them
    beside: bool  # labels to the sides, or above and below

    @property
    def reach(self) -> float:
        """Radius of everything that is drawn of one point."""
        return self.rings[-1] + 1.5

    @property
    def hub_reach(self) -> float:
        """Radius of everything that is drawn of the ninth."""
        return self.hub_rings[-1] + 1.5


WIDE = Frame(
    across=240, down=240, disc=27, edge=32, rings=(38, 42.5, 47), hub=57, hub_rings=(63, 67.5, 72),
    label=16, note=13.5, figure=17, gap=13, room=176, free=190, most=3, half=440,
    bend=(0.86, 0.68, 0.383, 0.37), dodge=0.86, beside=True,
)  # fmt: skip
COMPACT = Frame(
    across=178, down=240, disc=15.5, edge=18.5, rings=(21.5, 24, 26.5), hub=46, hub_rings=(50, 53, 56),
    label=14.5, note=12.5, figure=12.5, gap=7, room=97, free=150, most=3, half=200,
    bend=(0.86, 0.62, 0.383, 0.38), dodge=0.62, beside=False,
)  # fmt: skip


@dataclass(frozen=True)
class Box:
    """A rectangle, corners x0 y0 (top left) and x1 y1."""

    x0: float
    y0: float
    x1: float
    y1: float

    def distance(self, point: Point) -> float:
        """How far `point` lies outside; 0 within."""
        x, y = point
        return hypot(max(self.x0 - x, 0, x - self.x1), max(self.y0 - y, 0, y - self.y1))


@dataclass(frozen=True)
class Row:
    """One line of a label, its baseline at `y`. The note under a name is set lighter."""

    text: str
    size: float
    y: float
    note: bool


@dataclass(frozen=True)
class Label:
    """Rows under each other; `x` and `anchor` for all of them."""

    rows: tuple[Row, ...]
    x: float
    anchor: str
    box: Box


def place(index: int, start: int, frame: Frame, direction: Direction) -> Point:
    """The centre of the point at `index` of the circle when the point `start` comes first.

    First is the upper point nearest to where reading begins from the middle; then with the clock
    (against it where reading runs from the right).
    """
    angle = ((index - start) % POINTS + 0.5) * 2 * pi / POINTS
    side = 1 if direction == "ltr" else -1
    return side * sin(angle) * frame.across, -cos(angle) * frame.down


def label(text: str, note: str, at: Point, frame: Frame) -> Label:
    """The label of the point at `at`, outside its rings. A long word is set smaller before it is cut."""
    room = frame.room if abs(at[0]) > frame.across / 2 else frame.free
    rows, top = [], 0.0
    names, size = fitted(text, frame.label, room, most=frame.most, least=0.68)
    for row in names:
        rows.append(Row(row, size, top + size * 0.98, note=False))
        top += size * 1.28
    notes, size = _noted(note, frame.note, room)
    for row in notes:
        rows.append(Row(row, size, top + size * 1.02, note=True))
        top += size * 1.35
    wide = max((width(row.text, row.size) for row in rows), default=0.0)
    x, y, anchor = (_beside if frame.beside else _above_or_below)(at, wide, top, frame)
    left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
    moved = tuple(replace(row, y=row.y + y) for row in rows)
    return Label(moved, x, anchor, Box(left, y, left + wide, y + top))


def _noted(note: str, size: float, room: float) -> tuple[list[str], float]:
    """One line, a little smaller if need be, or two: broken at the dot between two statements if there is one."""
    small = size * min(1, room / max(width(note, size), 1))
    if small >= size * 0.82:
        return lines(note, small, room * 1.001), small
    parts = note.split(" · ", 1)
    return ([shorten(part, size, room) for part in parts] if len(parts) == 2 else lines(note, size, room)), size


def _beside(at: Point, wide: float, tall: float, frame: Frame) -> tuple[float, float, str]:
    away = frame.reach + frame.gap
    x, y = at
    return (x + away, y - tall / 2, "start") if x > 0 else (x - away, y - tall / 2, "end")


def _above_or_below(at: Point, wide: float, tall: float, frame: Frame) -> tuple[float, float, str]:
    """Over the upper points, under the lower ones; never across the middle, where the neighbour's label begins."""
    x, y = at
    away = frame.reach + frame.gap
    top = y - away - tall if y < 0 else y + away
    side = 1 if x > 0 else -1
    if abs(x) < frame.across / 2:
        return side * max(abs(x), wide / 2 + 5), top, "middle"
    return side * (frame.half - 4), top, "end" if x > 0 else "start"


Curve = tuple[Point, Point, Point]


def tie(one: int, other: int, start: int, frame: Frame, direction: Direction) -> Curve:
    """A quadratic curve between two points, bent towards the centre but clear of the ninth.

    It begins and ends outside the rings of its points.
    """
    a, b = sorted(((one - start) % POINTS, (other - start) % POINTS))
    apart = min(b - a, POINTS - (b - a))
    middle = (a + b) / 2 if b - a == apart else (a + b + POINTS) / 2
    straight = cos(apart * pi / POINTS)
    near = frame.dodge if apart == 1 and int(middle) % 2 == 0 else frame.bend[apart - 1]
    pull = 2 * near - straight
    angle = (middle + 0.5) * 2 * pi / POINTS
    side = 1 if direction == "ltr" else -1
    control = (side * sin(angle) * pull * frame.across, -cos(angle) * pull * frame.down)
    ends = place(a + start, start, frame, direction), place(b + start, start, frame, direction)
    return _trim((ends[0], control, ends[1]), frame.reach + 3)


def on_curve(curve: Curve, t: float) -> Point:
    """The point at `t`, 0 to 1, of a quadratic Bezier curve."""
    (x0, y0), (x1, y1), (x2, y2) = curve
    s = 1 - t
    return s * s * x0 + 2 * s * t * x1 + t * t * x2, s * s * y0 + 2 * s * t * y1 + t * t * y2


def _trim(curve: Curve, reach: float) -> Curve:
    """The part of the curve that is farther than `reach` from both its ends."""
    first = _leaves(lambda t: on_curve(curve, t), curve[0], reach)
    last = 1 - _leaves(lambda t: on_curve(curve, 1 - t), curve[2], reach)
    (x0, y0), (x1, y1), (x2, y2) = curve

    def blend(s: float, t: float) -> Point:  # the polar form: the control point of the part from s to t
        weights = (1 - s) * (1 - t), s * (1 - t) + t * (1 - s), s * t
        return (
            weights[0] * x0 + weights[1] * x1 + weights[2] * x2,
            weights[0] * y0 + weights[1] * y1 + weights[2] * y2,
        )

    return blend(first, first), blend(first, last), blend(last, last)


def _leaves(way: Callable[[float], Point], origin: Point, reach: float) -> float:
    low, high = 0.0, 0.5
    for _ in range(40):
        middle = (low + high) / 2
        x, y = way(middle)
        low, high = (middle, high) if hypot(x - origin[0], y - origin[1]) < reach else (low, middle)
    return high


def spoke(at: Point, aside: float, frame: Frame) -> tuple[Point, Point]:
    """A straight line from the point at `at` to the ninth, moved `aside` to the right of the way in."""
    far = hypot(*at)
    ux, uy = at[0] / far, at[1] / far
    begin, end = far - frame.reach - 4, frame.hub_reach + 4
    shift = (uy * aside, -ux * aside)
    return (ux * begin + shift[0], uy * begin + shift[1]), (ux * end + shift[0], uy * end + shift[1])
