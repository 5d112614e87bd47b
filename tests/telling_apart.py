"""Whether two heaps of weeks can be told apart by numbers that were taken of each. Arrays in, figures out.

A week is a row, and each column one thing that was measured of it.
"""

import math
from itertools import product
from typing import NamedTuple

import numpy as np


class Told(NamedTuple):
    """`chance`: how often chance alone tells so much. `area` under the curve, 0.5 for a guess, and its interval."""

    chance: float
    area: float
    lower: float
    upper: float


def told_apart(one, other, *, rounds=5_000, seed=1, deviations=3.29):
    """A permutation test over whole weeks, and a classifier that is asked for pairs of weeks it has not seen."""
    area = _area(one, other)
    spread = deviations * _standard_error(area, len(one), len(other))
    return Told(_chance(one, other, rounds, seed), area, max(0.0, area - spread), min(1.0, area + spread))


def _chance(one, other, rounds, seed):
    """How often the labels, dealt out anew, part the weeks as well: by the column that parts them best."""
    weeks, random = np.vstack([one, other]), np.random.default_rng(seed)
    found = _parted(weeks, len(one))
    as_well = sum(_parted(random.permutation(weeks), len(one)) >= found for _ in range(rounds))
    return (1 + as_well) / (1 + rounds)


def _parted(weeks, first):
    spread = weeks.std(axis=0)
    distance = abs(weeks[:first].mean(axis=0) - weeks[first:].mean(axis=0))
    # A column that is the same in all weeks tells nothing.
    return (distance / np.where(spread > 0, spread, np.inf)).max()


def _area(one, other):
    """Of all pairs, one of each heap, the share that a rule learned from the others puts the right way round."""
    right = [_asked(one, other, at, to) for at, to in product(range(len(one)), range(len(other)))]
    return sum(right) / len(right)


def _asked(one, other, at, to):
    learned, learned_other = np.delete(one, at, axis=0), np.delete(other, to, axis=0)
    within = np.vstack([learned - learned.mean(axis=0), learned_other - learned_other.mean(axis=0)]).var(axis=0)
    apart = learned.mean(axis=0) - learned_other.mean(axis=0)
    # What never varies within a heap and parts the two is certain knowledge: it weighs more than all else.
    weight = np.where(within > 0, apart / np.where(within > 0, within, 1), np.sign(apart) * 1e9)
    score = float((one[at] - other[to]) @ weight)
    return 0.5 if score == 0 else float(score > 0)


def _standard_error(area, first, second):
    """Of an area under the curve (Hanley and McNeil, 1982)."""
    alike, alike_other = area / (2 - area), 2 * area**2 / (1 + area)
    variance = area * (1 - area) + (first - 1) * (alike - area**2) + (second - 1) * (alike_other - area**2)
    return math.sqrt(max(variance, 0.0) / (first * second))
