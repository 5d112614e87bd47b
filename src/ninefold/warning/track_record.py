"""How often did it come true? Past country-months that looked the same, and what followed them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ninefold.warning.baseline import DRAWS
from ninefold.warning.panel import Panel


@dataclass(frozen=True)
class Record:
    """By the number of months at or above the threshold in a past year, 0 to 12: 13 counts each.

    `cases` are the country-months that followed such a year, `hits` those of them at or above the threshold.
    """

    cases: NDArray[np.int64]
    hits: NDArray[np.int64]


def track_record(known: Panel, *, threshold: int, horizons: tuple[int, ...]) -> Record:
    """Every past origin of the panel against the months that followed it, as far as `known` reaches."""
    seen, over = ~np.isnan(known.values), known.values >= threshold
    whole, months_over = _rolling(seen) == DRAWS, _rolling(over)
    cases, hits = np.zeros(DRAWS + 1, dtype=np.int64), np.zeros(DRAWS + 1, dtype=np.int64)
    for ahead in (ahead for ahead in horizons if ahead < whole.shape[1]):
        usable = whole[:, :-ahead] & seen[:, DRAWS - 1 + ahead :]
        past = months_over[:, :-ahead]
        cases += np.bincount(past[usable], minlength=DRAWS + 1)
        hits += np.bincount(past[usable & over[:, DRAWS - 1 + ahead :]], minlength=DRAWS + 1)
    return Record(cases, hits)


def _rolling(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Units x (months - 11): how many of the twelve months ending at each month are true."""
    if flags.shape[1] < DRAWS:
        return np.zeros((flags.shape[0], 0), dtype=np.int64)
    total = np.pad(np.cumsum(flags, axis=1, dtype=np.int64), ((0, 0), (1, 0)))
    return np.asarray(total[:, DRAWS:] - total[:, :-DRAWS])
