"""A stranger's check of one proof file, offline."""

import base64
import json
import subprocess
import sys

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from ninefold.cli.verify import command
from ninefold.errors import InvalidError, NinefoldError, NotThereError, RefusedError
from ninefold.ledger.canonical import canonical_json
from ninefold.ledger.checkpoints import Checkpoint, sign_checkpoint
from ninefold.ledger.merkle import inclusion_nodes, leaf_hash
from ninefold.ledger.notes import Signature, Signer, sign_note
from ninefold.ledger.openings import Opening, seal_body
from ninefold.ledger.proofs import Claim, Proof
from ninefold.ledger.tree import Tree
from ninefold.ledger.verify import verify_proof

LOG = Signer("example.org/log", bytes(range(32)))
OTHER = Signer("example.org/log", bytes(range(1, 33)))
VKEY = str(LOG.verifier)
KEY, BODY_KEY = bytes(range(32)), bytes(range(32, 64))
BODY = canonical_json({"says": "the mill stands still", "where": "وادي كش", "deaths": 25})
ENTRY = {
    "actor": "clock",
    "body": seal_body(BODY, BODY_KEY).hex(),
    "links": [],
    "marking": "tlp:clear",
    "time": "2026-11-21T08:30:00.000000Z",
    "type": "warning.raised",
}
OPENING = Opening(canonical_json(ENTRY), KEY, BODY, BODY_KEY)
ERASED = Opening(canonical_json(ENTRY), KEY)
SIZE, INDEX = 11, 5
LEAVES = [leaf_hash(OPENING.commitment() if number == INDEX else bytes([number] * 32)) for number in range(SIZE)]
TREE = Tree(LEAVES)


def proof(opening=OPENING, signer=LOG, claimed=LOG, index=INDEX, note=None):
    """A proof file, honest unless told otherwise."""
    head = TREE.head()
    note = note or sign_checkpoint(Checkpoint(signer.name, head.size, head.root), signer)
    hashes = tuple(TREE.proof(inclusion_nodes(INDEX, SIZE)))
    return Proof(index, hashes, note, Claim(claimed.verifier, opening).canonical()).text()


TRUE = proof()


def test_an_honest_file_is_found_consistent():
    report = verify_proof(TRUE)
    assert report.entry == ENTRY
    assert report.body == json.loads(BODY)
    assert (report.index, report.size, report.origin) == (INDEX, SIZE, "example.org/log")
    assert report.root == TREE.head().root.hex()
    assert report.commitment == OPENING.commitment().hex()
    assert (report.key, report.trusted_key) == (VKEY, False)


def test_a_key_from_another_hand_makes_it_trusted():
    assert verify_proof(TRUE, [VKEY]).trusted_key
    assert verify_proof(TRUE, [str(OTHER.verifier), VKEY]).trusted_key
    with pytest.raises(RefusedError, match="not a key that you gave"):
        verify_proof(TRUE, [str(OTHER.verifier)])
    with pytest.raises(InvalidError, match="not a key"):
        verify_proof(TRUE, ["x"])


def test_an_erased_body_is_told_from_a_changed_one():
    report = verify_proof(proof(ERASED))
    assert report.body is None
    assert report.entry == ENTRY
    lie = Claim(LOG.verifier, OPENING).canonical().replace(b"mill", b"mall")
    with pytest.raises(RefusedError, match="body is not the one"):
        verify_proof(TRUE.replace(base64.b64encode(Claim(LOG.verifier, OPENING).canonical()), base64.b64encode(lie)))


@pytest.mark.parametrize("opening", [OPENING, ERASED], ids=["whole", "erased"])
def test_every_changed_byte_is_refused(opening):
    honest = proof(opening)
    verify_proof(honest)
    for at in range(len(honest)):
        for bit in range(8):
            changed = honest[:at] + bytes([honest[at] ^ (1 << bit)]) + honest[at + 1 :]
            with pytest.raises(NinefoldError):
                verify_proof(changed)


def test_every_truncation_and_every_byte_added_is_refused():
    for end in range(len(TRUE)):
        with pytest.raises(NinefoldError):
            verify_proof(TRUE[:end])
    for byte in range(256):
        for changed in (TRUE + bytes([byte]), bytes([byte]) + TRUE):
            with pytest.raises(NinefoldError):
                verify_proof(changed)


@settings(max_examples=300)
@given(st.data())
def test_any_other_change_is_refused(data):
    start = data.draw(st.integers(0, len(TRUE)))
    end = data.draw(st.integers(start, min(len(TRUE), start + 40)))
    new = data.draw(st.binary(max_size=40) | st.sampled_from([TRUE[start : end + 20], TRUE[-110:], b"\n", b"\n\n"]))
    changed = TRUE[:start] + new + TRUE[end:]
    if changed != TRUE:
        with pytest.raises(NinefoldError):
            verify_proof(changed)


def test_a_signature_that_nobody_checks_is_ignored_and_counted():
    stranger = Signature("example.org/witness", bytes(4), bytes(64)).line.encode() + b"\n"
    assert verify_proof(TRUE).unchecked == 0
    report = verify_proof(TRUE + stranger)
    assert (report.unchecked, report.state, report.cosigned) == (1, "consistent", ())


def test_a_signature_line_stands_once():
    line = TRUE.split(b"\n")[-2] + b"\n"
    stranger = Signature("example.org/witness", bytes(4), bytes(64)).line.encode() + b"\n"
    for changed in (TRUE + line, TRUE + stranger + stranger):
        with pytest.raises(RefusedError, match="signature line twice"):
            verify_proof(changed)


def test_a_second_signature_whose_key_is_given_is_checked():
    head = TREE.head()
    witness = Signer("example.org/witness", bytes(32))
    note = sign_note(Checkpoint(LOG.name, head.size, head.root).text(), [LOG, witness])
    assert verify_proof(proof(note=note), [VKEY, str(witness.verifier)]).trusted_key


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ({"signer": OTHER}, "None of the keys"),
        ({"claimed": OTHER}, "None of the keys"),
        ({"claimed": Signer("example.org/elsewhere", LOG.private)}, "None of the keys"),
        ({"index": 6}, "does not lead|not as long"),
        ({"index": SIZE}, "no entry 11"),
        ({"opening": Opening(OPENING.envelope, BODY_KEY)}, "does not lead"),
        ({"opening": Opening(canonical_json(ENTRY | {"actor": "node"}), KEY)}, "does not lead"),
        ({"note": sign_checkpoint(Checkpoint(LOG.name, SIZE, bytes(32)), LOG)}, "does not lead"),
        ({"note": sign_checkpoint(Checkpoint(LOG.name, 3, TREE.head().root), LOG)}, "no entry 5"),
        ({"note": sign_note("Something else.\n", LOG)}, "three lines"),
    ],
    ids=str,
)
def test_a_lie_is_refused_and_named(lie, reason):
    with pytest.raises(NinefoldError, match=reason):
        verify_proof(proof(**lie))


# ---- The command


def run(path, *options):
    """The command on a file, with errors as the caller sees them."""
    result = CliRunner().invoke(command, [str(path), *options])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "entry.tlog-proof"
    path.write_bytes(TRUE)
    return path


def test_the_command_reports_plainly(file):
    output = run(file)
    assert output.startswith("Consistent: this entry is leaf 5 of 11 in the log example.org/log.")
    assert "No outside witness signed" in output
    assert "type: warning.raised" in output
    assert "where: وادي كش" in output
    assert "deaths: 25" in output
    assert VKEY in output
    assert "verified" not in output.lower()


def test_the_command_takes_the_key(file):
    output = run(file, "--key", VKEY)
    assert "Signed by the key that you gave." in output
    with pytest.raises(RefusedError):
        run(file, "--key", str(OTHER.verifier))


def test_the_command_prints_json(file):
    told = json.loads(run(file, "--json"))
    assert told["state"] == "consistent"
    assert told["entry"] == ENTRY
    assert told["trusted_key"] is False


def test_the_command_says_when_the_body_is_not_there(tmp_path):
    path = tmp_path / "erased.tlog-proof"
    path.write_bytes(proof(ERASED))
    assert "erased or withheld" in run(path)


def test_the_command_names_a_file_that_it_cannot_read(tmp_path):
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(NotThereError, match="no file"):
            run(path)


def test_an_entry_cannot_play_tricks_with_the_terminal(tmp_path):
    body = canonical_json({"says": "\x1b[2J\u202egood"})
    opening = Opening(canonical_json({"body": seal_body(body, BODY_KEY).hex()}), KEY, body, BODY_KEY)
    tree = Tree([leaf_hash(opening.commitment())])
    note = sign_checkpoint(Checkpoint(LOG.name, 1, tree.head().root), LOG)
    path = tmp_path / "tricks.tlog-proof"
    path.write_bytes(Proof(0, (), note, Claim(LOG.verifier, opening).canonical()).text())
    assert r'says: "\u001b[2J\u202egood"' in run(path)
    assert "\x1b" not in run(path, "--json")


def test_the_command_needs_neither_django_nor_a_workspace():
    code = "import sys, ninefold.cli.verify; sys.exit('django' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
