"""What a page shows of the board and of a warning: rows and sentences in the reader's language, no decisions."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext

from ninefold.warning.baseline import DRAWS, QUANTILES
from ninefold.warning.board import Board, CountryForecast, Kept
from ninefold.warning.estimates import Estimate
from ninefold.warning.labels import ESTIMATE_NAMES
from ninefold.warning.models import EarlyWarning, Vintage
from ninefold.warning.months import Month
from ninefold.warning.pictures import Subject, estimate_strip, estimate_words, figure
from ninefold.warning.vintages import VintageCard
from ninefold.words import format as written
from ninefold.words.countries import country_name

_MONTH = r"\b[0-9]{4}-(?:0[1-9]|1[0-2])\b"


class Row(NamedTuple):
    """A country on the board. `then` is (months at or over the threshold, months known) after the origin, or None."""

    name: str
    iso3: str
    href: str
    forecast: CountryForecast
    words: str
    strip: str
    then: tuple[int, int] | None


class MonthRow(NamedTuple):
    """A month of the country's table: known, or expected with what then happened."""

    month: date
    known: int | None
    happened: int | None
    ahead: bool


class KeptRow(NamedTuple):
    """One word of estimate and what came of it; `share` is None where no month is known."""

    word: Promise
    kept: Kept
    share: float | None


@dataclass(frozen=True)
class Caption:
    """Source, licence, vintage and caution in the reader's language."""

    name: str
    attribution: str
    licence: str
    vintage: str
    caution: str
    address: str
    unit: str
    digest: str


def rows(board: Board, forecasts: Iterable[CountryForecast], code: str, *, query: str) -> list[Row]:
    """Rows of the list; `query` keeps data and origin in the links."""
    return [
        Row(
            country_name(row.iso3, code),
            row.iso3,
            reverse("warning:country", args=[row.iso3]) + query,
            row,
            estimate_words(row, code),
            estimate_strip(row, code),
            then(board, row),
        )
        for row in forecasts
    ]


def then(board: Board, row: CountryForecast) -> tuple[int, int] | None:
    """How many of the months that are known after the origin reached the threshold."""
    known = [count for count in row.outcome or () if count is not None]
    return (sum(count >= board.threshold for count in known), len(known)) if known else None


def kept(board: Board) -> list[KeptRow]:
    """What then happened, by word of estimate."""
    return [
        KeptRow(ESTIMATE_NAMES[one.word], one, one.over / one.months if one.months else None) for one in board.kept()
    ]


def months(board: Board, row: CountryForecast) -> list[MonthRow]:
    """The twelve known months and the twelve ahead."""
    origin: Month = board.origin
    known = [
        MonthRow(origin.plus(at - DRAWS + 1).last_day, count, None, False) for at, count in enumerate(row.sample or ())
    ]
    after = zip(board.horizons, row.outcome or [None] * len(board.horizons), strict=True)
    return [*known, *(MonthRow(origin.plus(ahead).last_day, None, count, True) for ahead, count in after)]


def board_answer(board: Board, code: str) -> list[str]:
    """What the board says, in sentences."""
    sure = [row for row in board.rows if row.estimate and row.estimate.probability >= 0.55]
    said = ngettext(
        "As known on %(day)s, %(threshold)s or more deaths in state-based conflict are likely or surer "
        "in each of the next twelve months in %(count)s country.",
        "As known on %(day)s, %(threshold)s or more deaths in state-based conflict are likely or surer "
        "in each of the next twelve months in %(count)s countries.",
        len(sure),
    )
    figures = {
        "day": written.day(board.as_known_on, code),
        "threshold": written.number(board.threshold, code),
        "count": written.number(len(sure), code),
    }
    top = [country_name(row.iso3, code) for row in board.rows[:3] if row.estimate and row.estimate.probability >= 0.55]
    first = [gettext("First in the list: %(names)s.") % {"names": written.together(top, code)}]
    return [said % figures, *(first if top else [])]


def country_answer(board: Board, row: CountryForecast, code: str) -> list[str]:
    """The estimate of one country as sentences: number, interval, word, and how such estimates fared."""
    day = written.day(board.as_known_on, code)
    if row.estimate is None:
        return [gettext("There is no estimate as known on %(day)s: fewer than twelve months are known.") % {"day": day}]
    figures = {
        "threshold": written.number(board.threshold, code),
        "word": ESTIMATE_NAMES[row.estimate.word.slug],
        "share": figure(written.percent(row.estimate.probability, code), code),
        "range": figure(written.percent_range(row.estimate.low, row.estimate.high, code), code),
        "first": written.month(board.origin.plus(1).last_day, code),
        "last": written.month(board.origin.plus(len(board.horizons)).last_day, code),
        "day": day,
        "over": written.number(row.months_over or 0, code),
    }
    said = gettext(
        "%(threshold)s or more deaths in state-based conflict in a month, in each month from %(first)s to %(last)s: "
        "%(word)s, %(share)s (interval %(range)s), as known on %(day)s."
    )
    basis = gettext("It was so in %(over)s of the last twelve months; the estimate is nothing but this share.")
    return [said % figures, basis % figures, *_record(row, code)]


def _record(row: CountryForecast, code: str) -> list[str]:
    if row.past is None or not row.past[0]:
        return []
    cases, hits = row.past
    said = gettext(
        "In the record up to then, %(share)s of the months that followed such a year, in any country, were so "
        "(%(hits)s of %(cases)s)."
    )
    figures = {
        "share": figure(written.percent(hits / cases, code, places=1), code),
        "hits": written.number(hits, code),
        "cases": written.number(cases, code),
    }
    return [said % figures]


@dataclass(frozen=True)
class Frozen:
    """The estimate as it stood when a warning was raised, and for its picture the row that it comes from."""

    word: Promise
    estimate: Estimate
    as_known_on: date
    replay: bool
    threshold: int
    subject: Subject


def frozen(warning: EarlyWarning) -> Frozen:
    """The snapshot that the warning carries; it never changes with the data."""
    told, row = warning.forecast, warning.forecast["row"]
    low, high = row["interval"]
    # Written with six decimals, so that an end may lie a millionth inside the share.
    estimate = Estimate(row["probability"], min(low, row["probability"]), max(high, row["probability"]))
    forecast = CountryForecast(warning.country, estimate, tuple(row["sample"]), _quantiles(row), None, None)
    subject = Subject(forecast, Month.parse(told["origin"]), told["threshold"], list(map(float, row["sample"])))
    return Frozen(
        ESTIMATE_NAMES[row["word"]],
        estimate,
        date.fromisoformat(told["as_known_on"]),
        told["replay"],
        told["threshold"],
        subject,
    )


def _quantiles(row: dict[str, Any]) -> tuple[int, ...]:
    """By name, because PostgreSQL keeps the keys of JSON in an order of its own."""
    return tuple(row["quantiles"][str(share)] for share in QUANTILES)


def caption(card: VintageCard, code: str) -> Caption:
    """The card of a vintage in the reader's language, as far as it is one that Ninefold brings."""
    return Caption(
        gettext(card.name) if card.name else "",
        card.attribution,
        card.licence,
        _vintage(card.vintage, code),
        gettext(card.caution) if card.caution else "",
        card.address if card.address.startswith("https://") else "",
        gettext(card.unit) if card.unit else "",
        card.digest,
    )


def choices(vintages: Iterable[Vintage], code: str) -> list[tuple[str, str]]:
    """Series to choose from: each by its id, its name and its months."""
    named = ((vintage, gettext(vintage.name)) for vintage in vintages)
    return [(str(each.pk), f"{name} ({span(each.first, each.last, code)})") for each, name in named]


def window(warning: EarlyWarning, code: str) -> str:
    """The months of a warning: `May 2024 to July 2024`."""
    return span(warning.first, warning.last, code)


def span(first: str, last: str, code: str) -> str:
    """From one month (`2024-05`) to another in words; a single one stands alone."""
    begin, end = _month(first, code), _month(last, code)
    return begin if first == last else gettext("%(first)s to %(last)s") % {"first": begin, "last": end}


def _vintage(words: str, code: str) -> str:
    """What a series says of its age, its months (`2024-04`) in words: `up to April 2024`."""
    if own := re.fullmatch(rf"({_MONTH}) to ({_MONTH})", words):
        return span(own[1], own[2], code)
    return re.sub(_MONTH, lambda found: _month(found[0], code), gettext(words) if words else "")


def _month(spelled: str, code: str) -> str:
    return written.month(Month.parse(spelled).last_day, code)
