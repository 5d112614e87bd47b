"""The life of a warning is a table; who may do what says why not."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.warning import rules
from ninefold.warning.rules import STATES

ACTS = sorted({act for acts in STATES.values() for act in acts})


def test_every_state_can_be_reached_and_every_act_leads_to_one():
    reached, todo = {"draft"}, ["draft"]
    while todo:
        todo += [state for state in STATES[todo.pop()].values() if state not in reached]
        reached.update(todo)
    assert reached == set(STATES)


@given(st.sampled_from(sorted(STATES)), st.sampled_from(ACTS))
def test_what_the_table_does_not_hold_is_refused_with_a_sentence(state, act):
    decision = rules.allows(state, act)
    assert decision.allowed == (act in STATES[state])
    assert decision.allowed or decision.reason.endswith(".")


def test_nothing_follows_an_acknowledged_or_withdrawn_warning():
    assert [state for state, acts in STATES.items() if not acts] == ["acknowledged", "withdrawn"]


OFFICES = [uuid4() for _ in range(4)]


@given(st.lists(st.sampled_from(OFFICES), unique=True), st.sets(st.sampled_from(OFFICES)))
def test_the_next_in_line_is_the_first_that_was_not_asked(line, asked):
    act, following = rules.after_no(line, asked)
    left = [office for office in line if office not in asked]
    assert (act, following) == (("pass-on", left[0]) if left else ("give-back", None))


ONE, OTHER = OFFICES[:2]
REFUSALS = {
    "raise": (rules.may_raise(["analyst"], estimated=True), rules.may_raise([], estimated=True), "Only an analyst"),
    "raise without an estimate": (
        rules.may_raise(["analyst"], estimated=True),
        rules.may_raise(["analyst"], estimated=False),
        "no estimate",
    ),
    "load": (rules.may_load(["analyst"]), rules.may_load(["registrar"]), "Only an analyst loads"),
    "send for another": (
        rules.may_send(raised_by_him=True, line=[ONE]),
        rules.may_send(raised_by_him=False, line=[ONE]),
        "Only the one who raised",
    ),
    "send to nobody": (
        rules.may_send(raised_by_him=True, line=[ONE]),
        rules.may_send(raised_by_him=True, line=[]),
        "Nobody who may act",
    ),
    "send to an office without the right": (rules.may_send_to(ONE, [ONE]), rules.may_send_to(OTHER, [ONE]), "no right"),
    "answer": (rules.may_answer([ONE], ONE), rules.may_answer([OTHER], ONE), "Only the holder"),
    "answer what is with nobody": (rules.may_answer([ONE], ONE), rules.may_answer([ONE], None), "Only the holder"),
    "withdraw": (rules.may_withdraw(raised_by_him=True), rules.may_withdraw(raised_by_him=False), "Only the one"),
    "reason too short": (rules.is_reason("x" * 20), rules.is_reason(" no time \n" + " " * 40), "Give the reason"),
    "reason too long": (rules.is_reason("x" * 2000), rules.is_reason("x" * 2001), "Give the reason"),
}


@pytest.mark.parametrize(("yes", "no", "reason"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_stands_beside_its_success_and_says_why(yes, no, reason):
    assert yes.allowed
    assert not no.allowed
    assert reason in no.reason
