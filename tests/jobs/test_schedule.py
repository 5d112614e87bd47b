from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.errors import InvalidError
from ninefold.jobs.models import Slot
from ninefold.jobs.queue import CLOCK
from ninefold.jobs.reads import waiting
from ninefold.jobs.schedule import Recurring, Schedule, fire, recurring
from ninefold.jobs.worker import Worker

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOON = datetime(2024, 4, 30, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

heard = []


@recurring("tests.bell", every=MINUTE)
def bell(now):
    heard.append(now)


BELL = (Recurring("tests.bell", MINUTE, bell),)


@pytest.fixture(autouse=True)
def silence():
    heard.clear()


def hear(now):
    Worker(clock=lambda: now, acts=()).run_ready(CLOCK)
    return list(heard)


@given(
    now=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=40_000)).map(lambda age: EPOCH + age),
    every=st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=400)),
)
def test_a_due_moment_is_the_newest_multiple_of_the_period(now, every):
    due = Recurring("any", every, bell).due(now)
    assert due <= now < due + every
    assert (due - EPOCH) % every == timedelta(0)


@pytest.mark.django_db
def test_each_slot_is_queued_once_whoever_ticks():
    one, other = Schedule(BELL), Schedule(BELL)
    assert [one.tick(NOON), other.tick(NOON), one.tick(NOON + MINUTE / 2)] == [["tests.bell"], [], []]
    assert [other.tick(NOON + MINUTE), one.tick(NOON + MINUTE)] == [["tests.bell"], []]
    assert (Slot.objects.count(), waiting(queue=CLOCK)) == (2, 2)


@pytest.mark.django_db
def test_after_a_long_sleep_an_act_is_done_once():
    schedule = Schedule(BELL)
    schedule.tick(NOON)
    morning = NOON + timedelta(hours=9, seconds=7)
    assert schedule.tick(morning) == ["tests.bell"]
    # The slot that was queued before the sleep gives way to the one after it.
    assert waiting(queue=CLOCK) == 2
    assert hear(morning) == [morning]


@pytest.mark.django_db
def test_a_clock_set_back_does_not_repeat_a_slot():
    Schedule(BELL).tick(NOON)
    Schedule(BELL).tick(NOON + MINUTE)
    assert Schedule(BELL).tick(NOON + MINUTE / 3) == []


@pytest.mark.django_db
def test_old_slots_are_forgotten():
    for day in range(3):
        Schedule(BELL).tick(NOON + timedelta(days=day))
    assert Slot.objects.count() == 2


@pytest.mark.django_db
def test_an_act_that_this_version_does_not_know_is_refused_by_name():
    with pytest.raises(InvalidError, match=r"no recurring act tests\.gone"):
        fire.run(NOON, {"args": ["tests.gone", "2024-04-30T12:00:00.000000Z"], "kwargs": {}})


def test_a_name_is_used_once_and_a_period_is_at_least_a_second():
    with pytest.raises(InvalidError, match="Two acts"):
        recurring("jobs.purge", every=MINUTE)(bell)
    with pytest.raises(InvalidError, match="one second"):
        recurring("tests.flutter", every=timedelta(milliseconds=10))
