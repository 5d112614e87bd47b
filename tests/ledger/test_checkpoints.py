"""What a log signs of its tree."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.errors import InvalidError, NinefoldError, RefusedError
from ninefold.ledger.checkpoints import Checkpoint, open_checkpoint, read_checkpoint, sign_checkpoint
from ninefold.ledger.merkle import EMPTY_ROOT, TreeHead
from ninefold.ledger.notes import Signer, sign_note

LOG = Signer("example.org/log", bytes(range(32)))
WITNESS = Signer("example.org/witness", bytes(range(1, 33)))
ROOT = bytes(range(32))
ROOT64 = base64.b64encode(ROOT).decode()
HEAD = Checkpoint("example.org/log", 15, ROOT)


def test_a_signed_checkpoint_opens():
    checkpoint, note = open_checkpoint(sign_checkpoint(HEAD, LOG), str(LOG.verifier))
    assert checkpoint == HEAD
    assert checkpoint.head == TreeHead(15, ROOT)
    assert note.text == f"example.org/log\n15\n{ROOT64}\n"


def test_a_witness_alone_does_not_stand_for_the_log():
    keys = [LOG.verifier, WITNESS.verifier]
    checkpoint, note = open_checkpoint(sign_note(HEAD.text(), [LOG, WITNESS]), keys)
    assert checkpoint == HEAD
    assert len(note.signatures) == 2
    with pytest.raises(RefusedError, match="No known key of the log"):
        open_checkpoint(sign_note(HEAD.text(), [WITNESS]), keys)
    with pytest.raises(InvalidError, match="cannot sign for"):
        sign_checkpoint(HEAD, WITNESS)


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1),
    st.integers(0, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), max_size=3),
)
def test_every_checkpoint_reads_back(origin, size, root, extensions):
    checkpoint = Checkpoint(origin, size, root if size else EMPTY_ROOT, tuple(extensions))
    assert read_checkpoint(checkpoint.text()) == checkpoint


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "three lines"),
        (f"log\n15\n{ROOT64}", "three lines"),
        ("log\n15\n", "three lines"),
        (f"\n15\n{ROOT64}\n", "neither empty nor broken"),
        (f"log\n015\n{ROOT64}\n", "not the size"),
        (f"log\n+15\n{ROOT64}\n", "not the size"),
        (f"log\n-1\n{ROOT64}\n", "not the size"),
        (f"log\n 15\n{ROOT64}\n", "not the size"),
        (f"log\n1_5\n{ROOT64}\n", "not the size"),
        (f"log\n٥\n{ROOT64}\n", "not the size"),
        (f"log\n\n{ROOT64}\n", "not the size"),
        (f"log\n{'9' * 100_000}\n{ROOT64}\n", "not the size"),
        (f"log\n9223372036854775808\n{ROOT64}\n", "whole number"),
        (f"log\n15\n{ROOT64} \n", "base64"),
        (f"log\n15\n{ROOT64[:-1]}\n", "base64"),
        ("log\n15\nAAAA\n", "32 bytes"),
        (f"log\n0\n{ROOT64}\n", "empty tree"),
        (f"log\n15\n{ROOT64}\n\n", "neither empty nor broken"),
        (f"log\n15\n{ROOT64}\n\nmore\n", "neither empty nor broken"),
        (f"log\r\n15\n{ROOT64}\n", "neither empty nor broken"),
    ],
    ids=lambda value: repr(value[:30]),
)
def test_another_form_is_refused(text, reason):
    with pytest.raises(NinefoldError, match=reason):
        read_checkpoint(text)


@pytest.mark.parametrize("extensions", [("",), ("a\nb",), ("a\rb",)])
def test_a_line_cannot_be_smuggled_in(extensions):
    with pytest.raises(InvalidError, match="neither empty nor broken"):
        Checkpoint("log", 15, ROOT, extensions)
