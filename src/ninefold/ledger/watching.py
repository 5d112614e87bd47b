"""Watching a label from outside: whether anything was listed or ended under it, by the public leaves alone. Pure.

The watcher holds the label and remembers how far he has read: the size of the tree and the roots of the complete trees
in it. Each time he reads the leaves that are new, sees that they lead from what he remembers to the signed root, and
looks among them for the tags of his label. So a log that hides a leaf from him, or shows him another tree, is found
out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ninefold.errors import ConflictError, InvalidError
from ninefold.ledger.checkpoints import open_checkpoint
from ninefold.ledger.hexadecimal import read_hex
from ninefold.ledger.keys import Verifier
from ninefold.ledger.listings import MOST, tag_of
from ninefold.ledger.merkle import EMPTY_ROOT, fold_root, leaf_hash, node_hash
from ninefold.ledger.tiles import FULL, TileName, read_bundle

_MEMBERS = {"found", "log", "roots", "size"}
LARGEST_BUNDLE = FULL * 34
Fetch = Callable[[str], bytes]


@dataclass(frozen=True)
class Place:
    """How far somebody has read: the log's key, the size, and which numbers he found, at which leaf.

    `roots` are those of the complete trees from the left, one for each binary digit of the size that is set.
    """

    log: Verifier
    size: int = 0
    roots: tuple[bytes, ...] = ()
    found: tuple[tuple[int, int], ...] = ()

    def value(self) -> dict[str, Any]:
        """As a JSON value, to be remembered."""
        return {
            "found": [list(pair) for pair in self.found],
            "log": str(self.log),
            "roots": [root.hex() for root in self.roots],
            "size": self.size,
        }


def place_from(value: object) -> Place:
    """The place that `Place.value` wrote."""
    if not isinstance(value, dict) or value.keys() != _MEMBERS or type(value["size"]) is not int:
        raise InvalidError("What was remembered of the log cannot be read; begin anew.")
    roots = tuple(read_hex(root, "a root", length=32) for root in value["roots"])
    if len(roots) != value["size"].bit_count():
        raise InvalidError("What was remembered of the log cannot be read; begin anew.")
    return Place(Verifier.parse(value["log"]), value["size"], roots, tuple((n, at) for n, at in value["found"]))


def read_on(place: Place, label: bytes, note: bytes, fetch: Fetch) -> Place:
    """The place after the leaves that this checkpoint adds; `fetch` gives what lies at a path below the log's prefix.

    `ConflictError` when the log does not grow from what was read before.
    """
    head = open_checkpoint(note, place.log)[0].head
    if head.size < place.size:
        raise ConflictError(
            "The log is smaller than it was: {size} leaves instead of {before}. Keep what you have, and ask.",
            size=head.size,
            before=place.size,
        )
    tags = {tag_of(label, number): number for number in range(MOST)}
    peaks, found = list(place.roots), dict(place.found)
    for index, leaf in _leaves(place.size, head.size, fetch):
        _grow(peaks, index, leaf_hash(leaf))
        if leaf in tags:
            found[tags[leaf]] = index
    if (fold_root(peaks) if peaks else EMPTY_ROOT) != head.root:
        raise ConflictError(
            "The leaves do not lead to the signed root of size {size}: the log shows you something else than it "
            "signed, or than it showed before. Keep what you have, and ask.",
            size=head.size,
        )
    return replace(place, size=head.size, roots=tuple(peaks), found=tuple(sorted(found.items())))


def unknown(place: Place, known: int) -> list[tuple[int, int]]:
    """The numbers beyond the `known` first ones that were found, with their leaves: nobody may have listed them."""
    return [(number, index) for number, index in place.found if number >= known]


def _leaves(start: int, end: int, fetch: Fetch) -> Iterator[tuple[int, bytes]]:
    for tile in range(start // FULL, -(-end // FULL)):
        first = tile * FULL
        width = min(FULL, end - first)
        for at, leaf in enumerate(read_bundle(fetch(TileName(0, tile, width).entries_path), width), first):
            if at >= start:
                yield at, leaf


def _grow(peaks: list[bytes], size: int, leaf: bytes) -> None:
    """Add a leaf to the roots of the complete trees in a tree of `size`: they fold as digits carry."""
    while size & 1:
        leaf = node_hash(peaks.pop(), leaf)
        size >>= 1
    peaks.append(leaf)
