"""A proof file of one installation is checked by a stranger: another process, nothing around it, no database."""

import subprocess
import sys

import pytest

from ninefold.ledger import keeping, reads


@pytest.fixture
def proof(db, small_log, tmp_path):
    """The proof file of an entry, and the key that a correspondent would know."""
    file = tmp_path / "entry.tlog-proof"
    file.write_bytes(reads.proof_of(small_log.entries[0]).text())
    return file, str(keeping.log_signer().verifier)


def verify(file, *words):
    """`ninefold verify` as a stranger runs it: nothing in his environment, an empty folder around him."""
    command = [sys.executable, "-I", "-m", "ninefold", "verify", str(file), *words]
    done = subprocess.run(command, env={}, cwd=file.parent, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_a_stranger_finds_it_consistent(proof):
    file, key = proof
    code, said = verify(file, "--key", key)
    assert code == 0, said
    assert said.startswith("Consistent")
    assert "verified" not in said


def test_any_changed_byte_is_refused(proof):
    file, key = proof
    whole = file.read_bytes()
    for place in range(0, len(whole), max(1, len(whole) // 12)):
        changed = bytearray(whole)
        changed[place] ^= 1
        file.write_bytes(changed)
        code, said = verify(file, "--key", key)
        assert code in {2, 3}, (place, said)
        assert "Traceback" not in said
