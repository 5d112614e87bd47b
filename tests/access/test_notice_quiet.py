"""Quiet hours by the reader's own clock: over midnight, and when clocks are put on or back."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ninefold.access.notices.quiet import Quiet, read_quiet, zones
from ninefold.errors import InvalidError

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
# Forward and back by an hour, by half an hour, over midnight, and a day that was left out.
CHANGES = [
    ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ("Africa/Cairo", datetime(2026, 4, 23, 22, tzinfo=UTC)),
    ("Asia/Beirut", datetime(2026, 3, 28, 22, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 5, 1, tzinfo=UTC)),
]
times = some.builds(time, some.integers(0, 23), some.integers(0, 59))
moments = some.one_of(
    some.builds(
        lambda change, n: (change[0], change[1] + n * MINUTE), some.sampled_from(CHANGES), some.integers(-900, 900)
    ),
    some.builds(
        lambda zone, n: (zone, datetime(2020, 1, 1, tzinfo=UTC) + n * MINUTE),
        some.sampled_from(zones()),
        some.integers(0, 9_000_000),
    ),
)


def minute_of(moment, zone):
    wall = moment.astimezone(ZoneInfo(zone))
    return wall.hour * 60 + wall.minute


@given(moments, times, times)
def test_it_is_quiet_where_the_wall_clock_stands_between_the_two(placed, starts, ends):
    zone, moment = placed
    if starts == ends:
        return
    begins, lasts = (
        starts.hour * 60 + starts.minute,
        (ends.hour * 60 + ends.minute) - (starts.hour * 60 + starts.minute),
    )
    expected = (minute_of(moment, zone) - begins) % 1440 < lasts % 1440
    assert Quiet(zone, starts, ends).covers(moment) == expected


@given(moments, times, times)
def test_what_is_held_goes_at_the_first_minute_that_is_not_quiet(placed, starts, ends):
    """A look a minute, as the beat takes it: it ends within a day and an hour, at the end or after a clock put on."""
    zone, moment = placed
    if starts == ends:
        return
    quiet, looks = Quiet(zone, starts, ends), 0
    while quiet.covers(moment + looks * MINUTE):
        looks += 1
    assert looks * MINUTE <= DAY + timedelta(hours=1)
    if looks:
        before, now = (minute_of(moment + n * MINUTE, zone) for n in (looks - 1, looks))
        end = ends.hour * 60 + ends.minute
        assert now == end or (now - before) % 1440 != 1, "at the end, or where the clock jumped over it"


def test_it_is_over_midnight_in_nairobi():
    quiet = Quiet("Africa/Nairobi", time(22), time(6))
    assert quiet.covers(datetime(2026, 3, 1, 19, tzinfo=UTC))
    assert quiet.covers(datetime(2026, 3, 2, 2, 59, tzinfo=UTC))
    assert not quiet.covers(datetime(2026, 3, 2, 3, tzinfo=UTC))


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (("Mars/Olympus", None, None), "not a time zone"),
        (("UTC", time(22), None), "both"),
        (("UTC", time(22), time(22)), "another time"),
    ],
    ids=str,
)
def test_quiet_hours_that_do_not_fit_are_refused(told, words):
    assert read_quiet("UTC", None, None) is None
    with pytest.raises(InvalidError, match=words):
        read_quiet(*told)
