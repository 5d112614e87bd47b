"""Proofs over the tree: the published vectors, then the laws."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree
from pymerkle import verify_consistency as oracle_consistency
from pymerkle import verify_inclusion as oracle_inclusion

from ninefold.errors import InvalidError, NinefoldError, RefusedError
from ninefold.ledger.merkle import (
    EMPTY_ROOT,
    TreeHead,
    consistency_nodes,
    fold_root,
    inclusion_nodes,
    leaf_hash,
    node_hash,
    root_nodes,
    subtree_consistency_nodes,
    verify_consistency,
    verify_inclusion,
    verify_subtree_consistency,
    verify_subtree_inclusion,
)
from ninefold.ledger.tree import Tree

VECTORS = json.loads((Path(__file__).parent / "vectors" / "merkle.json").read_bytes())
ENTRIES = [f"entry {number}".encode() for number in range(70)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
TREE = Tree(LEAVES)


def unpacked(case):
    """The vector with its hashes as bytes."""
    hashes = {name: base64.b64decode(case[name]) for name in ("root", "leafHash", "root1", "root2") if name in case}
    return case | hashes | {"proof": [base64.b64decode(sibling) for sibling in case["proof"] or []]}


def check_inclusion(leafIdx, treeSize, root, leafHash, proof, **_):  # noqa: N803 (as the vectors name them)
    verify_inclusion(leafHash, leafIdx, proof, TreeHead(treeSize, root))


def check_consistency(size1, size2, root1, root2, proof, **_):
    verify_consistency(TreeHead(size1, root1), TreeHead(size2, root2), proof)


def check_subtreeinclusion(leafIdx, start, end, root, leafHash, proof, **_):  # noqa: N803
    verify_subtree_inclusion(leafHash, leafIdx, start, end, proof, root)


def check_subtreeconsistency(start, end, size, root1, root2, proof, **_):
    verify_subtree_consistency(start, end, size, proof, root1, root2)


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in VECTORS for name in VECTORS[kind]])
def test_the_published_vectors(kind, name):
    case = unpacked(VECTORS[kind][name])
    check = globals()[f"check_{kind}"]
    if case["wantErr"]:
        with pytest.raises(NinefoldError):
            check(**case)
    else:
        assert check(**case) is None


def test_the_vectors_are_all_there():
    assert {kind: len(cases) for kind, cases in VECTORS.items()} == {
        "consistency": 50,
        "inclusion": 53,
        "subtreeconsistency": 55,
        "subtreeinclusion": 108,
    }


# ---- Whole trees


def test_small_trees_have_the_roots_of_the_standard():
    a, b, c = LEAVES[:3]
    assert Tree().head().root == EMPTY_ROOT == fold_root([])
    assert Tree([a]).head().root == a
    assert Tree([a, b, c]).head().root == node_hash(node_hash(a, b), c)


def test_every_proof_of_every_small_tree_leads_to_its_root():
    for size in range(1, 35):
        head = TREE.head(size)
        for index in range(size):
            verify_inclusion(LEAVES[index], index, TREE.proof(inclusion_nodes(index, size)), head)
        for first in range(1, size + 1):
            verify_consistency(TREE.head(first), head, TREE.proof(consistency_nodes(first, size)))


def subtree_proof(start, end, leaves, *, is_known):
    """The definition by recursion (draft-ietf-plants-merkle-tree-certs, SUBTREE_SUBPROOF), slow and plain."""
    size = len(leaves)
    if start == end:
        return []
    if (start, end) == (0, size):
        return [] if is_known else [Tree(leaves).head().root]
    split = 1 << (size - 1).bit_length() - 1
    left, right = leaves[:split], leaves[split:]
    if end <= split:
        return [*subtree_proof(start, end, left, is_known=is_known), Tree(right).head().root]
    if split <= start:
        inner = subtree_proof(start - split, end - split, right, is_known=is_known)
    else:
        inner = subtree_proof(0, end - split, right, is_known=False)
    return [*inner, Tree(left).head().root]


def test_every_subtree_of_every_small_tree_is_shown_to_be_in_it():
    shown = 0
    for size in range(21):
        for end in range(size + 1):
            for start in range(end + 1):
                if end > start and start % (1 << (end - start - 1).bit_length()):
                    continue
                root = Tree(LEAVES[start:end]).head().root
                proof = TREE.proof(subtree_consistency_nodes(start, end, size))
                assert proof == subtree_proof(start, end, LEAVES[:size], is_known=True)
                verify_subtree_consistency(start, end, size, proof, root, TREE.head(size).root)
                for index in range(start, end):
                    inside = Tree(LEAVES[start:end]).proof(inclusion_nodes(index - start, end - start))
                    verify_subtree_inclusion(LEAVES[index], index, start, end, inside, root)
                shown += 1
    assert shown == 798


def test_another_implementation_agrees():
    oracle = InmemoryTree(algorithm="sha256")
    for entry in ENTRIES:
        oracle.append_entry(entry)
    for size in range(1, 71):
        head = TREE.head(size)
        assert head.root == oracle.get_root(size)
        for index in range(0, size, 3):
            theirs = oracle.prove_inclusion(index + 1, size)
            oracle_inclusion(LEAVES[index], head.root, theirs)
            assert sorted(theirs.path) == sorted([LEAVES[index], *TREE.proof(inclusion_nodes(index, size))])
        for first in range(1, size + 1, 5):
            oracle_consistency(TREE.head(first).root, head.root, oracle.prove_consistency(first, size))


@given(st.data())
def test_large_trees_are_proved_from_the_names_of_nodes_alone(data):
    # Nobody can hold such a tree. A tree whose leaves are all equal has one hash a level, so its nodes are known.
    size = data.draw(st.integers(1, 2**63 - 1))
    index, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    rows = [LEAVES[0]]
    for _ in range(63):
        rows.append(node_hash(rows[-1], rows[-1]))

    def fold(groups):
        return [fold_root([rows[level] for level, _ in group]) for group in groups]

    head = TreeHead(size, fold([root_nodes(size)])[0])
    proof = fold(inclusion_nodes(index, size))
    verify_inclusion(LEAVES[0], index, proof, head)
    verify_consistency(TreeHead(first, fold([root_nodes(first)])[0]), head, fold(consistency_nodes(first, size)))
    if proof:
        with pytest.raises(RefusedError):
            verify_inclusion(LEAVES[0], index, proof[:-1], head)


@given(st.lists(st.integers(0, 30), max_size=8))
def test_a_tree_may_grow_in_any_steps(steps):
    grown = Tree()
    for step in steps:
        grown.extend(LEAVES[grown.size : grown.size + step])
    assert grown.head() == TREE.head(grown.size)


# ---- Lies

TRUTH = {"leaf_hash": LEAVES[5], "index": 5, "proof": TREE.proof(inclusion_nodes(5, 11)), "head": TREE.head(11)}
FIRST, SECOND = TREE.head(6), TREE.head(11)
GROWTH = TREE.proof(consistency_nodes(6, 11))


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ({"leaf_hash": leaf_hash(b"another entry")}, "does not lead"),
        ({"leaf_hash": b"short"}, "must be 32 bytes"),
        ({"leaf_hash": "a" * 32}, "must be 32 bytes"),
        ({"leaf_hash": None}, "must be 32 bytes"),
        ({"index": 4}, "does not lead"),
        ({"index": 11}, "no entry 11"),
        ({"index": -1}, "whole number"),
        ({"index": True}, "whole number"),
        ({"index": "5"}, "whole number"),
        ({"index": 5.0}, "whole number"),
        ({"proof": []}, "not as long"),
        ({"proof": TRUTH["proof"][:-1]}, "not as long"),
        ({"proof": [*TRUTH["proof"], EMPTY_ROOT]}, "not as long"),
        ({"proof": TRUTH["proof"][::-1]}, "does not lead"),
        ({"proof": [*TRUTH["proof"][:-1], b"x"]}, "Hash 3 of the proof must be 32 bytes"),
        ({"proof": None}, "list of hashes"),
        ({"proof": b"".join(TRUTH["proof"])}, "list of hashes"),
        ({"head": TREE.head(10)}, "does not lead|not as long"),
        ({"head": TREE.head(0)}, "no entry 5 in a tree of size 0"),
    ],
    ids=str,
)
def test_a_lie_about_inclusion_is_refused(lie, reason):
    verify_inclusion(**TRUTH)
    with pytest.raises(NinefoldError, match=reason):
        verify_inclusion(**TRUTH | lie)


@pytest.mark.parametrize(
    ("first", "second", "proof", "reason"),
    [
        (SECOND, FIRST, GROWTH, "does not reach"),
        (FIRST, SECOND, GROWTH[:-1], "not as long"),
        (FIRST, SECOND, [*GROWTH, EMPTY_ROOT], "not as long"),
        (TreeHead(6, EMPTY_ROOT), SECOND, GROWTH, "first root, at size 6"),
        (FIRST, TreeHead(11, EMPTY_ROOT), GROWTH, "second root, at size 11"),
        (TREE.head(7), SECOND, GROWTH, "not as long|does not lead"),
        (TREE.head(0), SECOND, [], "says nothing"),
        (TREE.head(0), TREE.head(0), [], "says nothing"),
        (FIRST, FIRST, GROWTH, "not as long"),
        (FIRST, TreeHead(6, EMPTY_ROOT), [], "second root"),
        (FIRST, SECOND, [b"", *GROWTH[1:]], "Hash 0 of the proof"),
    ],
)
def test_a_lie_about_growth_is_refused(first, second, proof, reason):
    verify_consistency(FIRST, SECOND, GROWTH)
    with pytest.raises(NinefoldError, match=reason):
        verify_consistency(first, second, proof)


@given(st.data())
def test_any_changed_bit_is_refused(data):
    size = data.draw(st.integers(1, 70))
    index, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    head, old = TREE.head(size), TREE.head(first)
    inclusion, growth = TREE.proof(inclusion_nodes(index, size)), TREE.proof(consistency_nodes(first, size))
    parts = [LEAVES[index], head.root, *inclusion]
    which, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 255))
    parts[which] = (int.from_bytes(parts[which], "big") ^ (1 << bit)).to_bytes(32, "big")
    with pytest.raises(RefusedError):
        verify_inclusion(parts[0], index, parts[2:], TreeHead(size, parts[1]))
    parts = [old.root, head.root, *growth]
    which = data.draw(st.integers(0, len(parts) - 1))
    parts[which] = (int.from_bytes(parts[which], "big") ^ (1 << bit)).to_bytes(32, "big")
    with pytest.raises(RefusedError):
        verify_consistency(TreeHead(first, parts[0]), TreeHead(size, parts[1]), parts[2:])


@given(st.data())
def test_no_proof_serves_another_index(data):
    size = data.draw(st.integers(2, 70))
    index, other = data.draw(st.lists(st.integers(0, size - 1), min_size=2, max_size=2, unique=True))
    with pytest.raises(RefusedError):
        verify_inclusion(LEAVES[index], other, TREE.proof(inclusion_nodes(index, size)), TREE.head(size))


@pytest.mark.parametrize(
    ("size", "root", "reason"),
    [
        (-1, EMPTY_ROOT, "whole number"),
        (2**63, EMPTY_ROOT, "whole number"),
        (True, EMPTY_ROOT, "whole number"),
        (1.0, EMPTY_ROOT, "whole number"),
        ("1", EMPTY_ROOT, "whole number"),
        (None, EMPTY_ROOT, "whole number"),
        (1, b"", "32 bytes"),
        (1, EMPTY_ROOT + b"x", "32 bytes"),
        (1, "x" * 32, "32 bytes"),
        (1, None, "32 bytes"),
        (0, LEAVES[0], "empty tree"),
    ],
)
def test_a_head_that_cannot_be_is_refused(size, root, reason):
    with pytest.raises(NinefoldError, match=reason):
        TreeHead(size, root)


def test_the_greatest_size_is_taken():
    assert TreeHead(2**63 - 1, EMPTY_ROOT).size == 2**63 - 1


@pytest.mark.parametrize(
    "ask",
    [
        lambda: leaf_hash("text"),
        lambda: TREE.head(71),
        lambda: inclusion_nodes(3, 3),
        lambda: inclusion_nodes(-1, 3),
        lambda: consistency_nodes(0, 3),
        lambda: consistency_nodes(4, 3),
        lambda: root_nodes(2**63),
        lambda: subtree_consistency_nodes(1, 3, 8),
        lambda: verify_subtree_inclusion(LEAVES[0], 0, 3, 2, [], LEAVES[0]),
        lambda: verify_subtree_inclusion(LEAVES[0], 9, 8, 10, [LEAVES[1]], b""),
        lambda: verify_subtree_consistency(0, 1, 1, [], LEAVES[0], b"short"),
        lambda: verify_subtree_consistency(0, 1, 1, [], b"short", LEAVES[0]),
    ],
)
def test_what_makes_no_sense_is_refused(ask):
    with pytest.raises((InvalidError, RefusedError)):
        ask()


def test_an_empty_subtree_is_part_of_every_tree():
    for start in (0, 1, 7):
        verify_subtree_consistency(start, start, 7, [], EMPTY_ROOT, b"not looked at")
        with pytest.raises(RefusedError, match="empty tree has another root"):
            verify_subtree_consistency(start, start, 7, [], LEAVES[0], LEAVES[0])
        with pytest.raises(RefusedError, match="not as long"):
            verify_subtree_consistency(start, start, 7, [EMPTY_ROOT], EMPTY_ROOT, EMPTY_ROOT)
    with pytest.raises(RefusedError, match="does not reach"):
        verify_subtree_consistency(8, 8, 7, [], EMPTY_ROOT, EMPTY_ROOT)
