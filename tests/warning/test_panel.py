import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from panels import panel

from ninefold.errors import InvalidError
from ninefold.warning.months import Month
from ninefold.warning.panel import MOST_MONTHS, Panel, from_rows

cells = st.dictionaries(
    st.tuples(st.sampled_from(["AFG", "KEN", "SDN", "UKR"]), st.integers(24_240, 24_280)),
    st.integers(0, 500),
    min_size=1,
)


@given(cells, st.randoms())
def test_rows_in_any_order_give_the_same_panel(cells, random):
    def made(rows):
        units, months, counts = zip(*((unit, month, count) for (unit, month), count in rows), strict=True)
        return from_rows(units, np.array(months), np.array(counts, dtype=float))

    rows = list(cells.items())
    one = made(rows)
    random.shuffle(rows)
    other = made(rows)
    assert (one.units, one.first) == (other.units, other.first)
    np.testing.assert_array_equal(one.values, other.values)
    assert np.isfinite(one.values).sum() == len(cells)


def test_what_is_known_at_an_origin_ends_with_that_month():
    whole = panel({"KEN": [1, 2, 3, 4]}, first="2020-01")
    known = whole.known_at(Month.parse("2020-02"))
    assert known.last == Month.parse("2020-02")
    assert known.values.tolist() == [[1, 2]]
    np.testing.assert_array_equal(whole.after(Month.parse("2020-02"), 3), [[3, 4, np.nan]])


@pytest.mark.parametrize("month", ["2019-12", "2020-05"])
def test_a_month_outside_the_data_is_refused(month):
    with pytest.raises(InvalidError, match=f"run from 2020-01 to 2020-04; {month} lies outside"):
        panel({"KEN": [1, 2, 3, 4]}).known_at(Month.parse(month))


def test_an_unknown_unit_is_refused():
    assert panel({"KEN": [1], "SDN": [2]}).row("SDN") == 1
    with pytest.raises(InvalidError, match="hold no 'XXX'"):
        panel({"KEN": [1], "SDN": [2]}).row("XXX")


def test_a_span_of_centuries_is_refused():
    with pytest.raises(InvalidError, match=f"at most {MOST_MONTHS}"):
        from_rows(["KEN", "KEN"], np.array([100, 100 + MOST_MONTHS]), np.array([1.0, 1.0]))


def test_a_panel_is_sorted_and_does_not_change():
    with pytest.raises(InvalidError, match="sorted and named once"):
        Panel(("SDN", "KEN"), Month.parse("2020-01"), np.zeros((2, 1)))
    with pytest.raises(ValueError, match="read-only"):
        panel({"KEN": [1]}).values[0, 0] = 2
