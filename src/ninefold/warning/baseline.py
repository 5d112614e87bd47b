"""The baseline that is always on: the last twelve months are the forecast of each coming month.

VIEWS calls it conflictology (Hegre et al. 2025, Journal of Peace Research 62(6)). The twelve counts are a
sample with equal weights, the same for every month ahead. The twelve are not independent draws: months of a
war follow each other, so the true uncertainty is larger than the interval says.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ninefold.warning.panel import Panel

METHOD = "conflictology-12"
DRAWS = 12
# The middle and the ends of the central 50, 80 and 95 %; of twelve draws the last two are the least and the most.
QUANTILES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
# Two-sided 90 %.
_Z = 1.6448536269514722


@dataclass(frozen=True)
class Baseline:
    """Per unit, in the order of the panel; NaN where fewer than twelve months are known.

    `sample` units x 12 (oldest first), `probability`, `low`, `high` units, `quantiles` units x 7.
    """

    sample: NDArray[np.float64]
    probability: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    quantiles: NDArray[np.float64]


def baseline(known: Panel, *, threshold: int) -> Baseline:
    """Forecast every unit from the panel's last twelve months; P(count >= threshold) is the share of the twelve."""
    sample = last_draws(known.values)
    whole = np.asarray(~np.isnan(sample).any(axis=1))
    hits = np.where(whole, (sample >= threshold).sum(axis=1), np.nan)
    low, high = wilson(hits, DRAWS)
    quantiles = np.full((len(sample), len(QUANTILES)), np.nan)
    if whole.any():
        quantiles[whole] = np.quantile(sample[whole], QUANTILES, axis=1, method="inverted_cdf").T
    return Baseline(np.where(whole[:, None], sample, np.nan), hits / DRAWS, low, high, quantiles)


def last_draws(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The last twelve columns; a panel that is shorter counts as not observed before it begins."""
    missing = max(0, DRAWS - values.shape[1])
    return np.pad(values[:, -DRAWS:], ((0, 0), (missing, 0)), constant_values=np.nan)


def wilson(hits: NDArray[np.float64], draws: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Wilson's 90 % score interval for a share (1927, J. Am. Stat. Assoc. 22); it never leaves 0 to 1."""
    share, square = hits / draws, _Z**2
    centre = (share + square / (2 * draws)) / (1 + square / draws)
    half = _Z * np.sqrt(share * (1 - share) / draws + square / (4 * draws**2)) / (1 + square / draws)
    # Rounding must not push the ends past a share of exactly 0 or 1.
    return np.minimum(np.clip(centre - half, 0, 1), share), np.maximum(np.clip(centre + half, 0, 1), share)
