"""The circle as figures: who is present, tied, absent or alone, and what reaches the public. Pure.

What comes in has been counted by the database (`tally.py`), so nothing here grows with the number of organisations.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from ninefold.tracks.rules import CARRIES, CENTRE


class Standing(NamedTuple):
    """So many organisations stand in a track at a level."""

    track: str
    level: str
    actors: int


class Bundle(NamedTuple):
    """So many ties of one of `TIE_KINDS`, from organisations that stand in these tracks to such that stand in those;
    and the sum of their strengths.
    """

    sources: frozenset[str]
    targets: frozenset[str]
    kind: str
    ties: int
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


def draw_from(ring: Sequence[str], standings: Iterable[Standing], bundles: Iterable[Bundle], *, actors: int) -> Circle:
    """The circle of these figures and of so many organisations, begun at the first of `ring` (eight outer tracks).

    A tie counts for each pair of different tracks that its two organisations stand in; a tie within a track counts
    for none. Where words go along a tie towards the ninth track it reaches the public, and where they come from it the
    public is heard.
    """
    members, levels = Counter[str](), defaultdict[str, set[str]](set)
    for standing in standings:
        members[standing.track] += standing.actors
        levels[standing.track].add(standing.level)
    number, strength = Counter[frozenset[str]](), Counter[frozenset[str]]()
    joined, out, back = Counter[str](), Counter[str](), Counter[str]()
    ties = 0
    for bundle in bundles:
        ties += bundle.ties
        pairs = {(a, b) for a, b in product(bundle.sources, bundle.targets) if a != b}
        for pair in {frozenset(pair) for pair in pairs}:
            number[pair] += bundle.ties
            strength[pair] += bundle.strength
        there, again = CARRIES.get(bundle.kind, (False, False))
        _count(joined, {track for pair in pairs for track in pair}, bundle)
        _count(out, _towards(pairs, there=there, again=again), bundle)
        _count(back, _towards(pairs, there=again, again=there), bundle)
    order = [*ring, CENTRE]
    points = tuple(Point(t, members[t], frozenset(levels[t]), joined[t], out[t], back[t]) for t in order)
    pairs_in_order = sorted(number, key=lambda pair: sorted(order.index(track) for track in pair))
    chords = tuple(Chord(pair, number[pair], strength[pair]) for pair in pairs_in_order)
    return Circle(points, chords, actors, ties)


def _count(counter: Counter[str], tracks: Iterable[str], bundle: Bundle) -> None:
    counter.update(dict.fromkeys(tracks, bundle.ties))


def _towards(pairs: Iterable[tuple[str, str]], *, there: bool, again: bool) -> set[str]:
    """The tracks from which words reach the centre, if they go from the first of a pair there, or from the second."""
    return {a for a, b in pairs if b == CENTRE and there} | {b for a, b in pairs if a == CENTRE and again}
