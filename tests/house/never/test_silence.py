"""Silence never ratifies, discloses or releases: a clock that runs out passes a matter on, and that is all."""

import pytest

from ninefold.warning.rules import STATES

BY_SILENCE = {"pass-on", "give-back"}
CONSENT = {"acknowledged", "accepted", "agreed"}


def consents_by_silence(states):
    return [
        (state, act)
        for state, acts in states.items()
        for act, after in acts.items()
        if act in BY_SILENCE and after in CONSENT
    ]


def test_no_clock_makes_anybody_agree():
    acts = {act for row in STATES.values() for act in row}
    assert acts & BY_SILENCE, "the table of states names what happens on silence"
    assert consents_by_silence(STATES) == []


@pytest.mark.parametrize("after", sorted(CONSENT))
def test_a_planted_consent_is_caught(after):
    assert consents_by_silence({"sent": {"pass-on": after}}) == [("sent", "pass-on")]
