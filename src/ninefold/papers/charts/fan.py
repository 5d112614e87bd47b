"""The fan chart: what was reported, what was expected with how much doubt, and what then happened.

Time runs with the reading: to the right in English, to the left in Arabic. The zero line is always
drawn. The doubt is drawn as bands, and the same months are never shown without them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from ninefold.errors import InvalidError
from ninefold.papers.charts.scale import Kind, Scale, fitted, marks
from ninefold.papers.charts.sheet import Sheet, apart
from ninefold.papers.lettering import shorten, width
from ninefold.papers.svg import NONE, Direction, Mark, dot, drawing, el, group, join, paint, path

BANDS = ("95", "80", "50")
_TONES = {"95": "risk-0", "80": "risk-1", "50": "risk-2"}


@dataclass(frozen=True)
class Spread:
    """One month ahead, as quantiles: the middle, and the ends of the central 50, 80 and 95 %, in the chart's unit."""

    median: float
    inner: tuple[float, float]
    middle: tuple[float, float]
    outer: tuple[float, float]

    def band(self, name: str) -> tuple[float, float]:
        """The ends of the band "50", "80" or "95"."""
        return {"50": self.inner, "80": self.middle, "95": self.outer}[name]


@dataclass(frozen=True)
class FanWords:
    """Every word on the chart, in the reader's language."""

    title: str
    desc: str
    unit: str  # "state-based conflict deaths a month"
    known: str  # "as known on 30 April 2024"
    median: str
    happened: str
    bands: tuple[str, str, str]  # for 95, 80 and 50 %


def plain(value: float) -> str:
    """A number with commas between thousands; a page gives its own."""
    return f"{value:,.0f}"


@dataclass(frozen=True)
class Fan:
    """`history` ends with the month that the forecast starts from (month 0); `forecast[0]` is month 1.

    `ticks` are months (negative before month 0) with their labels. `happened` may be shorter than the
    forecast, and None where the data do not tell. `threshold` is a value with its label.
    """

    words: FanWords
    history: Sequence[float]
    forecast: Sequence[Spread]
    ticks: Sequence[tuple[int, str]]
    happened: Sequence[float | None] = ()
    threshold: tuple[float, str] | None = None
    kind: Kind = "log1p"
    figures: Callable[[float], str] = field(default=plain)


def draw(fan: Fan, *, direction: Direction, compact: bool = False, name: str = "fan") -> str:
    """The chart as SVG: 720 by 380, or 400 by 340 for a phone."""
    _check(fan)
    sheet = _sheet(fan, direction, compact=compact)
    scale = fitted(fan.kind, _values(fan), foot=sheet.tall - sheet.foot, head=sheet.head)
    parts = (_grid, _bands, _threshold, _known, _history, _happened, _named, _months)
    return drawing(
        *(part(fan, sheet, scale) for part in parts),
        name=name,
        title=fan.words.title,
        desc=fan.words.desc,
        box=(0, 0, sheet.wide, sheet.tall),
    )


def _check(fan: Fan) -> None:
    if not fan.history or not fan.forecast:
        raise InvalidError("A fan chart needs at least one month of history and one of forecast.")
    if len(fan.happened) > len(fan.forecast):
        raise InvalidError("What happened has {count} months; the forecast has fewer.", count=len(fan.happened))
    for month, spread in enumerate(fan.forecast, 1):
        ends = [*(spread.band(b)[0] for b in BANDS), spread.median, *(spread.band(b)[1] for b in reversed(BANDS))]
        if ends != sorted(ends) or ends[0] < 0:
            raise InvalidError("The quantiles of month {month} are not in order from zero up.", month=month)


def _known_values(fan: Fan) -> list[tuple[int, float]]:
    return [(month, value) for month, value in enumerate(fan.happened, 1) if value is not None]


def _values(fan: Fan) -> list[float]:
    """Everything that the chart must have room for."""
    threshold = [fan.threshold[0]] if fan.threshold else []
    highest = [spread.outer[1] for spread in fan.forecast]
    return [*fan.history, *(value for _, value in _known_values(fan)), *highest, *threshold]


def _sheet(fan: Fan, direction: Direction, *, compact: bool) -> Sheet:
    size = 12.0 if compact else 13
    names = [fan.words.median, *fan.words.bands, fan.threshold[1] if fan.threshold else ""]
    names += [fan.words.happened] if _known_values(fan) else []
    after = min(max(width(one, size) for one in names), 132 if compact else 170) + 14
    before = max(width(fan.figures(value), size) for value in (10.0, max(_values(fan)))) + 10
    return Sheet(
        wide=400 if compact else 720,
        tall=340 if compact else 380,
        before=before,
        after=after,
        head=58,
        foot=34,
        size=size,
        first=0.5 - len(fan.history),
        last=len(fan.forecast) + 0.5,
        direction=direction,
    )


def _across(sheet: Sheet, y: float) -> list[tuple[float, float]]:
    return [(sheet.x(sheet.first), y), (sheet.x(sheet.last), y)]


def _grid(fan: Fan, sheet: Sheet, scale: Scale) -> Mark:
    """A faint line for each round value, a firm one for zero, and the unit above them."""
    found = [sheet.text(fan.words.unit, 2, 15, "start")]
    for value in marks(scale):
        y = scale.at(value)
        found.append(sheet.line(_across(sheet, y), "line" if value else "ink", 1 if value else 1.2))
        found.append(sheet.text(fan.figures(value), sheet.before - 7, y + sheet.size * 0.35, "end"))
    return group(*found, class_="grid")


def _bands(fan: Fan, sheet: Sheet, scale: Scale) -> Mark:
    """Each band from the start of the first month to the end of the last, the widest at the back."""
    found = []
    for name in BANDS:
        ends = [spread.band(name) for spread in fan.forecast]
        upper = list(_steps(sheet, [scale.at(high) for _, high in ends]))
        lower = list(_steps(sheet, [scale.at(low) for low, _ in ends]))
        found.append(el("path", d=path([*upper, *reversed(lower)]) + "z", **paint(fill=_TONES[name])))
        if name == "95":
            found += [sheet.line(edge, "border", 0.9) for edge in (upper, lower)]
    middle = list(_steps(sheet, [scale.at(spread.median) for spread in fan.forecast]))
    return group(*found, sheet.line(middle, "risk-5", 2.2), class_="bands")


def _steps(sheet: Sheet, heights: Sequence[float]) -> Iterator[tuple[float, float]]:
    """Heights month by month, held to the ends of the first and the last month."""
    yield sheet.x(0.5), heights[0]
    for month, height in enumerate(heights, 1):
        yield sheet.x(month), height
    yield sheet.x(len(heights) + 0.5), heights[-1]


def _threshold(fan: Fan, sheet: Sheet, scale: Scale) -> Mark:
    if not fan.threshold:
        return NONE
    return sheet.line(_across(sheet, scale.at(fan.threshold[0])), "accent", 1.4, dashes="6 4")


def _known(fan: Fan, sheet: Sheet, scale: Scale) -> Mark:
    """The line between what was known and what was expected; its words on the side of what was known."""
    x = sheet.x(0.5)
    label = shorten(fan.words.known, sheet.size, sheet.wide - 8)
    end = max(sheet.along(0.5), width(label, sheet.size)) + 4
    line = sheet.line([(x, 46), (x, scale.foot)], "ink", 1.2, dashes="2 3")
    return join(line, sheet.text(label, end, 38, "end", tone="ink"))


def _history(fan: Fan, sheet: Sheet, scale: Scale) -> Mark:
    start = 1 - len(fan.history)
    points = [(sheet.x(start + at), scale.at(value)) for at, value in enumerate(fan.history)]
    return sheet.line(points, "ink", 1.8) if len(points) > 1 else dot(points[0], 3, fill="ink")


def _happened(fan: Fan, sheet: Sheet, scale: Scale) -> Mark:
    """Dots with a rim, so that they stay visible on every band."""
    places = [(sheet.x(month), scale.at(value)) for month, value in _known_values(fan)]
    return group(*(dot(at, 3.6, fill="ink", stroke="surface", thick=1.4) for at in places), class_="happened")


def _named(fan: Fan, sheet: Sheet, scale: Scale) -> Mark:
    """Labels beside what they name, moved apart where they would lie on each other, with a thin line back."""
    wanted = sorted(_names(fan, scale), key=lambda row: row[0])
    heights = apart([y for y, _, _ in wanted], sheet.size * 1.3, scale.foot)
    end = sheet.along(sheet.last)
    found = []
    for (y, word, tone), height in zip(wanted, heights, strict=True):
        back = [(sheet.from_start(end + 1), y), (sheet.from_start(end + 8), height)]
        label = shorten(word, sheet.size, sheet.after - 11)
        foot = height + sheet.size * 0.35
        found.append(sheet.line(back, "border", 0.8))
        found.append(sheet.text(label, end + 11, foot, "start", tone=tone, bold=tone != "muted"))
    return group(*found, class_="named")


def _names(fan: Fan, scale: Scale) -> Iterator[tuple[float, str, str]]:
    """Height, words and tone of each direct label."""
    last = fan.forecast[-1]
    for name, word in zip(BANDS, fan.words.bands, strict=True):
        yield scale.at(last.band(name)[1]), word, "muted"
    yield scale.at(last.median), fan.words.median, "ink"
    for _, value in _known_values(fan)[-1:]:
        yield scale.at(value), fan.words.happened, "ink"
    if fan.threshold:
        yield scale.at(fan.threshold[0]), fan.threshold[1], "accent"


def _months(fan: Fan, sheet: Sheet, scale: Scale) -> Mark:
    """Ticks under the zero line; a label that would touch the one before it is left out."""
    found, free = [], 0.0
    for month, label in sorted(fan.ticks):
        along, half = sheet.along(month), width(label, sheet.size) / 2
        x = sheet.x(month)
        found.append(sheet.line([(x, scale.foot), (x, scale.foot + 5)], "ink", 1))
        if along - half >= free and along + half <= sheet.wide:
            found.append(sheet.text(label, along, scale.foot + 8 + sheet.size, "middle"))
            free = along + half + 6
    return group(*found, class_="months")
