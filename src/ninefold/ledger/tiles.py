"""The tree cut into tiles eight levels high, and their names on the wire (C2SP tlog-tiles). Bytes in, bytes out.

A stored tile holds its hashes and, behind them, every complete node above them inside the tile: so a proof is read
and never computed. What goes on the wire is the first `width * 32` bytes.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from ninefold.errors import InvalidError, RefusedError
from ninefold.ledger.merkle import Node

HEIGHT = 8
FULL = 1 << HEIGHT
_HASH = 32
# Sizes stay below 2^63, so a tile of leaves has an index below 2^55.
_MOST_TILES = 1 << (63 - HEIGHT)
_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, order=True)
class TileName:
    """Which tile: its level (0 stands on the leaves), its place there, and how many hashes it holds (1 to 256)."""

    level: int
    index: int
    width: int = FULL

    def __post_init__(self) -> None:
        if not 0 <= self.level <= 63 or not 0 <= self.index < _MOST_TILES or not 1 <= self.width <= FULL:
            raise InvalidError("There is no such tile.")

    @property
    def path(self) -> str:
        """Its address below the log's prefix, such as `tile/0/x001/067.p/8`."""
        return f"tile/{self.level}/{self._place()}"

    @property
    def entries_path(self) -> str:
        """The address of the entries below a tile of level 0."""
        return f"tile/entries/{self._place()}"

    def _place(self) -> str:
        groups = f"{self.index:,}".split(",")
        steps = [group.zfill(3) for group in groups]
        partial = "" if self.width == FULL else f".p/{self.width}"
        return "/".join([*(f"x{step}" for step in steps[:-1]), steps[-1]]) + partial


def read_path(path: str) -> tuple[TileName, bool]:
    """The tile that an address names, and whether it asks for entries. Another spelling raises `InvalidError`."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise InvalidError("{path} is not the address of a tile.", path=repr(path[:80]))
    entries = match["level"] == "entries"
    index = int(match["index"].replace("x", "").replace("/", ""))
    name = TileName(0 if entries else int(match["level"]), index, int(match["width"] or FULL))
    if path != (name.entries_path if entries else name.path):
        raise InvalidError("{path} is not the address of a tile.", path=repr(path[:80]))
    return name, entries


def tile_of(node: Node) -> tuple[int, int]:
    """The level and index of the tile that holds a complete node."""
    level, index = node
    return level // HEIGHT, index >> (HEIGHT - level % HEIGHT)


def tiles_at(size: int) -> Iterator[TileName]:
    """Every tile of a tree of `size`, from the leaves up, from left to right; the last of a level may be partial."""
    yield from tiles_grown(0, size)


def tiles_grown(before: int, after: int) -> Iterator[TileName]:
    """The tiles that are new or wider in a tree of size `after` than they were at size `before`."""
    level = 0
    while after:
        for index in range(before // FULL, -(-after // FULL)):
            if (width := min(FULL, after - index * FULL)) > before - index * FULL:
                yield TileName(level, index, width)
        level, before, after = level + 1, before // FULL, after // FULL


def build_nodes(hashes: bytes) -> bytes:
    """What is stored of a tile: its hashes, then the complete nodes of each higher level inside it.

    `hashes` are 1 to 256 hashes of 32 bytes, one behind the other. A full tile becomes 511 nodes.
    """
    _require_hashes(hashes)
    rows = [hashes]
    while len(row := rows[-1]) >= 2 * _HASH:
        rows.append(
            b"".join(
                [
                    sha256(b"\x01" + row[at : at + 2 * _HASH]).digest()
                    for at in range(0, len(row) - len(row) % (2 * _HASH), 2 * _HASH)
                ]
            )
        )
    return b"".join(rows)


def read_node(nodes: bytes, width: int, node: Node) -> bytes:
    """The hash of a complete node from the stored nodes of its tile (`tile_of`)."""
    level, index = node
    height = level % HEIGHT
    place = index & ((1 << (HEIGHT - height)) - 1)
    if place >= width >> height or len(nodes) != _HASH * sum(width >> up for up in range(HEIGHT + 1)):
        raise RefusedError("The tile does not hold node {index} of level {level}.", index=index, level=level)
    at = _HASH * (sum(width >> below for below in range(height)) + place)
    return nodes[at : at + _HASH]


def tile_root(nodes: bytes) -> bytes:
    """The hash of a full tile: what stands for it in the tile above."""
    if len(nodes) != _HASH * (2 * FULL - 1):
        raise RefusedError("A partial tile has no hash in the tile above.")
    return nodes[-_HASH:]


def write_bundle(entries: Sequence[bytes]) -> bytes:
    """Up to 256 entries as they are published: each behind its length in two bytes, most significant first."""
    if not 1 <= len(entries) <= FULL or any(len(entry) > 0xFFFF for entry in entries):
        raise InvalidError("A bundle holds 1 to 256 entries of at most 65,535 bytes.")
    return b"".join([len(entry).to_bytes(2, "big") + entry for entry in entries])


def read_bundle(bundle: bytes, width: int = FULL) -> list[bytes]:
    """The `width` entries of a bundle; `InvalidError` unless it holds exactly so many."""
    entries: list[bytes] = []
    at = 0
    while at < len(bundle) and len(entries) < width:
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        entries.append(bundle[at + 2 : end])
        at = end
    if at != len(bundle) or len(entries) != width or at == 0:
        raise InvalidError("The bundle does not hold exactly {width} whole entries.", width=width)
    return entries


def _require_hashes(hashes: bytes) -> None:
    if not 1 <= len(hashes) // _HASH <= FULL or len(hashes) % _HASH:
        raise InvalidError("A tile holds 1 to 256 hashes of 32 bytes.")
