"""The pictures of the room: the map of the board and the fan of a country, in the reader's language."""

from dataclasses import dataclass

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext

from ninefold.papers.atlas import world
from ninefold.papers.atlas.shapes import atlas
from ninefold.papers.charts import fan as fans
from ninefold.papers.charts import strip
from ninefold.papers.svg import Direction
from ninefold.warning.board import HORIZONS, Board, CountryForecast
from ninefold.warning.labels import ESTIMATE_NAMES, MAP_CLASS, MAP_NAMES
from ninefold.warning.months import Month
from ninefold.warning.panel import Panel
from ninefold.warning.sources.ucdp_cm import adapter
from ninefold.words import format as written
from ninefold.words.countries import country_name, iso2
from ninefold.words.languages import language

# Two years before the origin tell whether the last twelve months are like the ones before.
HISTORY = 24


@dataclass(frozen=True)
class Drawn:
    """A picture twice: for a desk and for a phone."""

    wide: str
    compact: str


@dataclass(frozen=True)
class WorldMap:
    """The map, its key twice, and the sentences below it; `missing` names countries that the map does not draw."""

    picture: str
    key: Drawn
    attribution: str
    missing: str


def way(code: str) -> Direction:
    """The direction in which this language runs."""
    return "rtl" if language(code).direction == "rtl" else "ltr"


def estimate_words(row: CountryForecast, code: str) -> str:
    """`almost certain, 82–100 %`, or that there is no estimate."""
    if row.estimate is None:
        return gettext("no estimate")
    said = gettext("%(word)s, %(range)s")
    interval = written.percent_range(row.estimate.low, row.estimate.high, code)
    return said % {"word": ESTIMATE_NAMES[row.estimate.word.slug], "range": figure(interval, code)}


def figure(text: str, code: str) -> str:
    """A number or range inside a sentence: where the sentence runs from the right, the figure keeps its own way."""
    return f"\u2066{text}\u2069" if way(code) == "rtl" else text


def world_map(board: Board, code: str, *, query: str) -> WorldMap:
    """The board as a map whose countries lead to their pages; `query` keeps data and origin."""
    shown = [row for row in board.rows if row.estimate is not None]
    values = {row.iso3: _band(row, code) for row in shown}
    links = {row.iso3: reverse("warning:country", args=[row.iso3]) + query for row in shown}
    drawn = atlas()
    codes = drawn.shapes.keys() - values.keys()
    picture = world.world_map(
        values,
        title=gettext("Estimates by country"),
        desc=gettext("Each country is shaded by the estimate in the list beside this map."),
        links=links,
        no_data={iso3: _unknown(iso3, code) for iso3 in codes},
    )
    missing = [country_name(iso3, code) for iso3 in drawn.missing(set(values))]
    return WorldMap(picture, _key(board, code), drawn.attribution, written.together(missing, code))


@dataclass(frozen=True)
class Subject:
    """What a fan is about: a country's row as known at `origin`, and the counts before it (oldest first)."""

    row: CountryForecast
    origin: Month
    threshold: int
    history: list[float]


def subject_of(panel: Panel, board: Board, row: CountryForecast) -> Subject:
    """A country of a board, with two years of its counts."""
    return Subject(row, board.origin, board.threshold, _history(panel, board.origin, row.iso3))


def country_fan(subject: Subject, code: str, *, desc: str) -> Drawn | None:
    """History, bands and what then happened for one country; None where there is no estimate."""
    row = subject.row
    if row.quantiles is None or not subject.history:
        return None
    fan = fans.Fan(
        words=_fan_words(subject, code, desc),
        history=subject.history,
        forecast=[_spread(row.quantiles)] * len(HORIZONS),
        ticks=_ticks(subject, code),
        happened=row.outcome or (),
        threshold=(
            subject.threshold,
            gettext("threshold %(count)s") % {"count": written.number(subject.threshold, code)},
        ),
        figures=lambda value: written.number(round(value), code),
    )
    direction = way(code)
    return Drawn(
        fans.draw(fan, direction=direction), fans.draw(fan, direction=direction, compact=True, name="fan-small")
    )


def estimate_strip(row: CountryForecast, code: str) -> str:
    """The estimate of one row as a small bar, or nothing."""
    if row.estimate is None:
        return ""
    low, point, high = row.estimate.low, row.estimate.probability, row.estimate.high
    return strip.draw(low=low, point=point, high=high, title=estimate_words(row, code), direction=way(code))


def _band(row: CountryForecast, code: str) -> world.Band:
    slug = row.estimate.word.slug if row.estimate else "almost-no-chance"
    said = gettext("%(country)s: %(estimate)s")
    return world.Band(
        MAP_CLASS[slug], said % {"country": country_name(row.iso3, code), "estimate": estimate_words(row, code)}
    )


def _unknown(iso3: str, code: str) -> str:
    """What a shape without an estimate says; a territory with a contested status that has no name says nothing."""
    if iso2(iso3) is None:
        return ""
    name, other = country_name(iso3, code), adapter.source().counted_under.get(iso3)
    if other:
        said = gettext("%(country)s: counted under %(other)s by the source")
        return said % {"country": name, "other": country_name(other, code)}
    return gettext("%(country)s: no data") % {"country": name}


def _key(board: Board, code: str) -> Drawn:
    said = gettext("%(word)s (%(range)s)")
    heading = gettext("Probability of %(count)s or more deaths in a month") % {
        "count": written.number(board.threshold, code)
    }
    classes = tuple(
        said % {"word": name, "range": written.percent_range(low, high, code)} for name, low, high in MAP_NAMES
    )
    texts = world.Key(heading, classes, gettext("no data"), gettext("status disputed"))
    direction = way(code)
    return Drawn(
        world.key(texts, direction=direction), world.key(texts, direction=direction, compact=True, name="key-small")
    )


def _fan_words(subject: Subject, code: str, desc: str) -> fans.FanWords:
    known = gettext("as known on %(day)s") % {"day": written.day(subject.origin.last_day, code)}
    share = gettext("%(share)s of the months")
    name = country_name(subject.row.iso3, code)
    return fans.FanWords(
        title=gettext("%(country)s: deaths a month, known and expected") % {"country": name},
        desc=desc,
        unit=gettext("deaths a month"),
        known=known,
        median=gettext("middle of the twelve"),
        happened=gettext("what then happened"),
        bands=(
            gettext("all twelve months"),
            share % {"share": written.percent(0.8, code)},
            share % {"share": written.percent(0.5, code)},
        ),
    )


def _history(panel: Panel, origin: Month, iso3: str) -> list[float]:
    """The counts up to the origin, as far back as they are known without a gap, at most `HISTORY` months."""
    end = panel.column(origin) + 1
    counts = panel.values[panel.row(iso3), max(0, end - HISTORY) : end]
    gaps = np.flatnonzero(np.isnan(counts))
    return [float(count) for count in counts[(int(gaps[-1]) + 1 if gaps.size else 0) :]]


def _spread(quantiles: tuple[int, ...]) -> fans.Spread:
    a, b, c, middle, d, e, f = map(float, quantiles)
    return fans.Spread(middle, (c, d), (b, e), (a, f))


def _ticks(subject: Subject, code: str) -> list[tuple[int, str]]:
    """A tick each half-year."""
    around = ((at, subject.origin.plus(at)) for at in range(1 - len(subject.history), len(HORIZONS) + 1))
    return [(at, written.short_month(month.last_day, code)) for at, month in around if month.number in {1, 7}]
