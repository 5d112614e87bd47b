"""`ninefold doctor`: each fault that it names is made for real, and mended by doing what it says."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from provider.saml.running import key_and_certificate

from .certificates import DAY, write
from .running import Run, environment, until

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif("NINEFOLD_DATABASE" in os.environ, reason="these keep their records in files"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A real workspace that has been published once and is stopped."""
    made = tmp_path_factory.mktemp("doctor") / "w"
    run = Run(made, "--empty", NINEFOLD_BEAT_SECONDS="1")
    until((made / "keys" / "log.head").exists, 60)
    assert run.stop() == 0
    return made


def doctor(folder, **settings):
    """The exit code, and what is wrong, part by part."""
    done = subprocess.run(
        [sys.executable, "-m", "ninefold", "doctor", "--json", "--workspace", folder],
        env=environment() | settings,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout, done.stderr
    return done.returncode, {
        fault["part"]: f"{fault['wrong']} -> {fault['do']}" for fault in json.loads(done.stdout)["faults"]
    }


@pytest.fixture
def changed(folder):
    """Runs a statement on the database as whoever holds the file can."""

    def change(*statements):
        with sqlite3.connect(folder / "ninefold.sqlite3") as database:
            for statement in statements:
                database.execute(statement)
        database.close()

    return change


def test_a_workspace_in_order_has_no_fault(folder):
    assert doctor(folder) == (0, {})


def test_a_mode_that_lets_others_in_is_named_and_mended(folder):
    key = folder / "keys" / "session.key"
    key.chmod(0o644)
    code, faults = doctor(folder)
    assert (code, faults["folder"]) == (
        4,
        f"{key} can be opened by others on this machine (mode 644) -> chmod 600 {key}",
    )
    subprocess.run(faults["folder"].partition(" -> ")[2].split(), check=True)
    assert doctor(folder)[0] == 0


def test_a_missing_key_and_another_logs_key_are_named(folder):
    key = folder / "keys" / "log.key"
    aside = key.rename(folder / "keys" / "aside")
    assert "log.key is missing" in doctor(folder)[1]["keys"]
    subprocess.run(
        [
            sys.executable,
            "-m",
            "ninefold",
            "ledger",
            "note",
            "--file",
            __file__,
            "--key-file",
            key,
            "--new-key",
            "other/log",
        ],
        check=True,
        capture_output=True,
    )
    assert "is that of the log other/log" in doctor(folder)[1]["keys"]
    aside.replace(key)
    assert doctor(folder)[0] == 0


def test_a_forgotten_head_is_named(folder):
    head = folder / "keys" / "log.head"
    aside = head.rename(folder / "keys" / "aside")
    assert "log.head is missing" in doctor(folder)[1]["keys"]
    aside.replace(head)


def test_a_served_script_that_was_changed_is_named_and_mended(folder):
    """It stays as it is over a start, which is why the doctor says what to do."""
    (script,) = (folder / "static" / "access" / "vaults").glob("page_deposit.*.js")
    kept = script.read_bytes()
    script.write_bytes(kept + b"fetch('https://evil.example');\n")
    code, faults = doctor(folder)
    assert (code, set(faults)) == (4, {"assets"})
    assert faults["assets"].startswith(f"{script} is not as it came with this version of Ninefold -> find out who did")
    assert f"delete {folder / 'static'}, and start again" in faults["assets"]
    script.write_bytes(kept)
    assert doctor(folder) == (0, {})


def test_a_trigger_that_was_removed_is_named(folder, changed):
    with sqlite3.connect(folder / "ninefold.sqlite3") as database:
        (words,) = database.execute("SELECT sql FROM sqlite_master WHERE name = 'ledger_leaf_no_delete'").fetchone()
    database.close()
    changed("DROP TRIGGER ledger_leaf_no_delete")
    assert "ledger_leaf_no_delete is gone" in doctor(folder)[1]["database"]
    changed(words)


def test_tables_of_an_older_version_are_named(folder, changed):
    changed("UPDATE django_migrations SET app = 'other' WHERE name = '0002_break_glass'")
    assert "of an older version" in doctor(folder)[1]["database"]
    changed("UPDATE django_migrations SET app = 'decisions' WHERE name = '0002_break_glass'")


def test_a_damaged_file_is_named(folder, tmp_path):
    copy = tmp_path / "w"
    subprocess.run(["cp", "-a", folder, copy], check=True)
    database = copy / "ninefold.sqlite3"
    with database.open("r+b") as file:
        file.seek(4096 * 40)
        file.write(os.urandom(4096 * 60))
    assert "database" in doctor(copy)[1]


@pytest.mark.parametrize(
    ("how", "reason"), [({"lasts": 5 * DAY}, "ends on"), ({"lasts": DAY / 2}, "is not now")], ids=str
)
def test_a_certificate_that_ends_or_has_ended_is_named(folder, tmp_path, how, reason):
    cert, key = write(tmp_path, "talks.example.org", **how)
    site = {"NINEFOLD_SITE": "talks.example.org", "NINEFOLD_CERT": str(cert), "NINEFOLD_CERT_KEY": str(key)}
    assert reason in doctor(folder, **site)[1]["address"]


def test_a_directory_that_does_not_fit_is_named_and_mended(folder):
    secret, file = folder / "directory.secret", folder / "directory.toml"
    told = {"issuer": "https://login.example", "client_id": "c", "secret": secret.name, "name": "Ministry"}
    file.write_text("".join(f'{key} = "{value}"\n' for key, value in told.items()))
    secret.touch(mode=0o640)
    secret.write_text("of the client")
    named = {"NINEFOLD_DIRECTORY": file.name}
    assert "run chmod 600 on it. -> mend" in doctor(folder, **named)[1]["directory"]
    secret.chmod(0o600)
    assert doctor(folder, **named) == (0, {})
    file.write_text(file.read_text().replace("https", "http"))
    assert "must begin with https" in doctor(folder, **named)[1]["directory"]


def test_a_directorys_last_certificate_that_ends_soon_is_named(folder, tmp_path):
    told = {"protocol": "saml", "issuer": "urn:x", "sign_in": "https://login.example/sso", "name": "Ministry"}
    told["certificates"] = str(tmp_path / "both.pem")
    (folder / "directory.toml").write_text("".join(f'{key} = "{value}"\n' for key, value in told.items()))
    named = {"NINEFOLD_DIRECTORY": "directory.toml"}
    for name, days in (("ended", -1), ("ending", 2), ("lasting", 300)):
        key_and_certificate(tmp_path, f"{name}.key", name, days=days)
    soon, long = (
        b"".join((tmp_path / f"{name}.pem").read_bytes() for name in ("ended", last)) for last in ("ending", "lasting")
    )
    (tmp_path / "both.pem").write_bytes(soon)
    assert "the last certificate of Ministry ends on" in doctor(folder, **named)[1]["directory"]
    (tmp_path / "both.pem").write_bytes(long)
    assert doctor(folder, **named) == (0, {})


def test_our_own_key_for_a_directory_is_looked_at(folder, tmp_path):
    told = {"protocol": "saml", "issuer": "urn:x", "sign_in": "https://login.example/sso", "name": "Ministry"}
    told["certificates"] = str(tmp_path / "lasting.pem")
    lines = [f'{key} = "{value}"' for key, value in told.items()] + ["sign_requests = true"]
    (folder / "directory.toml").write_text("\n".join(lines))
    key_and_certificate(tmp_path, "lasting.key", "lasting", days=300)
    named = {"NINEFOLD_DIRECTORY": "directory.toml"}
    assert "ninefold access directory-key make" in doctor(folder, **named)[1]["directory"]
    # 1. One that ends soon, and the next that makes up for it.
    key_and_certificate(tmp_path, "own", "owns", days=2)
    path = folder / "keys" / "directory.key"
    path.write_bytes((tmp_path / "own.pem").read_bytes() + (tmp_path / "owns.pem").read_bytes())
    path.chmod(0o600)
    assert "directory.key ends on" in doctor(folder, **named)[1]["directory"]
    said = access_key(folder, "make")
    assert "The older key signs until you retire it" in said
    assert doctor(folder, **named) == (0, {})
    old, new = access_key(folder, "show").splitlines()
    assert (old.rpartition(": ")[2], new.rpartition(": ")[2]) == ("signs, opens", "is encrypted to, opens")
    assert new.partition(",")[0] in said
    assert "From now on there is one key" in access_key(folder, "retire", "--yes")
    assert access_key(folder, "show").strip().endswith(": signs, is encrypted to, opens")
    # 2. One that others may read.
    path.chmod(0o640)
    assert f"chmod 600 {path}" in doctor(folder, **named)[1]["folder"]
    path.unlink()


def access_key(folder, *words):
    """What `access directory-key` says; it needs no settings but the folder."""
    done = subprocess.run(
        [sys.executable, "-m", "ninefold", "access", "directory-key", *words, "--workspace", folder],
        env=environment() | {"NINEFOLD_DIRECTORY": "absent.toml"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


def test_a_job_that_failed_for_good_is_named(folder, changed):
    changed(
        "INSERT INTO django_tasks_database_dbtaskresult (id, status, enqueued_at, finished_at, args_kwargs, priority,"
        " task_path, queue_name, backend_name, run_after, exception_class_path, traceback, worker_ids,"
        " return_value) VALUES ('00000000000040008000000000000001', 'FAILED', '2026-01-01', '2026-01-01', '{}', 0,"
        " 'ninefold.example', 'default', 'default', '2026-01-01', 'E', 'The disk is full.', '[]', 'null')"
    )
    assert "1 jobs failed for good, the last one ninefold.example: The disk is full." in doctor(folder)[1]["jobs"]
    changed("DELETE FROM django_tasks_database_dbtaskresult")


def test_another_account_opens_nothing(folder):
    if os.geteuid():
        pytest.skip("only root can give a file away")
    file = folder / "keys" / "log.head"
    os.chown(file, 1234, -1)
    code, faults = doctor(folder)
    assert (code, "chown" in faults["folder"]) == (4, True)
    assert faults["database"].startswith("it was not looked at")
    os.chown(file, os.geteuid(), -1)


def test_settings_that_do_not_fit_are_told_not_raised(folder):
    assert "nothing" not in doctor(folder, NINEFOLD_BEAT_SECONDS="soon")[1]["database"]
    assert "NINEFOLD_BEAT_SECONDS" in doctor(folder, NINEFOLD_BEAT_SECONDS="soon")[1]["database"]
    assert Path(folder).exists()
