"""A clock that runs out passes a warning on, once, however late the machine wakes."""

from datetime import timedelta

import pytest
from world import CLOCK, NOW, version

from ninefold.access import actions as access
from ninefold.decisions import actions as decisions
from ninefold.errors import RefusedError, UnavailableError
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


def test_a_broken_warning_does_not_stop_the_clocks_of_the_others(world, caplog):
    broken, whole = world.sent(), world.sent()
    # What no act writes, as after a hand in the database.
    EarlyWarning.objects.filter(pk=broken.pk).update(line=["no office"])
    with pytest.raises(UnavailableError, match=str(broken.pk)) as told:
        actions.pass_on(now=world.now + CLOCK)
    assert str(whole.pk) not in str(told.value)
    assert reads.waiting(broken).office == world.offices[0], "it stays as it was"
    assert reads.waiting(whole).office == world.offices[1], "the other goes on"
    assert Entry.objects.filter(kind="warning.passed-on").count() == 1
    said = str(told.value) + caplog.text
    assert "grain corridor" not in said, "its content is nobody's here"


def test_a_warning_whose_author_left_is_taken_over_by_an_analyst_who_reads_it(world):
    warning = world.in_state("unanswered")
    told = {"now": world.now, "warning": warning.pk, "version": version(warning)}
    until = world.now + CLOCK * 1000
    access.add_member(by=world.analyst, now=world.now, audience=world.audience, person=world.outsider, ends=until)
    with pytest.raises(RefusedError, match="still here"):
        actions.take_over(by=world.outsider, **told)
    leaving = {"person": world.analyst, "reason": "x", "orphans_read": True}
    access.close_account(by=world.administrator, now=world.now, **leaving)
    with pytest.raises(RefusedError, match="Only an analyst"):
        actions.take_over(by=world.head, **told)
    with pytest.raises(RefusedError, match="raised the warning withdraws"):
        actions.withdraw(by=world.outsider, **told)
    assert list(reads.left_behind(world.outsider, world.now)) == [warning]
    actions.take_over(by=world.outsider, **told)
    actions.withdraw(by=world.outsider, **told | {"version": version(warning)})
    raised = Entry.objects.get(kind="warning.raised", subject_id=warning.pk)
    assert raised.actor.endswith(str(world.analyst.pk)), "who raised it stays in the ledger"
