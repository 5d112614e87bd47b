"""The circle of nine tracks: eight equal points round the ninth, and what ties them.

After L. Diamond and J. McDonald, "Multi-Track Diplomacy" (1996): one system, no track above another.
Words and counts come in as the reader may see them; what comes out is one SVG.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ninefold.errors import InvalidError
from ninefold.papers.circle_layout import (
    COMPACT,
    POINTS,
    WIDE,
    Curve,
    Frame,
    Label,
    Point,
    label,
    place,
    spoke,
    tie,
)
from ninefold.papers.circle_points import LEVELS, Level, TrackPoint, hub_mark, point_mark
from ninefold.papers.svg import NONE, Direction, Mark, drawing, el, group, join, number, paint, words

__all__ = ["LEVELS", "Chord", "Circle", "Level", "TrackPoint", "draw"]


@dataclass(frozen=True)
class Chord:
    """Ties between two tracks, by slug; one of the two may be the ninth. `strength` runs from 0 to 1."""

    a: str
    b: str
    strength: float
    count: int
    summary: str


@dataclass(frozen=True)
class Circle:
    """The whole circle: eight points in circle order, the ninth, and the ties between them.

    `start` says which point comes first; it turns from situation to situation, so that none always does.
    """

    title: str
    desc: str
    points: tuple[TrackPoint, ...]
    hub: TrackPoint
    chords: tuple[Chord, ...]
    start: int = 0


def draw(circle: Circle, *, direction: Direction, compact: bool = False, name: str = "circle") -> str:
    """The circle as SVG: wide for a page, compact for a phone. Tab goes round it, the ninth comes last."""
    _check(circle)
    frame = COMPACT if compact else WIDE
    order = [(circle.start + step) % POINTS for step in range(POINTS)]
    places = {circle.points[at].slug: place(at, circle.start, frame, direction) for at in order}
    labels = {p.slug: label(p.label, p.note, places[p.slug], frame) for p in circle.points}
    ties = group(*_ties(circle, places, frame, direction), class_="ties", fill="none", stroke_linecap="round")
    spokes = group(*(_spoke(p, places[p.slug], frame) for p in circle.points), class_="spokes", stroke_linecap="round")
    ordered = [circle.points[at] for at in order]
    points = [point_mark(p, places[p.slug], labels[p.slug], frame, direction) for p in ordered]
    return drawing(
        _trace(frame),
        ties,
        spokes,
        *points,
        hub_mark(circle.hub, frame, direction),
        name=name,
        title=circle.title,
        desc=circle.desc,
        box=_box(list(labels.values()), list(places.values()), frame),
        live=any(p.href for p in (*circle.points, circle.hub)),
    )


def _trace(frame: Frame) -> Mark:
    """The circle itself, hardly seen: the points stand on it. Left off where labels stand in its way."""
    if not frame.beside:
        return NONE
    return el("ellipse", cx=0, cy=0, rx=frame.across, ry=frame.down, stroke_width=1, **paint(stroke="line"))


def _check(circle: Circle) -> None:
    slugs = [p.slug for p in (*circle.points, circle.hub)]
    if len(circle.points) != POINTS or len(set(slugs)) != POINTS + 1:
        raise InvalidError("The circle has eight different points round the ninth; {count} came in.", count=len(slugs))
    for chord in circle.chords:
        if chord.a == chord.b or not {chord.a, chord.b} <= set(slugs):
            raise InvalidError("The tie {a}, {b} does not join two tracks of this circle.", a=chord.a, b=chord.b)


def _box(labels: list[Label], places: list[Point], frame: Frame) -> tuple[float, float, float, float]:
    """As wide on both sides, at least the frame's width, so that all circles stand alike; as tall as needed."""
    half = max([frame.half] + [max(-one.box.x0, one.box.x1) + 4 for one in labels])
    tops = [y - frame.reach for _, y in places] + [one.box.y0 for one in labels]
    feet = [y + frame.reach for _, y in places] + [one.box.y1 for one in labels]
    return -half, min(tops) - 6, 2 * half, max(feet) - min(tops) + 12


def _ties(circle: Circle, places: Mapping[str, Point], frame: Frame, direction: Direction) -> list[Mark]:
    """Wide ties first, so that thin ones stay visible; a halo shows which of two crossing lies above."""
    at = {p.slug: index for index, p in enumerate(circle.points)}
    found = []
    for chord in sorted(circle.chords, key=lambda c: -c.strength):
        ends = [slug for slug in (chord.a, chord.b) if slug in at]
        if len(ends) == 2:
            path = _curve(tie(at[chord.a], at[chord.b], circle.start, frame, direction))
        else:
            path = _line(*spoke(places[ends[0]], 0, frame))
        found.append(_tie(chord, path, frame))
    return found


def _tie(chord: Chord, path: str, frame: Frame) -> Mark:
    thick = (1.4 + 7.6 * min(max(chord.strength, 0), 1)) * (1 if frame.beside else 0.62)
    return el(
        "g",
        el("title", words(chord.summary)),
        el("path", d=path, stroke_width=thick + 3, stroke_linecap="butt", **paint(stroke="paper")),
        el("path", d=path, stroke_width=thick, **paint(stroke="tie")),
    )


def _curve(curve: Curve) -> str:
    (x0, y0), (x1, y1), (x2, y2) = curve
    return f"M{number(x0)} {number(y0)}Q{number(x1)} {number(y1)} {number(x2)} {number(y2)}"


def _line(begin: Point, end: Point) -> str:
    return f"M{number(begin[0])} {number(begin[1])}L{number(end[0])} {number(end[1])}"


def _spoke(point: TrackPoint, at: Point, frame: Frame) -> Mark:
    """Two thin lines side by side: what reaches the public goes in, what comes back goes out."""
    if not (point.heard or point.answered):
        begin, end = spoke(at, 0, frame)
        return el("path", d=_line(begin, end), stroke_width=1, stroke_dasharray="1 6", **paint(stroke="border"))
    aside = 8 if frame.beside else 4.5
    head = 6.5 if frame.beside else 4.5
    out = _arrow(*spoke(at, aside, frame), head) if point.heard else NONE
    end, begin = spoke(at, -aside, frame)
    return join(out, _arrow(begin, end, head) if point.answered else NONE)


def _arrow(begin: Point, end: Point, head: float) -> Mark:
    dx, dy = end[0] - begin[0], end[1] - begin[1]
    far = (dx * dx + dy * dy) ** 0.5
    ux, uy = dx / far, dy / far
    foot = (end[0] - ux * head, end[1] - uy * head)
    left = (foot[0] - uy * head * 0.45, foot[1] + ux * head * 0.45)
    right = (foot[0] + uy * head * 0.45, foot[1] - ux * head * 0.45)
    tip = (
        f"M{number(end[0])} {number(end[1])}L{number(left[0])} {number(left[1])}L{number(right[0])} {number(right[1])}z"
    )
    return join(
        el("path", d=_line(begin, foot), stroke_width=1.3, **paint(stroke="muted")),
        el("path", d=tip, **paint(fill="muted")),
    )
