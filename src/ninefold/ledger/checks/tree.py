"""Every leaf, tile and signed head, recomputed from the left to the right.

Where leaves and tiles disagree, the tile tells which of them was changed: if its own nodes fit together, a leaf was;
if they do not, the tile was. What is believed is carried on, so that one changed byte gives one finding.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, repeat

from django.db.models import Max

from ninefold.ledger.checks import rows
from ninefold.ledger.checks.findings import Findings
from ninefold.ledger.checks.published import Signed, check_published
from ninefold.ledger.growth import Tiles
from ninefold.ledger.merkle import Node, TreeHead, fold_root, leaf_hash, node_hash, root_nodes
from ninefold.ledger.models import Checkpoint
from ninefold.ledger.succession import KeyLine
from ninefold.ledger.tiles import FULL, HEIGHT, build_nodes, tile_root

_HASH = 32
_WIDEST_GAP = 1 << 24  # leaves; so many missing ones are still walked over, to check what comes behind them
_TOO_LARGE = "The checkpoint at size {name} speaks of leaves that are missing, from leaf {first} on."


@dataclass
class _Walk:
    """How far the walk through the leaves has come. Memory: one tile, and the root of every full one."""

    findings: Findings
    size: int = 0
    roots: list[bytes] = field(default_factory=list)
    peaks: list[tuple[int, bytes]] = field(default_factory=list)

    def close(self, nodes: bytes) -> None:
        """Take the root of a full tile along; equal heights fold, as digits carry."""
        self.roots.append(tile_root(nodes))
        height, root = 0, self.roots[-1]
        while self.peaks and self.peaks[-1][0] == height:
            root = node_hash(self.peaks.pop()[1], root)
            height += 1
        self.peaks.append((height, root))

    def head(self, start: int, nodes: tuple[int, bytes], size: int) -> TreeHead:
        """The head at a size inside the tile that begins at `start`."""
        inside = Tiles({(0, 0): nodes})
        lower = [_node(inside, node) for node in root_nodes(size - start)]
        return TreeHead(size, fold_root([*(root for _, root in self.peaks), *lower]))


def check_tree(
    findings: Findings, waiting: Mapping[bytes, int], keys: KeyLine | None, step: Callable[[int], None]
) -> tuple[int, int]:
    """Walk leaves, tiles and checkpoints; how many leaves and checkpoints there are."""
    walk = _Walk(findings)
    published = check_published(findings, keys, step)
    due = next(published, None)
    checkpoints = 0
    for start, leaves in _bundles(walk, waiting, step):
        signed = []
        while due is not None and due.size <= start + FULL:
            signed.append(due)
            due = next(published, None)
        tile = _believed_leaves(walk, start, b"".join(map(leaf_hash, leaves)), signed)
        for head in signed:
            _check_head(findings, head, walk, start, tile)
        checkpoints += len(signed)
        if tile[0] == FULL:
            walk.close(tile[1])
    for missing in chain([due] if due else [], published):
        findings.add("checkpoint", missing.size, _TOO_LARGE, first=walk.size)
        checkpoints += 1
    _check_upper_tiles(findings, walk)
    return walk.size, checkpoints


# ---- Leaves


def _bundles(
    walk: _Walk, waiting: Mapping[bytes, int], step: Callable[[int], None]
) -> Iterator[tuple[int, list[bytes]]]:
    """The commitments of up to 256 leaves, and the index of the first. A missing leaf is noted and left zero."""
    bundle: list[bytes] = []
    for commitment in _leaves(walk, waiting):
        bundle.append(commitment)
        walk.size += 1
        step(1)
        if len(bundle) == FULL:
            yield walk.size - FULL, bundle
            bundle = []
    if bundle:
        yield walk.size - len(bundle), bundle


def _leaves(walk: _Walk, waiting: Mapping[bytes, int]) -> Iterator[bytes]:
    # A leaf beyond every checkpoint cannot be told from one whose index was changed, so the walk ends there.
    end = Checkpoint.objects.aggregate(end=Max("size"))["end"] or 0
    for index, commitment, entry in rows.leaves():
        if not walk.size <= index < min(end, walk.size + _WIDEST_GAP):
            walk.findings.add("leaf", index, "The leaf {name} is under no checkpoint.")
            continue
        if index > walk.size:
            walk.findings.add("leaf", f"{walk.size} to {index - 1}", "The leaves {name} are missing.")
        yield from repeat(bytes(_HASH), index - walk.size)
        if entry is None and commitment in waiting:
            walk.findings.add(
                "leaf", index, "The leaf {name} no longer names its entry {entry}.", entry=waiting[commitment]
            )
        yield commitment


# ---- Tiles


def _believed(findings: Findings, level: int, index: int, hashes: bytes, nodes: bytes | None) -> tuple[int, bytes]:
    """Width and nodes of a tile, computed from what is below it, which was looked at before; `nodes` are stored."""
    computed = build_nodes(hashes)
    if nodes not in (computed, None):
        findings.add("tile", f"{level}/{index}", "The tile {name} was changed.")
    return len(hashes) // _HASH, computed


def _believed_leaves(walk: _Walk, start: int, hashes: bytes, signed: list[Signed]) -> tuple[int, bytes]:
    """The same for a tile that stands on leaves: there, either may have been changed."""
    width, index = len(hashes) // _HASH, start // FULL
    nodes = _stored(walk.findings, 0, index, width)
    whole = nodes is not None and len(nodes) >= len(hashes) and build_nodes(nodes[: len(hashes)]) == nodes
    if nodes is None or not whole or nodes[: len(hashes)] == hashes or _leads(walk, start, hashes, signed):
        return _believed(walk.findings, 0, index, hashes, nodes)
    for place in range(width):
        at = slice(place * _HASH, (place + 1) * _HASH)
        if nodes[at] != hashes[at]:
            walk.findings.add("leaf", start + place, "The leaf {name} was changed.")
    return width, nodes


def _leads(walk: _Walk, start: int, hashes: bytes, signed: list[Signed]) -> bool:
    """Whether the leaves lead to a signed head at their very end; then it is the tile that is wrong."""
    tile = len(hashes) // _HASH, build_nodes(hashes)
    end = start + tile[0]
    return any(due.head is not None and due.head == walk.head(start, tile, end) for due in signed if due.size == end)


def _stored(findings: Findings, level: int, index: int, width: int) -> bytes | None:
    found = rows.tiles(level, index)
    for other in sorted(found.keys() - {width}, key=str):
        findings.add("tile", f"{level}/{index}.p/{other}", "The tile {name} does not belong to this tree.")
    if width not in found:
        findings.add("tile", f"{level}/{index}", "The tile {name} is missing.")
        return None
    return found[width]


def _check_upper_tiles(findings: Findings, walk: _Walk) -> None:
    level, hashes = 1, walk.roots
    counts = {0: -(-walk.size // FULL)}
    while hashes:
        roots = []
        for at in range(0, len(hashes), FULL):
            below = hashes[at : at + FULL]
            stored = _stored(findings, level, at // FULL, len(below))
            width, nodes = _believed(findings, level, at // FULL, b"".join(below), stored)
            if width == FULL:
                roots.append(tile_root(nodes))
        counts[level] = -(-len(hashes) // FULL)
        level, hashes = level + 1, roots
    for tile_level, index, width in rows.tile_places():
        if not isinstance(index, int) or not 0 <= index < counts.get(tile_level, 0):
            findings.add("tile", f"{tile_level}/{index}.p/{width}", "The tile {name} does not belong to this tree.")


def _node(tiles: Tiles, node: Node) -> bytes:
    """A node inside one tile; that of a full tile stands at its very end."""
    return tile_root(tiles.held[0, 0][1]) if node[0] == HEIGHT else tiles.node(node)


# ---- Checkpoints


def _check_head(findings: Findings, due: Signed, walk: _Walk, start: int, tile: tuple[int, bytes]) -> None:
    if due.size > start + tile[0]:
        findings.add("checkpoint", due.size, _TOO_LARGE, first=walk.size)
    elif due.head is not None and walk.head(start, tile, due.size) != due.head:
        findings.add("checkpoint", due.size, "The leaves do not lead to the checkpoint at size {name}.")
