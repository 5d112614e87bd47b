"""One spelling per moment, and no moment without a time zone."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.clock import now, read_stamp, stamp
from ninefold.errors import InvalidError

moments = st.datetimes(timezones=st.just(UTC))


@given(moments)
def test_a_stamp_reads_back(moment):
    assert read_stamp(stamp(moment)) == moment


@given(moments, st.integers(-14, 14))
def test_the_same_moment_has_one_stamp_in_every_zone(moment, hours):
    try:
        elsewhere = moment.astimezone(timezone(timedelta(hours=hours)))
    except OverflowError:
        return
    assert stamp(elsewhere) == stamp(moment)


@given(st.text(max_size=40))
def test_anything_else_is_refused_in_words(text):
    with pytest.raises(InvalidError, match="is not a time"):
        read_stamp(text)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(InvalidError, match="no time zone"):
        stamp(datetime(2026, 1, 1))  # noqa: DTZ001 - the case under test


def test_now_is_aware():
    assert now().utcoffset() == timedelta(0)
