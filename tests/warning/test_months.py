from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.errors import InvalidError
from ninefold.warning.months import Month

months = st.integers(12, 9999 * 12 + 11).map(Month)


@given(months)
def test_a_month_reads_back_what_it_prints(month):
    assert Month.parse(str(month)) == month
    assert str(month) == f"{month.last_day:%Y-%m}" or month.year < 1000


@given(months, st.integers(0, 500))
def test_months_subtract(month, ahead):
    assert month.until(month.plus(ahead)) == ahead
    assert month.plus(ahead).plus(-ahead) == month


def test_the_last_day_is_the_one_up_to_which_data_are_known():
    assert Month.parse("2024-04").last_day == date(2024, 4, 30)
    assert Month.parse("2024-02").last_day == date(2024, 2, 29)


@pytest.mark.parametrize(
    "text", ["2024", "2024-13", "2024-00", "24-01", "2024-1", " 2024-01", "0000-01", "٢٠٢٤-٠١", ""]
)
def test_another_spelling_is_refused(text):
    with pytest.raises(InvalidError, match="is not a month; write it as 2024-04"):
        Month.parse(text)
