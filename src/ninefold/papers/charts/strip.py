"""A strip for one row of a list: a chance from 0 to 100 % with its interval, small enough to stand in a table."""

from ninefold.errors import InvalidError
from ninefold.papers.svg import NONE, Direction, el, paint, words

WIDE, TALL = 132, 18
_EDGE = 6


def draw(
    *, low: float, point: float, high: float, title: str, direction: Direction, threshold: float | None = None
) -> str:
    """`low`, `point`, `high` as shares of one, in order; `title` says the same in words. 132 by 18.

    The bar is the interval, the dot the estimate; it never shows the dot alone.
    """
    if not 0 <= low <= point <= high <= 1:
        raise InvalidError(
            "The estimate {point} does not lie in its interval {low} to {high}.", point=point, low=low, high=high
        )

    def x(share: float) -> float:
        along = _EDGE + share * (WIDE - 2 * _EDGE)
        return along if direction == "ltr" else WIDE - along

    middle = TALL / 2
    ends = sorted((x(low), x(high)))
    at = (
        NONE
        if threshold is None
        else el(
            "path",
            d=f"M{x(threshold):.1f} 2V{TALL - 2}",
            stroke_width=1,
            stroke_dasharray="2 2",
            **paint(stroke="accent"),
        )
    )
    return el(
        "svg",
        el("title", words(title)),
        el("path", d=f"M{_EDGE} {middle:g}H{WIDE - _EDGE}", stroke_width=1, **paint(stroke="border")),
        *(
            el("path", d=f"M{x(share):g} {middle - 3:g}v6", stroke_width=1, **paint(stroke="border"))
            for share in (0, 0.5, 1)
        ),
        at,
        el("rect", x=ends[0], y=middle - 4, width=max(ends[1] - ends[0], 2), height=8, rx=2, **paint("risk-2")),
        el("circle", cx=x(point), cy=middle, r=4.4, stroke_width=1.4, **paint("risk-5", "surface")),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDE} {TALL}",
        class_="picture strip",
        role="img",
        width=WIDE,
        height=TALL,
        direction="ltr",
    )
