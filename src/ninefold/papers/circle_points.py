"""The points of the circle: a disc, its edge, a ring for each level, and the words beside it."""

from dataclasses import dataclass
from typing import Literal

from ninefold.papers.circle_layout import Frame, Label, Point, Row
from ninefold.papers.lettering import fitted, lettered, width
from ninefold.papers.svg import NONE, Direction, Mark, dot, el, join, link, paint, words

Level = Literal["local", "national", "international"]
LEVELS: tuple[Level, ...] = ("local", "national", "international")


@dataclass(frozen=True)
class TrackPoint:
    """One track in this situation. `note` stands under the label, `summary` is what a screen reader says."""

    slug: str
    label: str
    note: str
    summary: str
    count: int
    levels: frozenset[Level] = frozenset()
    isolated: bool = False  # present, but tied to no other track
    absent: bool = False
    heard: bool = False  # what it says reaches the public
    answered: bool = False  # what the public says comes back to it
    href: str = ""


def point_mark(point: TrackPoint, at: Point, label: Label, frame: Frame, direction: Direction) -> Mark:
    """One of the eight, with its label, as a link if it has an address."""
    x, y = at
    fine = 1 if frame.beside else 0.8
    tone = "muted" if point.absent else "on-accent"
    figure = lettered(
        str(point.count), x=x, y=y + frame.figure * 0.36, size=frame.figure, direction="ltr", anchor="middle",
        tone=tone, bold=True,
    )  # fmt: skip
    return _linked(
        point,
        dot(at, frame.reach, fill="paper"),
        _rings(point, at, frame.rings),
        _edge(point, at, frame.edge, fine),
        NONE if point.absent else dot(at, frame.disc, fill="accent"),
        figure,
        _written(label, direction),
    )


def hub_mark(point: TrackPoint, frame: Frame, direction: Direction) -> Mark:
    """The ninth: its words stand inside, so it is drawn larger; rings and edge mean the same."""
    at = (0.0, 0.0)
    return _linked(
        point,
        dot(at, frame.hub_reach, fill="paper"),
        _rings(point, at, frame.hub_rings),
        _edge(point, at, frame.hub, 1),
        *_inside(point, frame, direction),
    )


def _linked(point: TrackPoint, *marks: Mark) -> Mark:
    if point.href:
        return link(point.href, *marks, title=point.summary, class_="point")
    return el("g", el("title", words(point.summary)), *marks, class_="point")


def _edge(point: TrackPoint, at: Point, radius: float, fine: float) -> Mark:
    """Dashed and heavier where no tie leads to another track; thin and pale where nobody is."""
    thick, dashes = (2.2 * fine, "4 4") if point.isolated else (1.3 * fine, None)
    tones = paint("surface", "border" if point.absent else "ink", also="marked")
    return el("circle", cx=at[0], cy=at[1], r=radius, stroke_width=thick, stroke_dasharray=dashes, **tones)


def _rings(point: TrackPoint, at: Point, radii: tuple[float, float, float]) -> Mark:
    """One ring a level, from the inside: local, national, international. A level without anybody stays faint."""
    if point.absent:
        return NONE
    here = [(radius, level in point.levels) for level, radius in zip(LEVELS, radii, strict=True)]
    return join(*(dot(at, r, stroke="ring" if full else "line", thick=1.6 if full else 0.7) for r, full in here))


def _written(label: Label, direction: Direction) -> Mark:
    def row_mark(row: Row) -> Mark:
        tone, also = ("muted", "") if row.note else ("ink", "named")
        return lettered(
            row.text, x=label.x, y=row.y, size=row.size, direction=direction, anchor=label.anchor,
            tone=tone, bold=not row.note, also=also,
        )  # fmt: skip

    return join(*(row_mark(row) for row in label.rows))


def _inside(point: TrackPoint, frame: Frame, direction: Direction) -> list[Mark]:
    """Label and note of the ninth, made smaller until they fit in its disc."""
    room = frame.hub * 1.86
    rows, size = fitted(point.label, frame.label, room, most=2, least=0.6)
    note = frame.note * min(1, room * 0.92 / max(width(point.note, frame.note), 1))
    step = size * 1.2
    top = -(step * len(rows) + note * 1.3) / 2
    named = [
        lettered(row, x=0, y=top + size * 0.95 + step * at, size=size, direction=direction, anchor="middle", bold=True)
        for at, row in enumerate(rows)
    ]
    foot = top + step * len(rows) + note
    return [*named, lettered(point.note, x=0, y=foot, size=note, direction=direction, anchor="middle", tone="muted")]
