"""Tiles: their names, their nodes, and a whole published log."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.errors import InvalidError, NinefoldError, RefusedError
from ninefold.ledger.checkpoints import open_checkpoint
from ninefold.ledger.merkle import (
    consistency_nodes,
    fold_groups,
    fold_root,
    inclusion_nodes,
    leaf_hash,
    root_nodes,
    verify_consistency,
    verify_inclusion,
)
from ninefold.ledger.tiles import (
    TileName,
    build_nodes,
    read_bundle,
    read_node,
    read_path,
    tile_of,
    tile_root,
    tiles_at,
    tiles_grown,
    write_bundle,
)
from ninefold.ledger.tree import Tree

LOG = Path(__file__).parent / "vectors" / "tessera_log"
VKEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
NUMBERS = "one two three four five six seven eit nain ten ileven twelf threeten fourten fivten"
WORDS = NUMBERS.split()


# ---- The published log


@pytest.mark.parametrize("size", range(16))
def test_every_checkpoint_opens_and_its_root_follows_from_the_tiles(size):
    checkpoint, _ = open_checkpoint((LOG / f"checkpoint.{size}").read_bytes(), VKEY)
    nodes = b""
    for name in tiles_at(size):
        nodes = build_nodes((LOG / name.path).read_bytes())
        entries = read_bundle((LOG / name.entries_path).read_bytes(), name.width)
        assert entries == [word.encode() for word in WORDS[:size]]
        assert write_bundle(entries) == (LOG / name.entries_path).read_bytes()
        assert nodes[: 32 * size] == b"".join(leaf_hash(entry) for entry in entries)
    assert checkpoint.size == size
    assert checkpoint.root == fold_root([read_node(nodes, size, node) for node in root_nodes(size)])


def test_every_proof_between_published_checkpoints_holds():
    heads = [open_checkpoint((LOG / f"checkpoint.{size}").read_bytes(), VKEY)[0].head for size in range(16)]
    nodes = build_nodes((LOG / "tile/0/000.p/15").read_bytes())

    def proof(groups):
        return fold_groups(groups, lambda node: read_node(nodes, 15, node))

    for size in range(1, 16):
        for index in range(size):
            leaf = leaf_hash(WORDS[index].encode())
            verify_inclusion(leaf, index, proof(inclusion_nodes(index, size)), heads[size])
        for first in range(1, size + 1):
            verify_consistency(heads[first], heads[size], proof(consistency_nodes(first, size)))


# ---- Names


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (TileName(0, 0), "tile/0/000"),
        (TileName(0, 0, 1), "tile/0/000.p/1"),
        (TileName(1, 67, 255), "tile/1/067.p/255"),
        (TileName(0, 1067), "tile/0/x001/067"),
        (TileName(0, 1_234_067), "tile/0/x001/x234/067"),
        (TileName(0, 1_234_067, 8), "tile/0/x001/x234/067.p/8"),
        (TileName(63, 2**55 - 1), "tile/63/x036/x028/x797/x018/x963/967"),
    ],
)
def test_a_tile_has_one_address(name, path):
    assert name.path == path
    assert read_path(path) == (name, False)


@given(st.integers(0, 63), st.integers(0, 2**55 - 1), st.integers(1, 256))
def test_every_address_reads_back(level, index, width):
    name = TileName(level, index, width)
    assert read_path(name.path) == (name, False)
    assert read_path(TileName(0, index, width).entries_path) == (TileName(0, index, width), True)


STRANGE = """
    tile tile/ tile/0 tile/0/0 tile/0/00 tile/0/0000 tile/0/1000 tile/00/000 tile/01/000 tile/64/000 tile/-1/000
    tile/0/x000/001 tile/0/x000/x001/001 tile/0/001/001 tile/0/x001 tile/0/000.p tile/0/000.p/ tile/0/000.p/0
    tile/0/000.p/01 tile/0/000.p/256 tile/0/000.p/999 tile/0/000.p/8/ tile/0/000/ /tile/0/000 tile//0/000
    TILE/0/000 tile/0/../000 tile/0/x001/x001/x001/x001/x001/x001/x001/001 tile/0/x037/x000/x000/x000/x000/000
    tile/0/٠٠٠ tile/entries tile/entries/0 tile/Entries/000 tile/entries/000.p/256 tile/data/000 checkpoint
"""


@pytest.mark.parametrize("path", STRANGE.split())
def test_another_address_is_refused(path):
    with pytest.raises(InvalidError):
        read_path(path)
    with pytest.raises(InvalidError):
        read_path("tile/0/000\n")


@pytest.mark.parametrize("name", [(-1, 0), (64, 0), (0, -1), (0, 2**55), (0, 0, 0), (0, 0, 257)])
def test_a_tile_that_cannot_be_is_refused(name):
    with pytest.raises(InvalidError, match="no such tile"):
        TileName(*name)


# ---- Which tiles a tree has


def test_the_trees_of_the_specification():
    assert list(tiles_at(0)) == []
    assert list(tiles_at(256)) == [TileName(0, 0), TileName(1, 0, 1)]
    tiles = list(tiles_at(70_000))
    full = [tile for tile in tiles if tile.width == 256]
    assert len(full) == 273 + 1
    assert set(tiles) - set(full) == {TileName(0, 273, 112), TileName(1, 1, 17), TileName(2, 0, 1)}


@given(st.integers(0, 140_000), st.integers(0, 70_000))
def test_growth_names_what_is_new(before, more):
    after = before + more
    assert set(tiles_grown(before, after)) == set(tiles_at(after)) - set(tiles_at(before))


# ---- Nodes


@given(st.integers(1, 700))
def test_every_complete_node_is_found_in_its_tile(size):
    tree = Tree(leaf_hash(bytes([number % 251, number // 251])) for number in range(size))
    stored = {}
    for name in tiles_at(size):
        row = [tree.node((8 * name.level, name.index * 256 + at)) for at in range(name.width)]
        stored[name.level, name.index] = name.width, build_nodes(b"".join(row))
    for level in range(size.bit_length()):
        for index in range(size >> level):
            width, nodes = stored[tile_of((level, index))]
            assert read_node(nodes, width, (level, index)) == tree.node((level, index))


def test_a_full_tile_stands_in_the_tile_above():
    hashes = b"".join(leaf_hash(bytes([number])) for number in range(256))
    nodes = build_nodes(hashes)
    assert len(nodes) == 511 * 32
    assert nodes.startswith(hashes)
    assert tile_root(nodes) == Tree(leaf_hash(bytes([number])) for number in range(256)).head().root
    with pytest.raises(RefusedError, match="partial tile"):
        tile_root(build_nodes(hashes[:-32]))


@pytest.mark.parametrize("hashes", [b"", b"x", bytes(31), bytes(33), bytes(257 * 32)])
def test_what_is_no_tile_is_refused(hashes):
    with pytest.raises(InvalidError, match="1 to 256 hashes"):
        build_nodes(hashes)


@pytest.mark.parametrize(
    ("node", "width", "cut"),
    [((0, 3), 3, 0), ((1, 1), 3, 0), ((2, 0), 3, 0), ((0, 0), 3, 1), ((0, 0), 4, 0), ((0, 0), 2, 0)],
)
def test_a_node_that_a_tile_does_not_hold_is_refused(node, width, cut):
    nodes = build_nodes(bytes(3 * 32))
    with pytest.raises(RefusedError, match=re.escape("does not hold node")):
        read_node(nodes[: len(nodes) - cut], width, node)


# ---- Bundles


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_bundles_read_back(entries):
    assert read_bundle(write_bundle(entries), len(entries)) == entries


@pytest.mark.parametrize("entries", [[], [b""] * 257, [bytes(65_536)]], ids=["none", "many", "long"])
def test_what_no_bundle_holds_is_refused(entries):
    with pytest.raises(InvalidError, match="1 to 256 entries"):
        write_bundle(entries)


@pytest.mark.parametrize(
    ("bundle", "width"),
    [
        (b"", 1),
        (b"", 0),
        (b"\x00", 1),
        (b"\x00\x02a", 1),
        (b"\x00\x01a", 2),
        (b"\x00\x01ab", 1),
        (b"\x00\x01a\x00\x01b", 1),
    ],
)
def test_a_bundle_of_another_length_is_refused(bundle, width):
    with pytest.raises(NinefoldError, match="exactly"):
        read_bundle(bundle, width)
