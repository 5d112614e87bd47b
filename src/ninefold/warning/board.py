"""The board: one estimate per country as known at an origin, with what then happened where the data tell."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from ninefold.errors import InvalidError
from ninefold.warning.baseline import DRAWS, METHOD, QUANTILES, Baseline, baseline
from ninefold.warning.estimates import SCALE, Estimate
from ninefold.warning.months import Month
from ninefold.warning.panel import Panel
from ninefold.warning.track_record import Record, track_record

THRESHOLD = 25
HORIZONS = tuple(range(1, 13))
# Data of a month are out some weeks after it; an older board is a replay.
_FRESH = timedelta(days=62)


@dataclass(frozen=True)
class CountryForecast:
    """One country. Without twelve known months the estimate, sample and quantiles are None: the board abstains.

    `sample` oldest first; `quantiles` as in `QUANTILES`; `outcome` one count or None per horizon,
    or None when no month after the origin is known; `past` is (cases, hits) of years that looked the same.
    """

    iso3: str
    estimate: Estimate | None
    sample: tuple[int, ...] | None
    quantiles: tuple[int, ...] | None
    outcome: tuple[int | None, ...] | None
    past: tuple[int, int] | None

    @property
    def median(self) -> int | None:
        """The middle count of the sample."""
        return None if self.quantiles is None else self.quantiles[QUANTILES.index(0.5)]

    @property
    def months_over(self) -> int | None:
        """In how many of the twelve months the threshold was reached."""
        return None if self.estimate is None else round(self.estimate.probability * DRAWS)


@dataclass(frozen=True)
class Kept:
    """What came true among the countries given one word: country-months known, and those over the threshold."""

    word: str
    countries: int
    months: int
    over: int


@dataclass(frozen=True)
class Board:
    """Rows by falling probability, then deaths in the twelve months, then code; abstentions last."""

    origin: Month
    last: Month
    rows: tuple[CountryForecast, ...]
    threshold: int = THRESHOLD
    horizons: tuple[int, ...] = HORIZONS
    method: str = METHOD

    @property
    def as_known_on(self) -> date:
        """The day up to whose end the data of the origin month reach."""
        return self.origin.last_day

    def row(self, iso3: str) -> CountryForecast:
        """One country's row; an unknown code raises `InvalidError`."""
        for row in self.rows:
            if row.iso3 == iso3:
                return row
        raise InvalidError("The board holds no country {iso3}; choose one from its list.", iso3=repr(iso3[:20]))

    def kept(self) -> tuple[Kept, ...]:
        """What then happened, by word of estimate; empty when nothing after the origin is known."""
        return _kept(self)

    def is_replay(self, today: date) -> bool:
        """True unless this is the newest origin of the data and recent on that day."""
        return self.origin < self.last or today - self.as_known_on > _FRESH


def build_board(
    panel: Panel, origin: Month, *, threshold: int = THRESHOLD, horizons: tuple[int, ...] = HORIZONS
) -> Board:
    """The board as known at the end of `origin`, a month of the panel; later months serve only as outcome."""
    known = panel.known_at(origin)
    forecast = baseline(known, threshold=threshold)
    record = track_record(known, threshold=threshold, horizons=horizons)
    outcome = panel.after(origin, max(horizons))[:, [horizon - 1 for horizon in horizons]]
    rows = (_row(iso3, at, forecast, record, outcome[at]) for at, iso3 in enumerate(panel.units))
    return Board(origin, panel.last, tuple(sorted(rows, key=_rank)), threshold, horizons)


def _row(iso3: str, at: int, forecast: Baseline, record: Record, outcome: NDArray[np.float64]) -> CountryForecast:
    then = None if np.isnan(outcome).all() else tuple(None if np.isnan(count) else int(count) for count in outcome)
    if np.isnan(forecast.probability[at]):
        return CountryForecast(iso3, None, None, None, then, None)
    estimate = Estimate(float(forecast.probability[at]), float(forecast.low[at]), float(forecast.high[at]))
    months_over = round(estimate.probability * DRAWS)
    return CountryForecast(
        iso3,
        estimate,
        tuple(map(int, forecast.sample[at])),
        tuple(map(int, forecast.quantiles[at])),
        then,
        (int(record.cases[months_over]), int(record.hits[months_over])),
    )


def _rank(row: CountryForecast) -> tuple[float, int, str]:
    """The order of the board; ties are broken by data, never by the order in which rows came."""
    return (-row.estimate.probability if row.estimate else 1.0, -sum(row.sample or ()), row.iso3)


def _kept(board: Board) -> tuple[Kept, ...]:
    told = [row for row in board.rows if row.estimate and row.outcome]
    by_word = ((word, [row for row in told if row.estimate and row.estimate.word is word]) for word in reversed(SCALE))
    return tuple(
        Kept(
            word.slug,
            len(rows),
            sum(count is not None for row in rows for count in row.outcome or ()),
            sum(count is not None and count >= board.threshold for row in rows for count in row.outcome or ()),
        )
        for word, rows in by_word
        if rows
    )
