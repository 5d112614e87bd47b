"""The circle as figures: who is present, tied, absent or alone, and what reaches the public. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple
from uuid import UUID

from ninefold.tracks.rules import CARRIES, CENTRE


class PresenceOf(NamedTuple):
    """An organisation in a track at a level."""

    actor: UUID
    track: str
    level: str


class TieOf(NamedTuple):
    """A tie between two organisations: one of `TIE_KINDS`, strength from 1 to 3."""

    source: UUID
    target: UUID
    kind: str
    strength: int


@dataclass(frozen=True)
class Point:
    """One track: how many organisations, at which levels, how many ties lead to other tracks and to the public."""

    track: str
    actors: int
    levels: frozenset[str]
    ties: int
    reaches_public: int
    hears_back: int

    @property
    def absent(self) -> bool:
        """Nobody of this track is active."""
        return self.actors == 0

    @property
    def isolated(self) -> bool:
        """Somebody is active, and nothing ties the track to another."""
        return self.actors > 0 and self.ties == 0

    @property
    def hangs_on_one_tie(self) -> bool:
        """A single tie between organisations joins the track to the others."""
        return self.actors > 0 and self.ties == 1


@dataclass(frozen=True)
class Chord:
    """All ties between two tracks: their number and the sum of their strengths. The pair has no order."""

    tracks: frozenset[str]
    ties: int
    strength: int


@dataclass(frozen=True)
class Circle:
    """Points in drawing order, the ninth last; chords in the order of their points."""

    points: tuple[Point, ...]
    chords: tuple[Chord, ...]
    actors: int
    ties: int

    def point(self, track: str) -> Point:
        """The point of a track."""
        return next(point for point in self.points if point.track == track)


def draw_from(ring: Sequence[str], presences: Iterable[PresenceOf], ties: Iterable[TieOf]) -> Circle:
    """The circle of these presences and ties, begun at the first of `ring` (eight outer tracks).

    A tie counts for each pair of different tracks that its two organisations stand in; a tie within a track counts
    for none. Where words go along a tie towards the ninth track it reaches the public, and where they come from it the
    public is heard.
    """
    tracks_of: dict[UUID, set[str]] = defaultdict(set)
    levels: dict[str, set[str]] = defaultdict(set)
    for presence in presences:
        tracks_of[presence.actor].add(presence.track)
        levels[presence.track].add(presence.level)
    members = Counter(track for tracks in tracks_of.values() for track in tracks)
    number: Counter[frozenset[str]] = Counter()
    strength: Counter[frozenset[str]] = Counter()
    joined, out, back = Counter[str](), Counter[str](), Counter[str]()
    seen = _once(tie for tie in ties if tie.source in tracks_of and tie.target in tracks_of)
    for tie in seen:
        pairs = {(a, b) for a, b in product(tracks_of[tie.source], tracks_of[tie.target]) if a != b}
        for pair in {frozenset(pair) for pair in pairs}:
            number[pair] += 1
            strength[pair] += tie.strength
        joined.update({track for pair in pairs for track in pair})
        there, again = CARRIES.get(tie.kind, (False, False))
        out.update({a for a, b in pairs if b == CENTRE and there} | {b for a, b in pairs if a == CENTRE and again})
        back.update({b for a, b in pairs if a == CENTRE and there} | {a for a, b in pairs if b == CENTRE and again})
    order = [*ring, CENTRE]
    points = tuple(Point(t, members[t], frozenset(levels[t]), joined[t], out[t], back[t]) for t in order)
    pairs_in_order = sorted(number, key=lambda pair: sorted(order.index(track) for track in pair))
    chords = tuple(Chord(pair, number[pair], strength[pair]) for pair in pairs_in_order)
    return Circle(points, chords, len(tracks_of), len(seen))


def _once(ties: Iterable[TieOf]) -> list[TieOf]:
    """Two people who do not see each other's ties may both have entered one; who sees both counts the stronger."""
    strongest: dict[tuple[UUID, UUID, str], TieOf] = {}
    for tie in ties:
        there = strongest.setdefault((tie.source, tie.target, tie.kind), tie)
        if tie.strength > there.strength:
            strongest[tie.source, tie.target, tie.kind] = tie
    return list(strongest.values())
