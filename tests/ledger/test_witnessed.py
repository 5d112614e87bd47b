"""Who cosigned, when, and whether it is enough; on a proof file, by the program and by its command."""

import json

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from ninefold.cli.verify import command
from ninefold.errors import InvalidError, NinefoldError, NotThereError, RefusedError
from ninefold.ledger.canonical import canonical_json
from ninefold.ledger.checkpoints import Checkpoint, sign_checkpoint
from ninefold.ledger.cosignatures import Cosigner
from ninefold.ledger.keys import Signer
from ninefold.ledger.merkle import leaf_hash
from ninefold.ledger.notes import Signature, cosign
from ninefold.ledger.openings import Opening, seal_body
from ninefold.ledger.proofs import Claim, Proof
from ninefold.ledger.quorum import read_policy
from ninefold.ledger.verify import verify_proof
from ninefold.ledger.witnessed import open_witnessed

LOG = Signer("example.org/log", bytes(range(32)))
EDDA = Cosigner("witness.example/edda", 4, bytes(range(1, 33)))
MILA = Cosigner("witness.example/mila", 6, bytes(range(2, 34)))
BODY = canonical_json({"says": "ja"})
OPENING = Opening(canonical_json({"body": seal_body(BODY, bytes(32)).hex()}), bytes(32), BODY, bytes(32))
HEAD = Checkpoint(LOG.name, 1, leaf_hash(OPENING.commitment()))
NOTE = sign_checkpoint(HEAD, LOG)
TIME = 1_795_248_000
BY_EDDA = cosign(HEAD.text(), EDDA, time=TIME).line + "\n"
BY_MILA = cosign(HEAD.text(), MILA, time=TIME + 60).line + "\n"
WITNESSES = f"witness edda {EDDA.verifier}\nwitness mila {MILA.verifier}\n"
BOTH = read_policy(f"log {LOG.verifier}\n{WITNESSES}group both all edda mila\nquorum both\n".encode())
ANY = read_policy(f"log {LOG.verifier}\n{WITNESSES}group one any edda mila\nquorum one\n".encode())


def proof(*lines):
    return Proof(0, (), NOTE + "".join(lines), Claim(LOG.verifier, OPENING).canonical()).text()


def test_a_quorum_makes_it_verified_and_tells_by_whom_and_when():
    report = verify_proof(proof(BY_EDDA, BY_MILA), policy=BOTH)
    assert report.state == "verified"
    assert [(each.witness, each.key, each.moment) for each in report.cosigned] == [
        ("edda", EDDA.name, "2026-11-21T08:00:00Z"),
        ("mila", MILA.name, "2026-11-21T08:01:00Z"),
    ]
    assert (report.witnesses, report.unchecked, report.trusted_key) == (2, 0, True)


@pytest.mark.parametrize("lines", [[], [BY_EDDA], [BY_MILA]], ids=len)
def test_without_a_quorum_it_is_consistent(lines):
    report = verify_proof(proof(*lines), policy=BOTH)
    assert (report.state, len(report.cosigned)) == ("consistent", len(lines))
    assert verify_proof(proof(*lines), policy=ANY).state == ("verified" if lines else "consistent")


def test_without_a_policy_it_is_never_verified():
    report = verify_proof(proof(BY_EDDA, BY_MILA), [str(LOG.verifier)])
    assert (report.state, report.cosigned, report.unchecked) == ("consistent", (), 2)


def test_a_policy_that_asks_for_nobody_verifies_nothing():
    policy = read_policy(f"log {LOG.verifier}\n{WITNESSES}quorum none\n".encode())
    report = verify_proof(proof(BY_EDDA), policy=policy)
    assert (report.state, len(report.cosigned)) == ("consistent", 1)


def test_a_line_of_a_known_witness_must_verify():
    wrong = Signature(EDDA.name, EDDA.verifier.key_id, bytes(72)).line + "\n"
    other = cosign(Checkpoint(LOG.name, 1, bytes(32)).text(), EDDA, time=TIME).line + "\n"
    for line in (wrong, other):
        with pytest.raises(RefusedError, match=r"signature of witness\.example/edda does not match"):
            verify_proof(proof(BY_MILA, line), policy=ANY)


def test_a_cosignature_that_states_no_time_does_not_count():
    bare = EDDA.verifier.verify, HEAD.text().encode()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    message = b"cosignature/v1\ntime 0\n" + HEAD.text().encode()
    made = bytes(8) + Ed25519PrivateKey.from_private_bytes(EDDA.seed).sign(message)
    bare[0](bare[1], made)
    line = Signature(EDDA.name, EDDA.verifier.key_id, made).line + "\n"
    report = verify_proof(proof(line), policy=ANY)
    assert (report.state, report.cosigned) == ("consistent", ())


def test_a_log_never_counts_as_its_own_witness():
    """Neither by its key nor by its name, also where the policy names no log."""
    by_key = Cosigner("witness.example/l", 4, LOG.private)
    by_name = Cosigner(LOG.name, 4, bytes([7]) * 32)
    for own in (by_key, by_name):
        policy = read_policy(f"witness w {own.verifier}\nquorum w\n".encode())
        line = cosign(HEAD.text(), own, time=TIME).line + "\n"
        report = verify_proof(proof(line), [str(LOG.verifier)], policy)
        assert (report.state, report.cosigned, report.witnesses) == ("consistent", (), 0)


def test_the_log_must_be_one_that_you_named():
    other = read_policy(f"log {Signer(LOG.name, bytes(32)).verifier}\n{WITNESSES}quorum edda\n".encode())
    with pytest.raises(RefusedError, match="no log of your policy"):
        verify_proof(proof(BY_EDDA), policy=other)
    nameless = read_policy(f"{WITNESSES}quorum edda\n".encode())
    with pytest.raises(InvalidError, match="names no log"):
        verify_proof(proof(BY_EDDA), policy=nameless)
    assert verify_proof(proof(BY_EDDA), [str(LOG.verifier)], nameless).state == "verified"
    with pytest.raises(RefusedError, match="not a key that you gave"):
        verify_proof(proof(BY_EDDA), [str(Signer(LOG.name, bytes(32)).verifier)], ANY)


def test_a_witness_alone_is_no_checkpoint():
    from ninefold.ledger.notes import write_note

    alone = write_note(HEAD.text(), [cosign(HEAD.text(), EDDA, time=TIME)])
    with pytest.raises(RefusedError, match="No known key of the log"):
        open_witnessed(alone, ANY, [LOG.verifier])


@given(st.data())
def test_every_changed_byte_is_refused_or_makes_it_no_more_than_consistent(data):
    """What is bound, is bound; what is not (which key a line names) never adds a witness."""
    whole = proof(BY_EDDA)
    at, bit = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(0, 7))
    changed = whole[:at] + bytes([whole[at] ^ (1 << bit)]) + whole[at + 1 :]
    try:
        report = verify_proof(changed, policy=ANY)
    except NinefoldError:
        return
    assert (report.state, report.unchecked, report.cosigned) == ("consistent", 1, ())
    assert whole.index(BY_EDDA.encode()) <= at


@given(st.permutations([BY_EDDA, BY_MILA, Signature("x", b"1234", b"5" * 9).line + "\n"]))
def test_any_order_of_lines_says_the_same(lines):
    report = verify_proof(proof(*lines), policy=BOTH)
    assert (report.state, [each.witness for each in report.cosigned]) == ("verified", ["edda", "mila"])


# ---- The command


@pytest.fixture
def run(tmp_path):
    def call(data, policy, *options):
        (tmp_path / "p").write_text(policy, encoding="utf-8")
        (tmp_path / "a.tlog-proof").write_bytes(data)
        words = [str(tmp_path / "a.tlog-proof"), "--policy", str(tmp_path / "p"), *options]
        result = CliRunner().invoke(command, words)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.output

    return call


ANY_TEXT = f"log {LOG.verifier}\n{WITNESSES}group one any edda mila\nquorum one\n"


def test_the_command_says_verified_by_whom_and_when(run):
    said = run(proof(BY_EDDA), ANY_TEXT)
    assert said.startswith("Verified: this entry is leaf 0 of 1 in the log example.org/log.\n1 of the 2 witnesses")
    assert "  edda (witness.example/edda) at 2026-11-21T08:00:00Z\n" in said
    told = json.loads(run(proof(BY_EDDA), ANY_TEXT, "--json"))
    assert told["state"] == "verified"
    assert told["cosigned"] == [{"witness": "edda", "key": EDDA.name, "time": "2026-11-21T08:00:00Z"}]


def test_a_name_of_any_octets_can_be_printed(run, tmp_path):
    octets = (
        f"log {LOG.verifier}\nwitness ".encode()
        + b"w\x80\xc2\x9b "
        + str(EDDA.verifier).encode()
        + b"\nquorum w\x80\xc2\x9b\n"
    )
    report = verify_proof(proof(BY_EDDA), policy=read_policy(octets))
    assert (report.state, report.cosigned[0].witness) == ("verified", r"w\udc80\x9b")
    report.cosigned[0].witness.encode()


def test_the_command_says_no_more_than_consistent_without_a_quorum(run):
    said = run(proof(BY_EDDA), ANY_TEXT.replace("one any", "one all"))
    assert said.startswith("Consistent: ")
    assert "1 of the 2 witnesses of your policy cosigned, which is no quorum" in said
    assert "verified" not in said.lower()


def test_the_command_says_what_it_did_not_check(tmp_path):
    path = tmp_path / "a.tlog-proof"
    path.write_bytes(proof(BY_EDDA, BY_MILA))
    said = CliRunner().invoke(command, [str(path)]).output
    assert "Other signatures stand in the file (2), unchecked without --policy" in said


def test_the_command_names_the_line_of_a_bad_policy_and_a_missing_one(run, tmp_path):
    with pytest.raises(InvalidError, match="Line 2 of the policy begins with 'qorum'"):
        run(proof(), f"log {LOG.verifier}\nqorum none\n")
    with pytest.raises(NotThereError, match="no file"):
        CliRunner().invoke(command, [str(tmp_path), "--policy", str(tmp_path / "no")], catch_exceptions=False)
