"""No track, community or member ranks above another, in any list, figure or export."""

import re
from uuid import UUID

import pytest
from circles import PresenceOf, drawn

from ninefold.tracks.rules import CENTRE, RING, ring_from

from .watch import SOURCE

# Ordering organisations or tracks by how many, how strong or how present would be a ranking.
_RANKS = re.compile(r"order_by\([^)]*(count|strength|ties|members|presences?)\b", re.IGNORECASE)


def ranked(text):
    return [found.group(0) for found in _RANKS.finditer(text)]


def test_a_crowded_track_does_not_move():
    situation = UUID(int=5)
    crowd = [PresenceOf(UUID(int=n), "religion", "local") for n in range(50)]
    for presences in ([], crowd):
        points = drawn(ring_from(situation), presences, []).points
        assert [point.track for point in points] == [*ring_from(situation), CENTRE]


def test_each_track_comes_first_equally_often():
    firsts = [ring_from(UUID(int=n))[0] for n in range(800)]
    assert {firsts.count(track) for track in RING} == {100}


def test_no_query_orders_organisations_by_their_weight():
    for file in (SOURCE / "tracks").rglob("*.py"):
        assert ranked(file.read_text(encoding="utf-8")) == [], file.name


@pytest.mark.parametrize("planted", ["order_by('-strength')", 'order_by("track", Count("members"))'])
def test_a_planted_ranking_is_caught(planted):
    assert ranked(planted)
