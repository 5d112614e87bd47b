"""Two real connections at once: one act wins, the other is told, and the clock passes a warning on once."""

import pytest
from at_once import at_once
from world import CLOCK, NOW, REASON, build, version

from ninefold.errors import ConflictError, RefusedError
from ninefold.ledger.models import Entry
from ninefold.warning import actions, reads
from ninefold.warning.models import EarlyWarning

pytestmark = pytest.mark.django_db(transaction=True)
DUE = NOW + CLOCK


def kinds(warning):
    return list(Entry.objects.filter(subject_id=warning.pk).order_by("serial").values_list("kind", flat=True))


@pytest.mark.parametrize("attempt", range(3))
def test_two_workers_pass_it_on_once(attempt):
    world = build()
    warning = world.sent()
    done = at_once(lambda: actions.pass_on(now=DUE), lambda: actions.pass_on(now=DUE))
    assert sorted(done) == [0, 1]
    assert [passage.outcome for passage in reads.passages(warning)] == ["lapsed", "waiting"]
    assert kinds(warning).count("warning.passed-on") == 1


@pytest.mark.parametrize("attempt", range(3))
def test_an_answer_and_the_clock_do_not_both_win(attempt):
    world = build()
    warning = world.sent()
    told = {"by": world.head, "now": DUE, "warning": warning.pk, "version": version(warning)}
    answered, passed = at_once(lambda: actions.acknowledge(**told), lambda: actions.pass_on(now=DUE))
    state = EarlyWarning.objects.get(pk=warning.pk).state
    if passed:
        assert isinstance(answered, ConflictError | RefusedError)
        assert state == "sent"
    else:
        assert answered is None
        assert state == "acknowledged"
    assert len(kinds(warning)) == 3


@pytest.mark.parametrize("attempt", range(3))
def test_two_answers_to_one_page_do_not_both_win(attempt):
    world = build()
    warning = world.sent()
    told = {"by": world.head, "now": NOW, "warning": warning.pk, "version": version(warning)}
    results = at_once(lambda: actions.acknowledge(**told), lambda: actions.decline(**told, reason=REASON))
    assert sum(result is None for result in results) == 1
    assert sum(isinstance(result, ConflictError | RefusedError) for result in results) == 1
    assert len(kinds(warning)) == 3


def test_the_bundled_series_loaded_by_two_at_once_stands_once():
    done = at_once(lambda: actions.load_bundled(now=NOW), lambda: actions.load_bundled(now=NOW))
    assert done[0] == done[1]
    assert Entry.objects.filter(kind="warning.data-loaded").count() == 1
