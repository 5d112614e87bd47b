"""A whole tree in memory: what a check recomputes, and what tests compare with."""

from collections.abc import Iterable
from hashlib import sha256

from ninefold.errors import RefusedError
from ninefold.ledger.merkle import Node, TreeHead, fold_groups, fold_root, root_nodes


class Tree:
    """Leaves and every complete node above them. It grows at its end and never shrinks."""

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        self.extend(leaf_hashes)

    @property
    def size(self) -> int:
        """The number of leaves."""
        return len(self._levels[0])

    def extend(self, leaf_hashes: Iterable[bytes]) -> None:
        """Add leaves at the end and complete every node that they complete."""
        self._levels[0].extend(leaf_hashes)
        level = 0
        while len(below := self._levels[level]) > 1:
            level += 1
            if level == len(self._levels):
                self._levels.append([])
            above = self._levels[level]
            pairs = range(2 * len(above), len(below) - 1, 2)
            above.extend([sha256(b"\x01" + below[left] + below[left + 1]).digest() for left in pairs])

    def node(self, node: Node) -> bytes:
        """The hash of a complete node."""
        return self._levels[node[0]][node[1]]

    def head(self, size: int | None = None) -> TreeHead:
        """The head at `size`, or now."""
        size = self.size if size is None else size
        if size > self.size:
            raise RefusedError("The tree has not grown to size {size}.", size=size)
        return TreeHead(size, fold_root([self.node(node) for node in root_nodes(size)]))

    def proof(self, groups: Iterable[Iterable[Node]]) -> list[bytes]:
        """The hashes of a proof, from the nodes that `inclusion_nodes` or `consistency_nodes` names."""
        return fold_groups(groups, self.node)
