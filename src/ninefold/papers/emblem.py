"""The mark of Ninefold: eight equal points round the ninth, none on top. And the small signs of the circle's key."""

from collections.abc import Callable
from math import cos, pi, sin
from typing import Literal

from ninefold.papers.palette import TONES
from ninefold.papers.svg import FAMILY, Mark, el, group, join, number, paint, words

Sign = Literal["present", "isolated", "absent", "local", "national", "international", "tie", "heard", "answered"]


def emblem(*, title: str = "") -> str:
    """The mark, 32 by 32, coloured by the style sheet. Without a title it is decoration beside the name."""
    marks = _marks({**paint(fill="accent")}, {**paint(stroke="accent")})
    head = (el("title", words(title)),) if title else ()
    return el(
        "svg",
        *head,
        marks,
        xmlns="http://www.w3.org/2000/svg",
        viewBox="0 0 32 32",
        class_="picture emblem",
        role="img" if title else None,
        aria_hidden=None if title else "true",
    )


def favicon() -> str:
    """The mark as a file of its own: it stands on its own ground, so it reads on light and dark tabs."""
    ground = el("rect", width=32, height=32, rx=7, fill=TONES["accent"].light)
    marks = _marks({"fill": TONES["on-accent"].light}, {"fill": "none", "stroke": TONES["on-accent"].light}, reach=9.6)
    return el("svg", ground, marks, xmlns="http://www.w3.org/2000/svg", viewBox="0 0 32 32")


def _marks(full: dict[str, str | float | None], drawn: dict[str, str | float | None], reach: float = 12.2) -> Mark:
    size = reach / 12.2
    dots = []
    for index in range(8):
        angle = (index + 0.5) * pi / 4
        dots.append(el("circle", cx=16 + reach * sin(angle), cy=16 - reach * cos(angle), r=2.75 * size, **full))
    return join(group(*dots), el("circle", cx=16, cy=16, r=4.6 * size, stroke_width=2.1 * size, **drawn))


def sign(kind: Sign) -> str:
    """One sign of the circle's key, 36 by 24; hidden from a screen reader, because its words stand beside it."""
    return el(
        "svg",
        _SIGNS[kind](),
        xmlns="http://www.w3.org/2000/svg",
        viewBox="0 0 36 24",
        class_="picture key-sign",
        aria_hidden="true",
        font_family=FAMILY,
    )


def _disc(edge: str, *, dashes: str | None = None, full: bool = True) -> Mark:
    return join(
        el(
            "circle",
            cx=18,
            cy=12,
            r=9.5,
            stroke_width=2 if dashes else 1.2,
            stroke_dasharray=dashes,
            **paint("surface", edge),
        ),
        el("circle", cx=18, cy=12, r=7, **paint("accent")) if full else join(),
    )


def _ring(which: int) -> Mark:
    rings = (
        el(
            "circle",
            cx=18,
            cy=12,
            r=radius,
            stroke_width=1.8 if at == which else 0.8,
            **paint(stroke="ring" if at == which else "line"),
        )
        for at, radius in enumerate((6, 8.6, 11))
    )
    return join(el("circle", cx=18, cy=12, r=3, **paint("accent")), *rings)


def _tie() -> Mark:
    return join(
        el("path", d="M3 17Q18 11 33 17", stroke_width=5.5, **paint(stroke="tie")),
        el("path", d="M3 8Q18 2 33 8", stroke_width=1.6, **paint(stroke="tie")),
    )


def _arrow(begin: int, end: int) -> Mark:
    step = 7 if end > begin else -7
    return join(
        el("circle", cx=29, cy=12, r=5, stroke_width=1.4, **paint("surface", "ink")),
        el("path", d=f"M{begin} 12H{end - step}", stroke_width=1.4, **paint(stroke="muted")),
        el("path", d=f"M{end} 12l{-step} {number(-3.2)}v6.4z", **paint(fill="muted")),
    )


_SIGNS: dict[Sign, Callable[[], Mark]] = {
    "present": lambda: _disc("ink"),
    "isolated": lambda: _disc("ink", dashes="3 3"),
    "absent": lambda: _disc("border", full=False),
    "local": lambda: _ring(0),
    "national": lambda: _ring(1),
    "international": lambda: _ring(2),
    "tie": _tie,
    "heard": lambda: _arrow(2, 22),
    "answered": lambda: _arrow(22, 2),
}
