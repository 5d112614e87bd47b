"""The factories reach every state that the rules know, and by no other way than the rules."""

import pytest

from ninefold.ledger.models import Entry
from ninefold.warning.models import Passage
from ninefold.warning.rules import STATES


@pytest.mark.parametrize("state", STATES)
def test_a_warning_can_be_had_in_every_state(world, state):
    warning = world.in_state(state)
    assert warning.state == state
    acts = Entry.objects.filter(subject_id=warning.pk).values_list("kind", flat=True)
    assert acts.first() == "warning.raised"
    assert Passage.objects.filter(warning=warning, outcome="waiting").count() == (state == "sent")
    assert warning.raised_at == world.now
