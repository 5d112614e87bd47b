"""The circle's figures follow from presences and ties alone, whatever their order."""

from uuid import UUID, uuid4

import pytest
from circles import PresenceOf, TieOf, drawn
from hypothesis import given
from hypothesis import strategies as st

from ninefold.tracks.rules import CARRIES, CENTRE, LEVELS, RING, TIE_KINDS, TRACKS, ring_from

ACTORS = [UUID(int=n, version=4) for n in range(1, 13)]
presences = st.lists(
    st.builds(PresenceOf, st.sampled_from(ACTORS), st.sampled_from(TRACKS), st.sampled_from(LEVELS)),
    max_size=30,
    unique_by=lambda one: (one.actor, one.track),
)
ties = st.lists(
    st.builds(TieOf, st.sampled_from(ACTORS), st.sampled_from(ACTORS), st.sampled_from(TIE_KINDS), st.integers(1, 3)),
    max_size=40,
)


@given(presences, ties, st.randoms(use_true_random=False))
def test_order_of_arrival_changes_nothing(presences, ties, random):
    circle = drawn(RING, presences, ties)
    random.shuffle(presences)
    random.shuffle(ties)
    assert drawn(RING, presences, ties) == circle


@given(presences, ties)
def test_a_track_is_isolated_exactly_when_no_chord_ends_in_it(presences, ties):
    circle = drawn(RING, presences, ties)
    ends = {track for chord in circle.chords for track in chord.tracks}
    for point in circle.points:
        assert point.isolated == (point.actors > 0 and point.track not in ends)


@given(st.uuids(version=4), presences, ties)
def test_the_order_of_tracks_depends_on_the_situation_and_on_nothing_in_it(situation, presences, ties):
    ring = ring_from(situation)
    assert sorted(ring) == sorted(RING)
    assert [point.track for point in drawn(ring, presences, ties).points] == [*ring, CENTRE]


def test_every_track_begins_some_circle():
    assert {ring_from(UUID(int=n))[0] for n in range(8)} == set(RING)


def test_a_tie_to_an_organisation_that_is_not_there_counts_for_nothing():
    a, b = uuid4(), uuid4()
    circle = drawn(RING, [PresenceOf(a, "business", "local")], [TieOf(a, b, "advises", 3)])
    assert circle.ties == 0
    assert circle.point("business").isolated


@pytest.mark.parametrize(
    ("kind", "reaches", "hears"),
    [("publishes-through", 1, 0), ("hears-from", 0, 1), ("speaks-with", 1, 1), ("funds", 0, 0), ("member-of", 0, 0)],
)
def test_words_reach_the_public_and_come_back_along_the_ties_that_carry_them(kind, reaches, hears):
    desk, radio = uuid4(), uuid4()
    there = [PresenceOf(desk, "government", "national"), PresenceOf(radio, CENTRE, "local")]
    point = drawn(RING, there, [TieOf(desk, radio, kind, 2)]).point("government")
    assert (point.reaches_public, point.hears_back, point.ties) == (reaches, hears, 1)
    turned = drawn(RING, there, [TieOf(radio, desk, kind, 2)]).point("government")
    assert (turned.reaches_public, turned.hears_back) == (hears, reaches)


def test_every_kind_that_carries_words_is_a_kind():
    assert set(CARRIES) <= set(TIE_KINDS)


def test_a_single_tie_is_named():
    shop, desk = uuid4(), uuid4()
    there = [PresenceOf(shop, "business", "local"), PresenceOf(desk, "government", "national")]
    assert drawn(RING, there, [TieOf(shop, desk, "advises", 1)]).point("business").hangs_on_one_tie
