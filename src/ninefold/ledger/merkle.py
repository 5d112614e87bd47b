"""Proofs that an entry is in the ledger, and that the ledger only grew (RFC 9162, section 2.1). Bytes in, bytes out.

A node is named by `(level, index)`: the hash over the leaves from `index << level` to `(index + 1) << level`. Only
complete nodes have a name, and they never change. What is ragged at the right edge is folded from complete ones.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from ninefold.errors import InvalidError, RefusedError

# Different first bytes, so that no entry can pass for the hash of two others.
_LEAF, _NODE = b"\x00", b"\x01"
EMPTY_ROOT = sha256(b"").digest()
# Sizes stay below 2^63, as in every other implementation of these formats.
_TOO_MANY = 1 << 63


# The name of a complete node: its height above the leaves, and its place on that level.
Node = tuple[int, int]


def leaf_hash(entry: bytes) -> bytes:
    """The 32-byte hash under which an entry stands in the tree."""
    if not isinstance(entry, bytes):
        raise InvalidError("An entry of the tree is bytes, not {kind}.", kind=type(entry).__name__)
    return sha256(_LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The 32-byte hash over two others."""
    return sha256(_NODE + left + right).digest()


@dataclass(frozen=True, slots=True)
class TreeHead:
    """What a checkpoint signs. A proof does not bind the size, so the two stay together."""

    size: int
    root: bytes

    def __post_init__(self) -> None:
        _require_count(self.size, "The size")
        _require_hash(self.root, "The root")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise RefusedError("An empty tree has another root than this one.")


def verify_inclusion(leaf_hash: bytes, index: int, proof: Sequence[bytes], head: TreeHead) -> None:
    """Raise unless the proof leads from the leaf hash at `index` to the root of `head` (RFC 9162, 2.1.3.2)."""
    _require_count(index, "The index")
    if index >= head.size:
        raise RefusedError("There is no entry {index} in a tree of size {size}.", index=index, size=head.size)
    if _lead_up(leaf_hash, index, head.size, proof) != head.root:
        raise RefusedError("The proof does not lead from entry {index} to this root.", index=index)


def verify_consistency(first: TreeHead, second: TreeHead, proof: Sequence[bytes]) -> None:
    """Raise unless the tree of `second` is that of `first`, grown at its end (RFC 9162, 2.1.4.2).

    Every tree grows from the empty one, so a proof from size 0 would say nothing: it is refused.
    """
    if first.size == 0:
        raise RefusedError("A proof from an empty tree says nothing.")
    verify_subtree_consistency(0, first.size, second.size, proof, first.root, second.root)


def verify_subtree_inclusion(
    leaf_hash: bytes, index: int, start: int, end: int, proof: Sequence[bytes], subtree_root: bytes
) -> None:
    """Raise unless the proof leads from the leaf at `index` of the whole tree to the root of leaves start to end.

    Subtrees are those of draft-ietf-plants-merkle-tree-certs: `start` is a multiple of the least power of two that
    is at least `end - start`.
    """
    _require_subtree(start, end)
    _require_count(index, "The index")
    _require_hash(subtree_root, "The root of the subtree")
    if not start <= index < end:
        raise RefusedError("There is no entry {index} from {start} to {end}.", index=index, start=start, end=end)
    if _lead_up(leaf_hash, index - start, end - start, proof) != subtree_root:
        raise RefusedError("The proof does not lead from entry {index} to this root.", index=index)


def verify_subtree_consistency(
    start: int, end: int, size: int, proof: Sequence[bytes], subtree_root: bytes, root: bytes
) -> None:
    """Raise unless leaves start to end, with `subtree_root`, are leaves of the tree of `size` with `root`.

    An empty subtree is part of every tree: then its root must be `EMPTY_ROOT`, the proof empty, and `root` is not
    looked at. Source: draft-ietf-plants-merkle-tree-certs, "Verifying a Subtree Consistency Proof".
    """
    _require_subtree(start, end)
    _require_count(size, "The size")
    _require_hash(subtree_root, "The first root")
    if end > size:
        raise RefusedError("A tree of size {size} does not reach to {end}.", size=size, end=end)
    if start == end:
        _require_length(proof, 0)
        if subtree_root != EMPTY_ROOT:
            raise RefusedError("An empty tree has another root than this one.")
        return
    _require_hash(root, "The second root")
    before, after = _grow(start, end, size, proof, subtree_root)
    if before != subtree_root:
        raise RefusedError("The proof does not lead to the first root, at size {size}.", size=end - start)
    if after != root:
        raise RefusedError("The proof does not lead to the second root, at size {size}.", size=size)


# ---- Which complete nodes a root or a proof is made of


def root_nodes(size: int) -> list[Node]:
    """The complete nodes whose fold is the root of a tree of `size`, from left to right."""
    _require_count(size, "The size")
    return _span_nodes(0, size)


def inclusion_nodes(index: int, size: int) -> list[list[Node]]:
    """For each hash of the inclusion proof of entry `index`, the complete nodes whose fold it is."""
    _require_count(index, "The index")
    _require_count(size, "The size")
    if index >= size:
        raise RefusedError("There is no entry {index} in a tree of size {size}.", index=index, size=size)
    return [_sibling_nodes(step, index, size) for step in _steps(index, size - 1)]


def consistency_nodes(first: int, second: int) -> list[list[Node]]:
    """For each hash of the proof that the tree of size `second` grew from size `first`, the nodes of its fold."""
    if first == 0:
        raise RefusedError("A proof from an empty tree says nothing.")
    return subtree_consistency_nodes(0, first, second)


def subtree_consistency_nodes(start: int, end: int, size: int) -> list[list[Node]]:
    """The same for leaves start to end in a tree of `size`."""
    _require_subtree(start, end)
    _require_count(size, "The size")
    if end > size:
        raise RefusedError("A tree of size {size} does not reach to {end}.", size=size, end=end)
    if start == end:
        return []
    level, seeded = _seed(start, end, size)
    seed = [] if seeded else [[(level, (end - 1) >> level)]]
    return seed + [_sibling_nodes(step, end - 1, size) for step in _steps(end - 1, size - 1, level)]


def fold_root(hashes: Sequence[bytes]) -> bytes:
    """The root over complete nodes of falling height, from left to right; that of no nodes is `EMPTY_ROOT`."""
    if not hashes:
        return EMPTY_ROOT
    *lefts, folded = hashes
    for left in reversed(lefts):
        folded = node_hash(left, folded)
    return folded


def fold_groups(groups: Iterable[Iterable[Node]], read: Callable[[Node], bytes]) -> list[bytes]:
    """The hashes of a proof; `read` gives the hash of each complete node."""
    return [fold_root([read(node) for node in group]) for group in groups]


# ---- The walk from a leaf to the root


class _Step(NamedTuple):
    """A level on which the path has a sibling, and on which side."""

    level: int
    on_left: bool


def _steps(index: int, last: int, level: int = 0) -> Iterator[_Step]:
    """The levels, from `level` up, on which the path from leaf `index` to the root meets a sibling.

    `last` is the index of the last leaf. Where the path runs along the right edge and has no right sibling, the node
    climbs alone: there is no step on that level.
    """
    while last >> level:
        if (index >> level) & 1:
            yield _Step(level, on_left=True)
        elif index >> level < last >> level:
            yield _Step(level, on_left=False)
        level += 1


def _lead_up(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that the proof implies."""
    _require_hash(leaf, "The hash of the entry")
    steps = list(_steps(index, size - 1))
    _require_length(proof, len(steps))
    for step, sibling in zip(steps, proof, strict=True):
        leaf = node_hash(sibling, leaf) if step.on_left else node_hash(leaf, sibling)
    return leaf


def _seed(start: int, end: int, size: int) -> tuple[int, bool]:
    """The level at which a consistency proof begins, and whether it begins with the subtree's own root."""
    first, last, level = start, end - 1, 0
    at_edge = end == size
    while first >> level != last >> level and (at_edge or (last >> level) & 1):
        level += 1
    return level, first >> level == last >> level


def _grow(start: int, end: int, size: int, proof: Sequence[bytes], subtree_root: bytes) -> tuple[bytes, bytes]:
    """The roots that the proof implies: of the subtree from start to end, and of the tree of `size`."""
    # 1. Both walks begin at the last complete subtree that the two trees share.
    level, seeded = _seed(start, end, size)
    steps = list(_steps(end - 1, size - 1, level))
    _require_length(proof, len(steps) + (not seeded))
    before = after = subtree_root if seeded else proof[0]
    # 2. What stands on the left belongs to both, as long as it lies inside the subtree. What stands on the right
    #    came later.
    for step, sibling in zip(steps, proof[not seeded :], strict=True):
        if not step.on_left:
            after = node_hash(after, sibling)
            continue
        if start >> step.level < (end - 1) >> step.level:
            before = node_hash(sibling, before)
        after = node_hash(sibling, after)
    return before, after


def _sibling_nodes(step: _Step, index: int, size: int) -> list[Node]:
    place = (index >> step.level) ^ 1
    return _span_nodes(place << step.level, min((place + 1) << step.level, size))


def _span_nodes(start: int, end: int) -> list[Node]:
    """The complete nodes, of falling height, that cover the leaves of a subtree from left to right."""
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


# ---- What is refused before anything is hashed


def _require_count(value: int, what: str) -> None:
    if type(value) is not int or not 0 <= value < _TOO_MANY:
        raise InvalidError("{what} must be a whole number from 0 to 2^63 - 1.", what=what)


def _require_hash(value: bytes, what: str) -> None:
    if type(value) is not bytes or len(value) != 32:
        raise InvalidError("{what} must be 32 bytes.", what=what)


def _require_length(proof: Sequence[bytes], length: int) -> None:
    if not isinstance(proof, list | tuple):
        raise InvalidError("A proof is a list of hashes, not {kind}.", kind=type(proof).__name__)
    if len(proof) != length:
        raise RefusedError(
            "The proof is not as long as it must be ({found}, not {must}).", found=len(proof), must=length
        )
    for place, sibling in enumerate(proof):
        _require_hash(sibling, f"Hash {place} of the proof")


def _require_subtree(start: int, end: int) -> None:
    _require_count(start, "The start")
    _require_count(end, "The end")
    if start > end or (end > start and start % (1 << (end - start - 1).bit_length())):
        raise RefusedError("From {start} to {end} there is no subtree.", start=start, end=end)
