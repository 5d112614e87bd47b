"""What a witness signs, in both kinds, held to foreign signatures and to the letter of the specification."""

import base64
import json
import struct
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from ninefold.errors import ConflictError, InvalidError, NinefoldError, RefusedError
from ninefold.ledger.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from ninefold.ledger.cosignatures import (
    CosignatureVerifier,
    Cosigner,
    cosignature_time,
    read_verifier,
    read_witness,
    subtree_message,
)
from ninefold.ledger.keys import Signer, Verifier
from ninefold.ledger.notes import Signature, cosign, open_note, read_signature, sign_note, write_note

VECTORS = Path(__file__).parent / "vectors"
SUBTREE = json.loads((VECTORS / "cosignatures.json").read_bytes())["subtree"]
LOG = Signer("example.org/log", bytes(range(32)))
ROOT = bytes(range(32))
HEAD = Checkpoint(LOG.name, 15, ROOT)
NOTE = sign_checkpoint(HEAD, LOG)
EDDA = Cosigner("witness.example/edda", 4, bytes(range(1, 33)))
MILA = Cosigner("witness.example/mila", 6, bytes(range(2, 34)))
TIME = 1_795_248_000
BOTH = pytest.mark.parametrize("witness", [EDDA, MILA], ids=["Ed25519", "ML-DSA-44"])


def signed_by(witness, time=TIME):
    return NOTE + cosign(HEAD.text(), witness, time=time).line + "\n"


@BOTH
def test_a_cosignature_opens_beside_the_logs_own(witness):
    note = open_note(signed_by(witness), [str(LOG.verifier), str(witness.verifier)])
    assert [line.name for line in note.signatures] == [LOG.name, witness.name]
    assert cosignature_time(note.signatures[1].signature) == TIME
    assert open_note(signed_by(witness), str(witness.verifier)).unverified[0].name == LOG.name


@BOTH
def test_a_cosignature_alone_does_not_stand_for_the_log(witness):
    with pytest.raises(RefusedError, match="No known key of the log"):
        open_checkpoint(signed_by(witness), str(witness.verifier))


def test_ed25519_signs_two_lines_and_the_text():
    signature = EDDA.sign(HEAD.text().encode(), time=TIME)
    assert len(signature) == 8 + 64
    assert signature[:8] == struct.pack(">Q", TIME)
    message = f"cosignature/v1\ntime {TIME}\nexample.org/log\n15\n{base64.b64encode(ROOT).decode()}\n"
    Ed25519PublicKey.from_public_bytes(EDDA.verifier.public).verify(signature[8:], message.encode())


def test_ml_dsa_signs_the_struct_of_the_specification():
    signature = MILA.sign(HEAD.text().encode(), time=TIME)
    assert len(signature) == 8 + 2420
    assert signature[:8] == struct.pack(">Q", TIME)
    name, origin = MILA.name.encode(), LOG.name.encode()
    message = b"subtree/v1\n\0" + bytes([len(name)]) + name + struct.pack(">Q", TIME)
    message += bytes([len(origin)]) + origin + struct.pack(">QQ", 0, 15) + ROOT
    MLDSA44PublicKey.from_public_bytes(MILA.verifier.public).verify(signature[8:], message)


def test_a_foreign_ml_dsa_cosignature_verifies():
    """Made by another implementation, over leaves 8 to 13 of a tree."""
    witness, line = read_witness(SUBTREE["vkey"]), read_signature(SUBTREE["line"])
    assert (witness.name, witness.key_id) == (line.name, line.key_id)
    assert str(witness) == SUBTREE["vkey"]
    told = {"start": SUBTREE["start"], "end": SUBTREE["end"], "root": base64.b64decode(SUBTREE["root"])}
    time = cosignature_time(line.signature)
    public = MLDSA44PublicKey.from_public_bytes(witness.public)
    public.verify(line.signature[8:], subtree_message(witness.name, time, SUBTREE["origin"], **told))


def test_a_seed_gives_the_public_key_of_the_standard():
    """FIPS 204: the key id is that which another implementation gives to this seed and name."""
    seed = bytes.fromhex("2886adc2b0eabfce67c0472939127998bf886cf256bfee8ba76a253fce1146e0")
    assert Cosigner("example.com/mldsa-log", 6, seed).verifier.key_id.hex() == "b5df45c5"


@BOTH
@settings(max_examples=60)
@given(data=st.data())
def test_any_changed_bit_of_the_signature_is_refused(witness, data):
    honest = witness.sign(HEAD.text().encode(), time=TIME)
    at = data.draw(st.integers(0, 8 * len(honest) - 1))
    changed = bytearray(honest)
    changed[at // 8] ^= 1 << at % 8
    with pytest.raises(RefusedError, match=rf"signature of {witness.name} does not match"):
        witness.verifier.verify(HEAD.text().encode(), bytes(changed))


@BOTH
@pytest.mark.parametrize("change", [b"", b"\0", bytes(8), bytes(63), bytes(4_000)], ids=len)
def test_a_signature_of_another_length_is_refused(witness, change):
    with pytest.raises(RefusedError, match="its length is wrong"):
        witness.verifier.verify(HEAD.text().encode(), change)


@BOTH
def test_another_tree_another_log_and_another_name_are_refused(witness):
    line = witness.sign(HEAD.text().encode(), time=TIME)
    for other in (
        Checkpoint(LOG.name, 16, ROOT),
        Checkpoint(LOG.name, 15, bytes(32)),
        Checkpoint("example.org/elsewhere", 15, ROOT),
    ):
        with pytest.raises(RefusedError, match="does not match"):
            witness.verifier.verify(other.text().encode(), line)


def test_ml_dsa_binds_the_name_of_the_witness():
    renamed = CosignatureVerifier("witness.example/other", 6, MILA.verifier.public)
    with pytest.raises(RefusedError, match="does not match"):
        renamed.verify(HEAD.text().encode(), MILA.sign(HEAD.text().encode(), time=TIME))


@BOTH
@pytest.mark.parametrize("text", [b"no checkpoint\n", b"", b"\xff\n1\n2\n", b"log\n0\nAAAA\n"])
def test_a_witness_signs_checkpoints_only(witness, text):
    with pytest.raises(RefusedError, match="a witness signs checkpoints"):
        witness.sign(text, time=TIME)
    with pytest.raises(RefusedError, match="a witness signs checkpoints"):
        witness.verifier.verify(text, witness.sign(HEAD.text().encode(), time=TIME))


@BOTH
def test_times_that_are_none(witness):
    for time in (0, -1, 2**63):
        with pytest.raises(InvalidError, match="at a time after 1970"):
            witness.sign(HEAD.text().encode(), time=time)
    late = struct.pack(">Q", 2**63) + witness.sign(HEAD.text().encode(), time=TIME)[8:]
    with pytest.raises(RefusedError, match="its time is none"):
        witness.verifier.verify(HEAD.text().encode(), late)


# ---- Lines behind the root


EXTENDED = Checkpoint(LOG.name, 15, ROOT, ("more",))


def test_ml_dsa_alone_does_not_cover_lines_behind_the_root():
    alone = write_note(EXTENDED.text(), [cosign(EXTENDED.text(), MILA, time=TIME)])
    with pytest.raises(RefusedError, match="covered by no signature"):
        open_note(alone, str(MILA.verifier))
    with_log = sign_note(EXTENDED.text(), LOG) + cosign(EXTENDED.text(), MILA, time=TIME).line + "\n"
    assert len(open_note(with_log, [str(LOG.verifier), str(MILA.verifier)]).signatures) == 2


def test_ed25519_covers_them():
    alone = write_note(EXTENDED.text(), [cosign(EXTENDED.text(), EDDA, time=TIME)])
    assert open_note(alone, str(EDDA.verifier)).text == EXTENDED.text()
    with pytest.raises(RefusedError, match="does not match"):
        open_note(alone.replace("more", "less"), str(EDDA.verifier))


def test_a_name_too_long_for_the_struct_is_refused():
    far = Checkpoint("o" * 256, 15, ROOT)
    with pytest.raises(RefusedError, match="too long to be cosigned"):
        MILA.sign(far.text().encode(), time=TIME)
    with pytest.raises(InvalidError, match="too long"):
        CosignatureVerifier("é" * 200, 6, MILA.verifier.public)


# ---- Keys


@BOTH
def test_a_key_has_one_spelling(witness):
    text = str(witness.verifier)
    assert read_witness(text) == witness.verifier == read_verifier(text)
    head, _, data = text.rpartition("+")
    for other in (f"{text}\n", f" {text}", text[:-1], f"{head.upper()}+{data}", text.replace("example", "exemple")):
        with pytest.raises(InvalidError):
            read_verifier(other)


def test_the_three_kinds_are_told_apart():
    assert isinstance(read_verifier(str(LOG.verifier)), Verifier)
    with pytest.raises(InvalidError, match="type 1 are not those of a witness"):
        read_witness(str(LOG.verifier))
    with pytest.raises(InvalidError, match="type 4 are not known"):
        Verifier.parse(str(EDDA.verifier))
    with pytest.raises(InvalidError, match="1,312 bytes"):
        CosignatureVerifier("w", 6, bytes(1311))
    with pytest.raises(InvalidError, match="32 bytes"):
        CosignatureVerifier("w", 4, bytes(31))
    for algorithm in (0, 1, 2, 5, 7, 255):
        with pytest.raises(InvalidError, match="not those of a witness"):
            CosignatureVerifier("w", algorithm, bytes(32))


def test_one_ed25519_key_gives_two_ids():
    plain = Signer(EDDA.name, EDDA.seed).verifier
    assert plain.public == EDDA.verifier.public
    assert plain.key_id != EDDA.verifier.key_id
    with pytest.raises(RefusedError, match="None of the keys"):
        open_note(signed_by(EDDA), str(plain))


@BOTH
def test_a_private_key_is_kept_in_a_file_of_its_own(witness, tmp_path):
    path = tmp_path / "witness.key"
    witness.to_file(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert Cosigner.from_file(path) == witness
    assert witness.secret() not in repr(witness)
    with pytest.raises(ConflictError, match="already a key file"):
        witness.to_file(path)
    with pytest.raises(InvalidError, match="damaged"):
        Cosigner.parse(witness.secret().replace("example", "exemple"))
    with pytest.raises(InvalidError):
        Signer.from_file(path)


def test_a_log_key_is_no_witness_key(tmp_path):
    LOG.to_file(tmp_path / "log.key")
    with pytest.raises(InvalidError, match="not those of a witness"):
        Cosigner.from_file(tmp_path / "log.key")


def test_many_messages_sign_and_verify(field_data):
    """Benchmark messages that make ML-DSA-44 try again as often as it may."""
    messages = json.loads((field_data / "trust" / "ml_dsa" / "ML-DSA-44.json").read_bytes())
    witness = Cosigner("w", 6, bytes(32))
    for message in messages:
        text = Checkpoint(message, 15, ROOT).text().encode()
        witness.verifier.verify(text, witness.sign(text, time=TIME))
    assert len(messages) > 100


@BOTH
def test_a_line_that_claims_the_key_and_does_not_verify_spoils_the_note(witness):
    forged = Signature(witness.name, witness.verifier.key_id, bytes(len(witness.sign(HEAD.text().encode(), time=1))))
    with pytest.raises(NinefoldError, match=f"signature of {witness.name} does not match"):
        open_note(NOTE + forged.line + "\n", [str(LOG.verifier), str(witness.verifier)])
    assert open_note(NOTE + forged.line + "\n", str(LOG.verifier)).unverified == (forged,)
