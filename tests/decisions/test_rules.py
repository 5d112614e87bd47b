"""Rights stand in turn, whatever the order of the table, and only while they hold."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.decisions.rules import EVERYWHERE, RightOf, in_turn, may_grant_rights, may_run, next_after
from ninefold.errors import RefusedError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
times = st.integers(-5, 5).map(lambda days: NOW + timedelta(days=days))
rights = st.lists(
    st.builds(
        RightOf,
        st.uuids(version=4),
        st.uuids(version=4),
        st.sampled_from(["early-warning", "another"]),
        st.sampled_from([EVERYWHERE, "SDN", "MLI"]),
        st.integers(1, 4),
        times,
        times,
    ),
    max_size=12,
)


@given(rights, st.randoms(use_true_random=False))
def test_the_turn_depends_on_no_order_and_holds_only_what_holds(rights, random):
    turn = in_turn(rights, matter="early-warning", place="SDN", now=NOW)
    random.shuffle(rights)
    assert in_turn(rights, matter="early-warning", place="SDN", now=NOW) == turn
    assert all(r.starts <= NOW < r.ends and r.place in {"SDN", EVERYWHERE} for r in turn)
    assert [r.turn for r in turn] == sorted(r.turn for r in turn)


@given(rights)
def test_each_office_is_asked_once_and_then_nobody_is_left(rights):
    turn = in_turn(rights, matter="early-warning", place="SDN", now=NOW)
    done: list[UUID] = []
    while (right := next_after(turn, done)) is not None:
        assert right.office not in done
        done.append(right.office)
    assert set(done) == {right.office for right in turn}


def test_a_right_ends_with_the_moment_that_it_names():
    right = RightOf(uuid4(), uuid4(), "early-warning", "", 1, NOW - timedelta(days=1), NOW)
    assert in_turn([right], matter="early-warning", place="SDN", now=NOW - timedelta(seconds=1)) == [right]
    assert in_turn([right], matter="early-warning", place="SDN", now=NOW) == []


def test_only_a_registrar_grants_rights():
    may_grant_rights(["registrar"]).require()
    with pytest.raises(RefusedError, match="Only a registrar"):
        may_grant_rights(["administrator", "analyst"]).require()


@pytest.mark.parametrize("clock", [timedelta(seconds=59), timedelta(days=31), timedelta(0), timedelta(days=-1)])
def test_a_clock_has_bounds(clock):
    may_run(timedelta(hours=4)).require()
    with pytest.raises(RefusedError, match="one minute to thirty days"):
        may_run(clock).require()
