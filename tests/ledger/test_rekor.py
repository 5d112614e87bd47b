"""Checkpoints, cosignatures and inclusion proofs of other programs' logs: what is whole verifies, what is not does not.

The vectors are Sigstore bundles; the parts of them that a log answers for are in `vectors/rekor_v2.json`.
"""

import base64
import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ninefold.errors import NinefoldError, RefusedError
from ninefold.ledger.checkpoints import open_checkpoint
from ninefold.ledger.cosignatures import cosignature_time
from ninefold.ledger.keys import Verifier
from ninefold.ledger.merkle import TreeHead, leaf_hash, verify_inclusion
from ninefold.ledger.notes import split_note

CASES = json.loads((Path(__file__).parent / "vectors" / "rekor_v2.json").read_bytes())
_ED25519_SPKI = bytes.fromhex("302a300506032b6570032100")


def check(case):
    """The note, once the log's key signed its checkpoint and the entry is in that tree."""
    if case["checkpoint"] is None:
        root = base64.b64decode(case["root"])
        head, note = TreeHead(case["size"], root), None
    else:
        log = case["log"] or {"url": "https://rekor.sigstore.dev", "spki": ""}
        # A log whose keys are not Ed25519 is unknown here: it has no key that could have signed.
        spki = base64.b64decode(log["spki"])
        keys = [Verifier(urlsplit(log["url"]).netloc, spki[12:])] if spki.startswith(_ED25519_SPKI) else []
        checkpoint, note = open_checkpoint(case["checkpoint"], keys)
        head = checkpoint.head
    hashes = [base64.b64decode(sibling) for sibling in case["hashes"]]
    verify_inclusion(leaf_hash(base64.b64decode(case["entry"])), case["index"], hashes, head)
    return note


def named(ending):
    return [pytest.param(case, id=case["name"]) for case in CASES if case["name"].endswith("_fail") == ending]


@pytest.mark.parametrize("case", named(ending=False))
def test_what_is_whole_verifies(case):
    assert check(case).signatures[0].name == "log2025-alpha1.rekor.sigstage.dev"


@pytest.mark.parametrize("case", named(ending=True))
def test_what_is_broken_is_refused(case):
    with pytest.raises(NinefoldError):
        check(case)


def test_the_cosignatures_of_unknown_witnesses_are_left_unverified_with_their_times():
    (case,) = [case for case in CASES if case["name"] == "rekor2-checkpoint-multiple-cosigs"]
    lines = check(case).unverified
    assert [line.name for line in lines] == ["witness.example/w1", "witness.example/w2"]
    assert {cosignature_time(line.signature) for line in lines} == {1_755_640_554}
    assert {len(line.signature) for line in lines} == {72}


def test_a_signature_of_another_kind_under_the_same_name_is_ignored():
    (case,) = [case for case in CASES if case["name"] == "rekor2-checkpoint-two-sigs-from-origin"]
    assert len(split_note(case["checkpoint"]).unverified) == 2
    assert len(check(case).unverified) == 1


def test_an_entry_at_another_place_is_refused():
    (case,) = [case for case in CASES if case["name"] == "rekor2-checkpoint-cosigned"]
    with pytest.raises(RefusedError, match="does not lead"):
        check(case | {"index": case["index"] - 2})


def test_the_vectors_are_those_of_the_bundles(field_data):
    """They were taken from the bundles without a change."""
    for case in CASES:
        folder = field_data / "trust" / "rekor_v2" / case["name"]
        bundle = json.loads((folder / "bundle.sigstore.json").read_bytes())
        (entry,) = bundle["verificationMaterial"]["tlogEntries"]
        proof = entry["inclusionProof"]
        assert case["checkpoint"] == proof.get("checkpoint", {}).get("envelope")
        assert (case["hashes"], case["root"], case["entry"]) == (
            proof["hashes"],
            proof["rootHash"],
            entry["canonicalizedBody"],
        )
