import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from panels import panel

from ninefold.warning.baseline import DRAWS, QUANTILES, baseline, last_draws, wilson

years = st.lists(st.integers(0, 60), min_size=DRAWS, max_size=DRAWS)


@given(years)
def test_the_probability_is_the_share_of_the_last_twelve_months(year):
    made = baseline(panel({"KEN": [999, *year]}), threshold=25)
    assert made.sample[0].tolist() == year
    assert made.probability[0] == sum(count >= 25 for count in year) / 12
    assert 0 <= made.low[0] <= made.probability[0] <= made.high[0] <= 1
    assert set(made.quantiles[0]) <= set(year)
    assert made.quantiles[0].tolist() == sorted(made.quantiles[0])


@given(years, st.permutations(range(DRAWS)))
def test_the_order_of_the_months_does_not_matter(year, order):
    one = baseline(panel({"KEN": year}), threshold=25)
    other = baseline(panel({"KEN": [year[at] for at in order]}), threshold=25)
    assert (one.probability, one.low, one.high) == (other.probability, other.low, other.high)
    np.testing.assert_array_equal(one.quantiles, other.quantiles)


@pytest.mark.parametrize("missing", [0, 5, 11])
def test_it_abstains_where_a_month_is_not_known(missing):
    year = [30.0] * DRAWS
    year[missing] = None
    made = baseline(panel({"KEN": [30.0] * DRAWS, "SSD": year}), threshold=25)
    assert made.probability[0] == 1
    assert np.isnan([made.probability[1], made.low[1], made.high[1]]).all()
    assert np.isnan(made.sample[1]).all()
    assert np.isnan(made.quantiles[1]).all()


def test_a_panel_of_eleven_months_gives_no_estimate():
    assert np.isnan(baseline(panel({"KEN": [30.0] * 11}), threshold=25).probability).all()
    assert np.isnan(last_draws(np.ones((1, 11)))[0, 0])


@given(st.integers(0, 12))
def test_the_interval_is_wilsons_at_ninety_per_cent(hits):
    low, high = (float(end[0]) for end in wilson(np.array([float(hits)]), 12))
    share, z = hits / 12, 1.6448536
    # Its ends are the shares p from which the one observed lies exactly z standard errors away.
    for end in (low, high):
        assert abs(share - end) == pytest.approx(z * math.sqrt(end * (1 - end) / 12), abs=1e-6)
    assert low <= share <= high
    assert (low == 0) == (hits == 0)
    assert (high == 1) == (hits == 12)


def test_quantiles_are_counts_that_happened():
    made = baseline(panel({"KEN": list(range(10, 130, 10))}), threshold=25)
    told = dict(zip(QUANTILES, made.quantiles[0].tolist(), strict=True))
    assert told == {0.025: 10, 0.1: 20, 0.25: 30, 0.5: 60, 0.75: 90, 0.9: 110, 0.975: 120}
