"""`ninefold ledger` as a person calls it."""

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import connection, transaction

from ninefold import clock
from ninefold.cli.main import house
from ninefold.errors import NinefoldError, answer_to
from ninefold.ledger import append_only
from ninefold.ledger.checkpoints import open_checkpoint
from ninefold.ledger.keys import Signer
from ninefold.ledger.models import Checkpoint, Leaf
from ninefold.ledger.notes import open_note

pytestmark = pytest.mark.django_db


@pytest.fixture
def ninefold(tmp_path):
    """Run a command and return what it prints, or with `status` the words of its refusal."""

    def run(*words, status=0):
        done = CliRunner().invoke(house, words, env={"XDG_CONFIG_HOME": str(tmp_path / "config")})
        if not status:
            assert done.exception is None, done.output
            return done.stdout
        assert isinstance(done.exception, NinefoldError), done.output
        assert answer_to(done.exception).exit_code == status
        return str(done.exception)

    return run


@pytest.fixture
def released(small_log):
    """The index of a leaf whose entry a stranger may see."""
    from ninefold.access.actions import NewRelease, place
    from ninefold.ledger.refs import Ref

    entry = small_log.entries[3]
    subject = Ref.parse(f"{entry.subject_kind}:{entry.subject_id}")
    now = clock.now()
    with transaction.atomic():
        place(record=subject, releases=[NewRelease(None, "tlp:clear", now, now + timedelta(days=1))], now=now)
    return str(entry.leaf.index)


def test_status_says_what_a_fresh_node_can_say(ninefold, log_key):
    said = ninefold("ledger", "status")
    assert "not published yet" in said
    assert "witnessed    by 0 of 0" in said


def test_status_of_a_log(ninefold, small_log):
    said = ninefold("ledger", "status")
    assert "272 leaves" in said
    assert "waiting      1 entry" in said
    assert "witnessed    by 0 of 0: consistent with itself, not verified" in said
    found = json.loads(ninefold("ledger", "status", "--json"))
    assert (found["size"], found["waiting"], found["witnessed"], found["witnesses"]) == (272, 1, 0, 0)
    assert found["published"] == "2026-11-21T08:32:00.000000Z"


def test_checkpoint_is_a_note_that_the_logs_key_signed(ninefold, small_log, log_key):
    checkpoint, _ = open_checkpoint(ninefold("ledger", "checkpoint"), log_key.verifier)
    assert checkpoint.size == 272
    assert json.loads(ninefold("ledger", "checkpoint", "--json"))["root"] == checkpoint.root.hex()


def test_there_is_no_checkpoint_before_the_first(ninefold, log_key):
    ninefold("ledger", "checkpoint", status=3)


def test_prove_writes_a_file_that_verify_accepts(ninefold, released, log_key, tmp_path):
    out = tmp_path / "entry.tlog-proof"
    assert "proves the entry" in ninefold("ledger", "prove", released, "--out", str(out))
    assert "Consistent" in ninefold("verify", str(out), "--key", str(log_key.verifier))
    assert "already" in ninefold("ledger", "prove", released, "--out", str(out), status=4)
    told = json.loads(ninefold("ledger", "prove", released, "--out", str(tmp_path / "again"), "--json"))
    assert told["index"] == int(released)
    assert "cannot be written" in ninefold("ledger", "prove", released, "--out", str(tmp_path / "no" / "x"), status=2)


def test_a_hidden_entry_a_cover_leaf_and_no_leaf_are_refused_alike(ninefold, released, tmp_path):
    hidden = Leaf.objects.filter(entry__marking="tlp:green").first().index
    cover = Leaf.objects.filter(entry=None).first().index
    out = tmp_path / "entry.tlog-proof"
    words = {
        ninefold("ledger", "prove", str(at), "--out", str(out), status=3) for at in (hidden, cover, 99_999, 1 << 70)
    }
    assert words == {"There is nothing here that you may see."}
    assert not out.exists()


def test_consistency_prints_the_hashes(ninefold, small_log):
    lines = ninefold("ledger", "consistency", "256", "264").split()
    assert json.loads(ninefold("ledger", "consistency", "256", "264", "--json"))["hashes"] == lines
    assert "has 272 leaves" in ninefold("ledger", "consistency", "256", "999", status=2)


def test_check_finds_nothing_wrong(ninefold, small_log):
    assert "Consistent: everything is as it was written." in ninefold("ledger", "check")
    report = json.loads(ninefold("ledger", "check", "--json"))
    assert (report["entries"], report["leaves"], report["findings"]) == (7, 272, [])


def test_check_tells_what_a_restore_lost(ninefold, restored_log):
    append_only.install(connection)
    assert "Lost by the restore of 2026-11-21T08:35:00.000000Z" in ninefold("ledger", "check")
    (lost,) = json.loads(ninefold("ledger", "check", "--json"))["lost"]
    assert (lost["before"], lost["size"], lost["kept"], lost["entries"]) == (264, 288, 6, 8)


def test_check_names_what_broke_and_ends_with_4(small_log):
    append_only.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_body SET key = %s WHERE entry_id = 3", [bytes(32)])
    done = CliRunner().invoke(house, ["ledger", "check"])
    assert "body: The body of entry 3 (" in done.stdout
    assert "database: The trigger ledger_body_no_delete is gone" in done.stdout
    assert answer_to(done.exception).exit_code == 4
    told = json.loads(CliRunner().invoke(house, ["ledger", "check", "--json"]).stdout)
    assert "body" in {finding["part"] for finding in told["findings"]}


def test_note_is_signed_with_the_callers_own_key_and_writes_no_entry(ninefold, small_log, tmp_path):
    text, key_file = tmp_path / "text", tmp_path / "mine.key"
    text.write_text("We saw size 264.\nAnd its root.", encoding="utf-8")
    words = ("ledger", "note", "--file", str(text), "--key-file", str(key_file))
    made = json.loads(ninefold(*words, "--new-key", "a.person", "--json"))
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert open_note(made["note"], made["key"]).text == "We saw size 264.\nAnd its root.\n"
    assert ninefold(*words) == made["note"]
    key_file.chmod(0o644)
    assert "chmod 600" in ninefold(*words, status=3)
    text.write_bytes(b"\xff")
    assert "UTF-8" in ninefold(*words, status=2)
    text.unlink()
    assert "no file" in ninefold(*words, status=3)
    assert Checkpoint.objects.count() == 3


def test_a_key_file_is_never_overwritten(ninefold, tmp_path):
    text, key_file = tmp_path / "text", tmp_path / "mine.key"
    text.write_text("a", encoding="utf-8")
    Signer.generate("a.person").to_file(key_file)
    before = key_file.read_bytes()
    words = ("ledger", "note", "--file", str(text), "--key-file", str(key_file), "--new-key", "another")
    assert "already" in ninefold(*words, status=4)
    assert key_file.read_bytes() == before


def test_the_commands_of_a_shell(tmp_path):
    """As real processes: an answer on stdout, a refusal in one sentence on stderr, no bar where nobody looks."""

    def run(*words, where=None):
        env = {name: value for name, value in os.environ.items() if name != "NINEFOLD_DATABASE"}
        env["NINEFOLD_WORKSPACE"] = str(where or settings.WORKSPACE)
        return subprocess.run(
            [sys.executable, "-m", "ninefold", "ledger", *words], env=env, capture_output=True, text=True, timeout=120
        )

    done = run("status", where=tmp_path / "none")
    assert (done.returncode, done.stdout) == (3, "")
    assert "no workspace" in done.stderr
    help_text = run("--help").stdout
    for verb in ("status", "note", "checkpoint", "prove", "consistency", "check"):
        assert verb in help_text
