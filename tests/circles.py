"""The circle of presences and ties, counted one by one; the database counts many at once (`tracks/test_tally.py`)."""

from collections import Counter
from typing import NamedTuple
from uuid import UUID

from ninefold.tracks.circle import Bundle, Standing, draw_from


class PresenceOf(NamedTuple):
    actor: UUID
    track: str
    level: str


class TieOf(NamedTuple):
    source: UUID
    target: UUID
    kind: str
    strength: int


def drawn(ring, presences, ties):
    tracks, strongest = {}, {}
    for one in presences:
        tracks.setdefault(one.actor, set()).add(one.track)
    for tie in ties:
        if tie.source in tracks and tie.target in tracks:
            same = tie.source, tie.target, tie.kind
            strongest[same] = max(strongest.get(same, 0), tie.strength)
    bundles = [
        Bundle(frozenset(tracks[source]), frozenset(tracks[target]), kind, 1, strength)
        for (source, target, kind), strength in strongest.items()
    ]
    levels = Counter((one.track, one.level) for one in presences)
    return draw_from(ring, [Standing(*at, number) for at, number in levels.items()], bundles, actors=len(tracks))
