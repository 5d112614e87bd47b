"""A clock that runs out passes a warning on, once, however late the machine wakes."""

from datetime import timedelta

import pytest
from world import CLOCK, NOW, version

from ninefold.decisions import actions as decisions
from ninefold.jobs import schedule
from ninefold.ledger.models import Entry
from ninefold.warning import actions, reads
from ninefold.warning.models import EarlyWarning

pytestmark = pytest.mark.django_db
DUE = NOW + CLOCK


def outcomes(warning):
    return [(passage.office, passage.outcome) for passage in reads.passages(warning)]


def test_before_its_time_nothing_is_passed_on(world):
    warning = world.sent()
    assert actions.pass_on(now=DUE - timedelta(seconds=1)) == 0
    assert outcomes(warning) == [(world.offices[0], "waiting")]


def test_at_its_time_the_next_in_line_is_asked_with_a_new_clock(world):
    warning = world.sent()
    assert actions.pass_on(now=DUE) == 1
    assert outcomes(warning) == [(world.offices[0], "lapsed"), (world.offices[1], "waiting")]
    assert reads.waiting(warning).due_at == DUE + CLOCK
    assert [passage.warning for passage in reads.waiting_for(world.envoy, DUE)] == [warning]
    assert list(reads.waiting_for(world.head, DUE)) == []
    entry = Entry.objects.filter(subject_id=warning.pk).latest("serial")
    assert (entry.kind, entry.actor) == ("warning.passed-on", "clock")


def test_after_a_long_sleep_the_next_in_line_still_gets_a_whole_clock(world):
    warning = world.sent()
    woke = NOW + timedelta(days=9)
    assert actions.pass_on(now=woke) == 1
    assert actions.pass_on(now=woke) == 0
    assert reads.waiting(warning).due_at == woke + CLOCK


def test_when_nobody_is_left_it_goes_back_unanswered(world):
    warning = world.sent()
    actions.pass_on(now=DUE)
    assert actions.pass_on(now=DUE + CLOCK) == 1
    assert EarlyWarning.objects.get(pk=warning.pk).state == "unanswered"
    assert outcomes(warning) == [(world.offices[0], "lapsed"), (world.offices[1], "lapsed")]
    assert Entry.objects.filter(subject_id=warning.pk).latest("serial").kind == "warning.unanswered"
    assert actions.pass_on(now=DUE + timedelta(days=30)) == 0


def test_an_office_that_lost_its_right_is_passed_over(world):
    warning = world.sent()
    decisions.end_right(by=world.analyst, now=NOW + timedelta(hours=1), right=world.rights[1])
    actions.pass_on(now=DUE)
    assert EarlyWarning.objects.get(pk=warning.pk).state == "unanswered"


def test_an_answer_before_the_sweep_still_counts(world):
    warning = world.sent()
    late = DUE + timedelta(minutes=5)
    actions.acknowledge(by=world.head, now=late, warning=warning.pk, version=version(warning))
    assert actions.pass_on(now=late) == 0
    assert EarlyWarning.objects.get(pk=warning.pk).state == "acknowledged"


def test_silence_gives_it_to_no_new_reader(world):
    warning = world.sent()
    before = reads.readers_of(reads.WARNING, warning.pk, NOW)
    actions.pass_on(now=DUE)
    actions.pass_on(now=DUE + CLOCK)
    assert reads.readers_of(reads.WARNING, warning.pk, DUE + CLOCK) == before


def test_the_latency_counts_from_the_signal_to_the_act(world):
    actions.load_bundled(now=NOW - timedelta(days=2))
    warning = world.sent()
    told = reads.latency(reads.warning_for(world.head, warning.pk, NOW))
    assert (told.to_raise, told.to_send, told.to_act, told.total) == (timedelta(days=2), timedelta(0), None, None)
    actions.pass_on(now=DUE)
    acted = DUE + timedelta(hours=1)
    actions.acknowledge(by=world.envoy, now=acted, warning=warning.pk, version=version(warning))
    told = reads.latency(reads.warning_for(world.head, warning.pk, acted))
    assert told.to_act == CLOCK + timedelta(hours=1)
    assert told.total == timedelta(days=2) + CLOCK + timedelta(hours=1)


def test_the_sweep_is_a_recurring_act(world):
    warning = world.sent()
    schedule.discover()
    (sweep,) = [act for act in schedule.declared() if act.name == "warning.pass_on"]
    sweep.act(DUE)
    assert outcomes(warning)[0] == (world.offices[0], "lapsed")
