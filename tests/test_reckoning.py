"""The wall clock against the seconds counted: what is a jump, and when it is over."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.clock import LEAP, TOLERANCE, Reading, Reckoning, read

START = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
NONE = timedelta(0)


def at(counted, off=NONE):
    """What both clocks say after so many seconds, the wall clock being off by some time."""
    return Reading(START + timedelta(seconds=counted) + off, 1000.0 + counted)


FRESH = Reckoning(at(0))


@pytest.mark.parametrize(
    ("off", "jump"),
    [
        (NONE, NONE),
        (-TOLERANCE, NONE),
        (-TOLERANCE - timedelta(microseconds=1000), -TOLERANCE - timedelta(microseconds=1000)),
        (timedelta(hours=-1), timedelta(hours=-1)),
        (timedelta(hours=23), NONE),
        (LEAP, NONE),
        (LEAP + timedelta(seconds=1), LEAP + timedelta(seconds=1)),
    ],
    ids=str,
)
def test_what_is_a_jump(off, jump):
    assert FRESH.look(at(60, off))[1] == jump


def test_a_clock_that_went_back_is_sound_again_when_it_is_right_again():
    back, off = FRESH.look(at(60, timedelta(hours=-1)))
    assert off == timedelta(hours=-1)
    assert back.look(at(90, timedelta(hours=-1)))[1] < NONE
    assert back.look(at(120)) == (Reckoning(at(120)), NONE)


def test_a_clock_that_went_back_is_sound_again_when_it_has_come_as_far_as_it_had_been():
    hour = timedelta(hours=1)
    back, _ = FRESH.look(at(60, -hour))
    assert back.until == START + timedelta(seconds=60)
    assert back.look(at(60 + 3599, -hour))[1] == -hour
    healed, off = back.look(at(60 + 3600, -hour))
    assert off == NONE
    assert healed.look(at(60 + 3660, -hour))[1] == NONE


def test_a_second_step_back_does_not_heal_sooner():
    back, _ = FRESH.look(at(60, timedelta(hours=-1)))
    back, _ = back.look(at(120, timedelta(hours=-2)))
    assert back.until == START + timedelta(seconds=60)
    assert back.look(at(3700, timedelta(hours=-2)))[1] < NONE


def test_a_leap_forward_stays_one_until_it_is_set_right_or_accepted():
    leap = timedelta(days=40)
    same, off = FRESH.look(at(60, leap))
    assert (same, off) == (FRESH, leap)
    assert FRESH.look(at(86_400, leap))[1] == leap
    assert FRESH.look(at(86_400))[1] == NONE
    assert Reckoning(at(86_400, leap)).look(at(86_460, leap))[1] == NONE


def test_a_clock_set_right_after_it_went_far_back_is_no_leap():
    back, _ = FRESH.look(at(60, timedelta(days=-9)))
    assert back.look(at(120))[1] == NONE


@given(st.lists(st.tuples(st.integers(0, 5_000), st.integers(-200_000, 200_000)), max_size=30))
def test_the_times_that_are_sound_never_go_back_by_more_than_the_tolerance(life):
    reckoning, counted, sound = FRESH, 0, START
    for passed, off in life:
        counted += passed
        reading = at(counted, timedelta(seconds=off))
        reckoning, jump = reckoning.look(reading)
        if jump == NONE:
            assert reading.wall >= sound - TOLERANCE
            sound = reading.wall
        else:
            assert abs(jump) >= TOLERANCE


def test_both_clocks_are_read_together():
    first, second = read(), read()
    assert first.counted <= second.counted
    assert Reckoning(first).look(second)[1] == NONE
