"""The board as JSON and as CSV: the same figures as the page, in a form that others script against."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from math import isnan
from typing import Any

from ninefold.warning.baseline import DRAWS, QUANTILES
from ninefold.warning.board import Board, CountryForecast
from ninefold.warning.panel import Panel
from ninefold.warning.vintages import VintageCard

ABSTAINED = "Fewer than twelve months are known."


def board_json(board: Board, card: VintageCard, *, today: date) -> dict[str, Any]:
    """The whole board; probabilities from 0 to 1, counts as integers, what is not known as null."""
    return {**board_head(board, card, today=today), "rows": [row_json(row) for row in board.rows]}


def board_head(board: Board, card: VintageCard, *, today: date) -> dict[str, Any]:
    """What holds for every row: origin, method, source, licence, vintage."""
    return {
        "origin": str(board.origin),
        "as_known_on": board.as_known_on.isoformat(),
        "replay": board.is_replay(today),
        "method": board.method,
        "threshold": board.threshold,
        "unit": card.unit,
        "horizons": list(board.horizons),
        "source": card.attribution,
        "licence": card.licence,
        "vintage": card.vintage,
        "caution": card.caution,
    }


def row_json(row: CountryForecast) -> dict[str, Any]:
    """One country; `word` is the slug of the scale, `past` how often the same year was followed by such a month."""
    estimate, past = row.estimate, row.past
    return {
        "iso3": row.iso3,
        "probability": None if estimate is None else round(estimate.probability, 6),
        "interval": None if estimate is None else [round(estimate.low, 6), round(estimate.high, 6)],
        "word": None if estimate is None else estimate.word.slug,
        "abstained": ABSTAINED if estimate is None else None,
        "sample": None if row.sample is None else list(row.sample),
        "median": row.median,
        "quantiles": None if row.quantiles is None else dict(zip(map(str, QUANTILES), row.quantiles, strict=True)),
        "past": None if past is None else {"cases": past[0], "hits": past[1]},
        "outcome": None if row.outcome is None else list(row.outcome),
    }


def board_csv(board: Board, card: VintageCard) -> str:
    """One line per country; the first twelve counts are the sample (oldest first), the last twelve what followed."""
    months = [str(board.origin.plus(back)) for back in range(-DRAWS + 1, 1)]
    ahead = [str(board.origin.plus(horizon)) for horizon in board.horizons]
    head = ["iso3", "probability", "low", "high", "word", "median"]
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\n")
    write.writerow(
        [*head, *(f"known {month}" for month in months), *(f"then {month}" for month in ahead), "as_known_on", "source"]
    )
    write.writerows(_line(row, board, card) for row in board.rows)
    return text.getvalue()


def country_csv(board: Board, row: CountryForecast, card: VintageCard) -> str:
    """A line a month: the twelve that are known, then the twelve ahead with what then happened."""
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\n")
    write.writerow(["iso3", "month", "known", "then", "as_known_on", "source"])
    last = [board.as_known_on.isoformat(), card.attribution]
    known = zip(range(-DRAWS + 1, 1), row.sample or [None] * DRAWS, strict=True)
    write.writerows([row.iso3, str(board.origin.plus(at)), count, None, *last] for at, count in known)
    then = zip(board.horizons, row.outcome or [None] * len(board.horizons), strict=True)
    write.writerows([row.iso3, str(board.origin.plus(at)), None, count, *last] for at, count in then)
    return text.getvalue()


def panel_csv(panel: Panel) -> str:
    """The whole series as `unit,month,value`, the format in which data are loaded; an empty value is not observed."""
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\n")
    write.writerow(["unit", "month", "value"])
    names = [str(panel.first.plus(at)) for at in range(panel.values.shape[1])]
    for unit, counts in zip(panel.units, panel.values.tolist(), strict=True):
        write.writerows(
            [unit, name, "" if isnan(count) else int(count)] for name, count in zip(names, counts, strict=True)
        )
    return text.getvalue()


def _line(row: CountryForecast, board: Board, card: VintageCard) -> Sequence[object]:
    estimate = row.estimate
    figures: list[object] = (
        [None] * 4
        if estimate is None
        else [round(estimate.probability, 6), round(estimate.low, 6), round(estimate.high, 6), estimate.word.slug]
    )
    return [
        row.iso3,
        *figures,
        row.median,
        *(row.sample or [None] * DRAWS),
        *(row.outcome or [None] * len(board.horizons)),
        board.as_known_on.isoformat(),
        card.attribution,
    ]
