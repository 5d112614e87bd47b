"""The form of a proof file. What it proves is asked in test_verify."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.errors import InvalidError
from ninefold.ledger.canonical import canonical_json
from ninefold.ledger.checkpoints import Checkpoint, sign_checkpoint
from ninefold.ledger.notes import Signer
from ninefold.ledger.openings import Opening
from ninefold.ledger.proofs import LONGEST_PROOF, Claim, Proof, read_claim, read_proof

LOG = Signer("example.org/log", bytes(range(32)))
NOTE = sign_checkpoint(Checkpoint(LOG.name, 15, bytes(32)), LOG)
HASH = base64.b64encode(bytes(32)).decode()
HEADER = "c2sp.org/tlog-proof@v1\n"
OPENING = Opening(canonical_json({"body": "0" * 64}), bytes(32))


def test_the_file_has_the_form_of_the_specification():
    proof = Proof(7, (bytes(32), bytes(32)), NOTE, b"more")
    assert proof.text().decode() == f"{HEADER}extra bW9yZQ==\nindex 7\n{HASH}\n{HASH}\n\n{NOTE}"
    assert Proof(0, (), NOTE).text().decode() == f"{HEADER}index 0\n\n{NOTE}"


@given(st.integers(0, 2**63 - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=63), st.binary(max_size=200))
def test_every_proof_reads_back(index, hashes, extra):
    proof = Proof(index, tuple(hashes), NOTE, extra)
    assert read_proof(proof.text()) == proof


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "The file is empty"),
        (b"\xff\xd8\xff\xe0", "it is not text"),
        (b"PK\x03\x04\x9c", "it is not text"),
        ("x" * (LONGEST_PROOF + 1), "too large"),
        (NOTE, "This is a checkpoint"),
        ('{"type":"warning.raised"}', "This is a JSON file"),
        ("\n [1]", "This is a JSON file"),
        ("Dear minister,\n", "not a proof file. A proof file begins with the line c2sp.org/tlog-proof@v1"),
        ("c2sp.org/tlog-proof@v2\nindex 7\n", "another version"),
        ("c2sp.org/tlog-proof@v1", "another version"),
        (HEADER.replace("\n", "\r\n"), "another version"),
        (HEADER, "ends before its checkpoint"),
        (f"{HEADER}index 7\n{HASH}\n", "ends before its checkpoint"),
        (f"{HEADER}\n\n{NOTE}", "does not give the index"),
        (f"{HEADER}{HASH}\n\n{NOTE}", "does not give the index"),
        (f"{HEADER}index 07\n\n{NOTE}", "does not give the index"),
        (f"{HEADER}index -7\n\n{NOTE}", "does not give the index"),
        (f"{HEADER}index ٧\n\n{NOTE}", "does not give the index"),
        (f"{HEADER}index  7\n\n{NOTE}", "does not give the index"),
        (f"{HEADER}index {'9' * 5000}\n\n{NOTE}", "does not give the index"),
        (f"{HEADER}extra \nindex 7\n\n{NOTE}", "base64"),
        (f"{HEADER}extra bW9yZR==\nindex 7\n\n{NOTE}", "base64"),
        (f"{HEADER}extra bW9yZQ==\n\n{NOTE}", "does not give the index"),
        (f"{HEADER}extra bW9yZQ==\nextra bW9yZQ==\nindex 7\n\n{NOTE}", "does not give the index"),
        (f"{HEADER}index 7\nAAAA\n\n{NOTE}", "no hash of 32 bytes"),
        (f"{HEADER}index 7\n{HASH} \n\n{NOTE}", "base64"),
        (f"{HEADER}index 7\n" + f"{HASH}\n" * 64 + f"\n{NOTE}", "more hashes"),
    ],
    ids=lambda value: repr(value[:40]),
)
def test_what_is_no_proof_file_is_told_what_it_is(text, reason):
    with pytest.raises(InvalidError, match=reason):
        read_proof(text.encode() if isinstance(text, str) else text)


def test_a_claim_reads_back():
    claim = Claim(LOG.verifier, OPENING)
    assert read_claim(claim.canonical()) == claim


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        (b"", "does not say which entry"),
        (b"age-v1.2.1.tar.gz", "not JSON"),
        (b"[]", "not written by Ninefold"),
        (b'{"log":"x"}', "not written by Ninefold"),
        (canonical_json({"log": 1, "opening": {}}), "not written by Ninefold"),
        (canonical_json({"log": "x", "opening": {}}), "not a key"),
        (canonical_json({"log": str(LOG.verifier), "opening": {}}), "An opening has the members"),
        (canonical_json({"log": str(LOG.verifier), "opening": None}), "An opening has the members"),
        (canonical_json({"log": str(LOG.verifier), "opening": OPENING.value(), "more": 1}), "not written by Ninefold"),
    ],
    ids=lambda value: repr(value[:40]),
)
def test_an_extra_that_opens_nothing_is_refused(extra, reason):
    with pytest.raises(InvalidError, match=reason):
        read_claim(extra)
