"""Whatever comes in at a door of the ledger: a value or a sentence, in bounded time, never another error."""

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ninefold.errors import NinefoldError
from ninefold.ledger.canonical import LONGEST, canonical_json, read_canonical
from ninefold.ledger.checkpoints import Checkpoint, open_checkpoint, read_checkpoint, sign_checkpoint
from ninefold.ledger.cosignatures import Cosigner, read_verifier
from ninefold.ledger.merkle import (
    TreeHead,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
    verify_subtree_consistency,
    verify_subtree_inclusion,
)
from ninefold.ledger.notes import LONGEST_NOTE, Signer, Verifier, cosign, open_note, sign_note
from ninefold.ledger.openings import Opening, read_opening, seal_body
from ninefold.ledger.proofs import LONGEST_PROOF, Claim, Proof, read_claim, read_proof
from ninefold.ledger.quorum import read_policy
from ninefold.ledger.refs import Ref
from ninefold.ledger.submissions import Submission, read_submission
from ninefold.ledger.tiles import build_nodes, read_bundle, read_node, read_path
from ninefold.ledger.verify import verify_proof

LOG = Signer("example.org/log", bytes(range(32)))
VKEY = str(LOG.verifier)
BODY = canonical_json({"says": "ja"})
OPENING = Opening(canonical_json({"body": seal_body(BODY, bytes(32)).hex()}), bytes(32), BODY, bytes(32))
NOTE = sign_checkpoint(Checkpoint(LOG.name, 1, leaf_hash(OPENING.commitment())), LOG)
CLAIM = Claim(LOG.verifier, OPENING).canonical()
PROOF = Proof(0, (), NOTE, CLAIM).text()
WITNESSES = [Cosigner("witness.example/w1", 4, bytes(32)), Cosigner("witness.example/w2", 6, bytes(32))]
TEXT = NOTE.partition("\n\n")[0] + "\n"
COSIGNED = NOTE + "".join(f"{cosign(TEXT, each, time=1).line}\n" for each in WITNESSES)
ALL_KEYS = [VKEY, *(str(each.verifier) for each in WITNESSES)]
POLICY = f"log {VKEY}\n" + "".join(f"witness w{n} {each.verifier}\n" for n, each in enumerate(WITNESSES))
POLICY += "group g all w0 w1\nquorum g\n"


def as_text(door):
    """The door of a reader of text, for bytes."""
    return lambda data: door(data.decode("utf-8", "surrogateescape"))


# Each door, with something true that it takes: fuzz grows from there.
DOORS = {
    "canonical": (read_canonical, CLAIM),
    "note": (lambda data: open_note(data, VKEY), sign_note("text\n", LOG).encode()),
    "note as text": (as_text(lambda text: open_note(text, VKEY)), sign_note("text\n", LOG).encode()),
    "public key": (as_text(Verifier.parse), VKEY.encode()),
    "key of a witness": (as_text(read_verifier), str(WITNESSES[0].verifier).encode()),
    "post-quantum key": (as_text(read_verifier), str(WITNESSES[1].verifier).encode()),
    "private key of a witness": (as_text(Cosigner.parse), WITNESSES[0].secret().encode()),
    "cosigned note": (lambda data: open_note(data, ALL_KEYS), COSIGNED.encode()),
    "policy": (read_policy, POLICY.encode()),
    "verify by policy": (lambda data: verify_proof(data, policy=read_policy(POLICY.encode())), PROOF),
    "private key": (as_text(Signer.parse), LOG.secret().encode()),
    "checkpoint": (lambda data: open_checkpoint(data, VKEY), NOTE.encode()),
    "checkpoint text": (as_text(read_checkpoint), NOTE.partition("\n\n")[0].encode() + b"\n"),
    "opening": (read_opening, OPENING.canonical()),
    "claim": (read_claim, CLAIM),
    "proof": (read_proof, PROOF),
    "verify": (verify_proof, PROOF),
    "submission": (read_submission, Submission(1, (bytes(32),), NOTE).text()),
    "tile path": (as_text(read_path), b"tile/0/x001/067.p/8"),
    "bundle": (lambda data: read_bundle(data, 2), b"\x00\x01a\x00\x02bc"),
    "tile": (build_nodes, bytes(64)),
    "node": (lambda data: read_node(data, 2, (1, 0)), build_nodes(bytes(64))),
    "reference": (as_text(Ref.parse), b"warning:warning:2f1c6f1e-1111-4222-8333-123456789abc"),
}


@st.composite
def mangled(draw, truth):
    """The truth with a few pieces cut, doubled or replaced."""
    data = truth
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 12)))
        data = data[:start] + draw(st.binary(max_size=12) | st.just(data[start:end] * 2)) + data[end:]
    return data


@pytest.mark.parametrize("name", DOORS)
def test_a_door_takes_what_is_true(name):
    door, truth = DOORS[name]
    door(truth)


@pytest.mark.parametrize("name", DOORS)
@settings(max_examples=150)
@given(st.data())
def test_a_door_answers_with_a_value_or_a_sentence(name, data):
    door, truth = DOORS[name]
    came = data.draw(st.binary(max_size=200) | mangled(truth))
    sentence = ""
    try:
        door(came)
    except NinefoldError as error:
        sentence = str(error)
    assert not sentence or (sentence.endswith(".") and len(sentence) < 1000)


LARGE = [
    b"[" * LONGEST,
    b'{"a":' * (LONGEST // 5),
    b'"' + b"\\" * (LONGEST - 3) + b'"',
    b"1" * LONGEST,
    b"\n" * (LONGEST_NOTE - 1),
    b"x\n\n" + "— a AAAAAAAA\n".encode() * (LONGEST_NOTE // 20),
    PROOF[:23] + b"extra " + b"A" * LONGEST_PROOF,
    PROOF[:23] + b"index 0\n" + b"A" * 44 * 10_000,
    b"\x00" * (LONGEST_PROOF + 1),
    b"tile/0/" + b"x000/" * 100_000,
    b"a+" * 500_000,
]


@pytest.mark.parametrize("name", DOORS)
def test_a_door_is_not_held_up_by_anything_large(name):
    door, _ = DOORS[name]
    for data in LARGE:
        began = time.perf_counter()
        with pytest.raises(NinefoldError):
            door(data)
        assert time.perf_counter() - began < 2


odd = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.binary(max_size=40)
odd |= st.binary(min_size=32, max_size=32)
odd_lists = odd | st.lists(odd, max_size=4) | st.lists(st.binary(min_size=32, max_size=32), max_size=4)


@settings(max_examples=300)
@given(st.data())
def test_no_argument_of_a_proof_gets_through_as_another_error(data):
    draw = data.draw
    head = TreeHead(draw(st.integers(1, 2**63 - 1)), bytes(32))
    for ask in (
        lambda: TreeHead(draw(odd), draw(odd)),
        lambda: leaf_hash(draw(odd.filter(lambda value: not isinstance(value, bytes)))),
        lambda: verify_inclusion(draw(odd), draw(odd), draw(odd_lists), head),
        lambda: verify_consistency(head, TreeHead(7, bytes(32)), [*draw(st.lists(odd, max_size=4)), None]),
        lambda: verify_subtree_inclusion(draw(odd), draw(odd), draw(odd), draw(odd), draw(odd_lists), draw(odd)),
        lambda: verify_subtree_consistency(draw(odd), 5, draw(odd), draw(odd_lists), draw(odd), b"no hash"),
    ):
        with suppress(NinefoldError):  # chance may hit on something true
            ask()


@settings(max_examples=200)
@given(
    st.recursive(odd, lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner), max_leaves=9)
)
def test_no_value_gets_through_canonical_json_as_another_error(value):
    try:
        text = canonical_json(value)
    except NinefoldError:
        return
    assert canonical_json(read_canonical(text)) == text
