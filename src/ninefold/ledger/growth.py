"""Stored tiles as a tree: nodes, heads, proofs, and what becomes new when leaves are added. Bytes in, bytes out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from ninefold.errors import RefusedError
from ninefold.ledger.merkle import (
    Node,
    TreeHead,
    consistency_nodes,
    fold_groups,
    fold_root,
    inclusion_nodes,
    root_nodes,
)
from ninefold.ledger.tiles import FULL, HEIGHT, TileName, build_nodes, read_node, tile_of, tile_root, tiles_grown

Place = tuple[int, int]  # level and index of a tile


class Growth(NamedTuple):
    """Leaves from index `start` on, up to the checkpoint that stands here as it was published.

    The last three are those of its `Published`; None from an older version.
    """

    start: int
    leaves: tuple[bytes, ...]
    note: str
    time: datetime
    time_signature: bytes
    before: int | None = None
    entries: int | None = None
    last: bytes | None = None


@dataclass(frozen=True, slots=True)
class Tiles:
    """Some tiles of a tree: by place, the width and the stored nodes."""

    held: dict[Place, tuple[int, bytes]]

    def node(self, node: Node) -> bytes:
        """The hash of a complete node; `RefusedError` when its tile is not here or holds no such node."""
        place = tile_of(node)
        if place not in self.held:
            raise RefusedError("The tile {index} of level {level} is missing.", level=place[0], index=place[1])
        width, nodes = self.held[place]
        return read_node(nodes, width, node)

    def head(self, size: int) -> TreeHead:
        """The head at `size`, folded from stored nodes."""
        return TreeHead(size, fold_root([self.node(node) for node in root_nodes(size)]))

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The proof that entry `index` is in the tree of `size`."""
        return fold_groups(inclusion_nodes(index, size), self.node)

    def consistency(self, first: int, second: int) -> list[bytes]:
        """The proof that the tree of size `second` grew from that of size `first`; none is needed from size 0."""
        return fold_groups(consistency_nodes(first, second), self.node) if first else []

    def grow(self, size: int, leaf_hashes: Sequence[bytes]) -> dict[TileName, bytes]:
        """The tiles that become new or wider when leaves are added to the tree of `size`, with their nodes.

        They are held here from then on. The tiles at the right edge (`edge`) must be here before.
        """
        made: dict[TileName, bytes] = {}
        fresh, row, level, at = list(leaf_hashes), b"", -1, 0
        for name in tiles_grown(size, size + len(leaf_hashes)):
            if name.level != level:
                level, at = name.level, 0
                row, fresh = self._kept(level, size) + b"".join(fresh), []
            nodes = build_nodes(row[at : at + 32 * name.width])
            at += 32 * name.width
            if name.width == FULL:
                fresh.append(tile_root(nodes))
            made[name] = nodes
            self.held[level, name.index] = name.width, nodes
        return made

    def _kept(self, level: int, size: int) -> bytes:
        """The hashes in the open tile of a level, before it grows."""
        on_level = size >> (HEIGHT * level)
        width = on_level % FULL
        if not width:
            return b""
        held, nodes = self.held.get((level, on_level // FULL), (0, b""))
        if held != width:
            raise RefusedError("The tile {index} of level {level} is missing.", level=level, index=on_level // FULL)
        return nodes[: 32 * width]


def edge(size: int) -> list[TileName]:
    """The partial tiles of a tree of `size`. They hold every node of which its root is folded."""
    names = []
    level = 0
    while on_level := size >> (HEIGHT * level):
        if on_level % FULL:
            names.append(TileName(level, on_level // FULL, on_level % FULL))
        level += 1
    return names


def places(groups: Iterable[Iterable[Node]]) -> set[Place]:
    """The tiles that hold the nodes of a proof."""
    return {tile_of(node) for group in groups for node in group}
