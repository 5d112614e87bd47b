"""Random lives of a warning: whatever people and the clock do, the tables follow the table of states."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from world import CLOCK, NOW, REASON, version

from ninefold.errors import RefusedError
from ninefold.ledger.models import Entry
from ninefold.warning import actions
from ninefold.warning.models import EarlyWarning
from ninefold.warning.rules import STATES

PEOPLE = st.sampled_from(["analyst", "head", "envoy"])
PLACE = {"head": 0, "envoy": 1}


class Life(RuleBasedStateMachine):
    """One warning; `asked` are the offices of this round in order, the last of them the addressee."""

    world = None

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.now, self.state, self.asked, self.entries = NOW, "draft", [], 1
        self.warning = self.world.raised()

    def teardown(self):
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def does(self, act, allowed, following):
        """Do it; it must succeed exactly when the model says so."""
        if not allowed:
            with pytest.raises(RefusedError):
                act()
            return
        act()
        self.state = following
        self.entries += 1

    def addressed(self, who):
        return self.state == "sent" and PLACE.get(who) == self.asked[-1]

    def no(self):
        """What a decline or a lapse leads to."""
        left = [place for place in (0, 1) if place not in self.asked]
        return ("sent", [*self.asked, left[0]]) if left else ("unanswered", self.asked)

    @rule(who=PEOPLE, place=st.sampled_from([0, 1]))
    def send(self, who, place):
        allowed = who == "analyst" and "send" in STATES[self.state]
        person, office = getattr(self.world, who), self.world.offices[place].pk
        told = {"now": self.now, "warning": self.warning.pk, "version": version(self.warning)}
        self.does(lambda: actions.send(by=person, office=office, clock=CLOCK, **told), allowed, "sent")
        if allowed:
            self.asked = [place]

    @rule(who=PEOPLE)
    def acknowledge(self, who):
        told = {"now": self.now, "warning": self.warning.pk, "version": version(self.warning)}
        person = getattr(self.world, who)
        self.does(lambda: actions.acknowledge(by=person, **told), self.addressed(who), "acknowledged")

    @rule(who=PEOPLE)
    def decline(self, who):
        told = {"now": self.now, "warning": self.warning.pk, "version": version(self.warning), "reason": REASON}
        person, allowed = getattr(self.world, who), self.addressed(who)
        following, asked = self.no() if allowed else (self.state, self.asked)
        self.does(lambda: actions.decline(by=person, **told), allowed, following)
        self.asked = asked

    @rule(who=PEOPLE)
    def withdraw(self, who):
        told = {"now": self.now, "warning": self.warning.pk, "version": version(self.warning)}
        person = getattr(self.world, who)
        allowed = who == "analyst" and "withdraw" in STATES[self.state]
        self.does(lambda: actions.withdraw(by=person, **told), allowed, "withdrawn")

    @rule(hours=st.sampled_from([1, 3, 4, 50]))
    def time_passes(self, hours):
        self.now += timedelta(hours=hours)
        passage = self.warning.passages.filter(outcome="waiting").first()
        overdue = passage is not None and passage.due_at <= self.now
        assert actions.pass_on(now=self.now) == int(overdue)
        if overdue:
            self.state, self.asked = self.no()
            self.entries += 1

    @invariant()
    def the_tables_say_the_same(self):
        row = EarlyWarning.objects.get(pk=self.warning.pk)
        waiting = [passage.office for passage in row.passages.filter(outcome="waiting")]
        assert row.state == self.state
        assert waiting == ([self.world.offices[self.asked[-1]]] if self.state == "sent" else [])
        assert Entry.objects.filter(subject_id=row.pk).count() == self.entries == row.version


def test_any_life_follows_the_table(world):
    Life.world = world
    quick = settings(max_examples=40, stateful_step_count=12, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Life, settings=quick)
