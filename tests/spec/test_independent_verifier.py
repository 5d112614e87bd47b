"""docs/formats.md is enough: a verifier written from that page alone takes our proof files and no changed one."""

import base64
import runpy
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidSignature
from django.conf import settings
from django.db import transaction

from ninefold.ledger import keeping, reads
from ninefold.ledger.actions import append, erase
from ninefold.ledger.beat import beat
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.notes import Signer, sign_note
from ninefold.ledger.refs import Ref

STRANGER = Path(__file__).with_name("stranger.py")
NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
RAISED = entry_kind("warning.raised", "raised a warning")
BODY = {"country": "KEN", "share": 0.083333, "text": "Überfälle, الإنذار"}
LABEL = bytes(range(32))
REFUSED = (ValueError, InvalidSignature)
stranger = runpy.run_path(str(STRANGER))
verify, signed_by, witnessed = stranger["verify"], stranger["signed_by"], stranger["witnessed"]


@pytest.fixture
def log(db):
    """The key of a log with three acts, of which the second is erased, after two publications."""
    if not (settings.WORKSPACE / "keys" / "log.key").exists():
        keeping.create_log_key(settings.WORKSPACE, settings.LOG_ORIGIN)
    with transaction.atomic():
        acts = [
            append(
                kind=RAISED,
                actor="clock",
                subject=Ref("warning", "warning", uuid4()),
                now=NOW,
                marking="tlp:amber",
                body=BODY,
            )
            for _ in range(3)
        ]
    beat(NOW)
    erase(entry=acts[1], reason="a person asked", by="node", now=NOW)
    beat(NOW + timedelta(minutes=1))
    return str(keeping.log_signer().verifier), [reads.proof_of(act).text() for act in acts]


def test_a_stranger_accepts_what_the_program_proves(log):
    key, proofs = log
    said = [verify(proof, key) for proof in proofs]
    assert [body for body, _ in said] == [BODY, None, BODY]
    assert {envelope["type"] for _, envelope in said} == {"warning.raised"}


def test_every_changed_byte_is_refused(log):
    key, proofs = log
    for proof in proofs[:2]:
        for place in range(len(proof)):
            with pytest.raises(REFUSED):
                verify(proof[:place] + bytes([proof[place] ^ 1]) + proof[place + 1 :], key)


@pytest.mark.parametrize(
    "change",
    [
        lambda proof: proof[:-1],
        lambda proof: proof + b"\n",
        lambda proof: proof.replace(b"\n", b"\r\n"),
        lambda proof: proof.replace(b"\nindex", b" \nindex"),
        lambda proof: b"\n".join([line for at, line in enumerate(proof.split(b"\n")) if at != 3]),
    ],
    ids=["cut short", "a line more", "other line ends", "a space", "a hash less"],
)
def test_a_file_of_another_form_is_refused(log, change):
    key, proofs = log
    with pytest.raises(REFUSED):
        verify(change(proofs[0]), key)


def test_the_body_of_another_entry_is_refused(log):
    key, proofs = log
    one, other = (base64.b64decode(proof.split(b"\n")[1].removeprefix(b"extra ")) for proof in (proofs[0], proofs[2]))
    cut = one.index(b',"entry":')
    mixed = base64.b64encode(other[: other.index(b',"entry":')] + one[cut:])
    lines = proofs[0].split(b"\n")
    with pytest.raises(REFUSED, match="another body"):
        verify(b"\n".join([lines[0], b"extra " + mixed, *lines[2:]]), key)


def test_another_key_of_the_same_name_is_refused(log):
    key, proofs = log
    impostor = Signer.generate(key.split("+")[0])
    top, _, note = proofs[0].decode().partition("\n\n")
    signed = sign_note(note.partition("\n\n")[0] + "\n", impostor)
    with pytest.raises(REFUSED, match="another key"):
        verify(f"{top}\n\n{signed}".encode(), key)
    with pytest.raises(REFUSED, match="another key"):
        verify(proofs[0], str(impostor.verifier))


verify, signed_by, witnessed = stranger["verify"], stranger["signed_by"], stranger["witnessed"]


def test_it_runs_without_the_program(log, tmp_path):
    assert "import ninefold" not in (text := STRANGER.read_text(encoding="utf-8"))
    assert "from ninefold" not in text
    key, proofs = log
    file = tmp_path / "a.tlog-proof"
    file.write_bytes(proofs[0])
    done = subprocess.run([sys.executable, "-I", STRANGER, file, key], capture_output=True, text=True)
    assert "'country': 'KEN'" in done.stdout, done.stderr
