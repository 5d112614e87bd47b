"""`ninefold move`: the records of a real workspace go to PostgreSQL, and the same log goes on there."""

import os
import shutil
import signal
import subprocess
import sys
import time
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from upgrades.test_upgrades import on_postgresql, on_sqlite, unpack

from ninefold.web import workspace
from ninefold.web.claim import Claim

from .running import Run, environment, until

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif("NINEFOLD_DATABASE" not in os.environ, reason="NINEFOLD_DATABASE names no database"),
]
COMMAND = [sys.executable, "-m", "ninefold"]


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """A sample with a past, kept in a file, brought up to this version and stopped."""
    made = unpack("0.1.0", "workspace", tmp_path_factory.mktemp("move"))
    assert Run(made).stop() == 0
    return made


@pytest.fixture
def folder(sample, tmp_path):
    return shutil.copytree(sample, tmp_path / "workspace")


@pytest.fixture
def address(django_db_setup, django_db_blocker):
    """A new, empty database beside that of the tests."""
    from django.db import connection

    name = f"move_{uuid4().hex}"
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        yield urlsplit(os.environ["NINEFOLD_DATABASE"])._replace(path=f"/{name}").geturl()
        cursor.execute(f"DROP DATABASE {name}")


def command(*words, **settings):
    return subprocess.run(
        [*COMMAND, *map(str, words)], env=environment() | settings, capture_output=True, text=True, timeout=120
    )


def test_the_log_goes_on_in_the_other_database(folder, address):
    before = on_sqlite(folder)
    moved = command("move", "--to", address, "--workspace", folder)
    assert moved.returncode == 0, moved.stderr
    assert not (folder / "ninefold.sqlite3").exists()
    assert (folder / "ninefold.sqlite3.moved").exists()
    after = on_postgresql(address)
    assert [len(cells) for cells in after.values()] == [len(cells) for cells in before.values()]

    refused = command("ledger", "status", "--workspace", folder)
    assert (refused.returncode, "set NINEFOLD_DATABASE" in refused.stderr) == (2, True)
    run = Run(folder, NINEFOLD_DATABASE=address, NINEFOLD_BEAT_SECONDS="1")
    try:
        assert run.page("/warning/")[0] == 200
        until(lambda: len(on_postgresql(address)["ledger_checkpoint"]) > len(after["ledger_checkpoint"]), 30)
    finally:
        assert run.stop() == 0
    checked = command("ledger", "check", "--workspace", folder, NINEFOLD_DATABASE=address)
    assert (checked.returncode, "Consistent" in checked.stdout) == (0, True)
    again = command("move", "--to", address, "--workspace", folder, NINEFOLD_DATABASE=address)
    assert (again.returncode, "in PostgreSQL already" in again.stderr) == (2, True)


def test_what_cannot_be_moved_stays_where_it_is(folder, address):
    import psycopg

    with psycopg.connect(address) as database:
        database.execute("CREATE TABLE letters (text text)")
    refused = command("move", "--to", address, "--workspace", folder)
    assert (refused.returncode, "holds 1 tables already" in refused.stderr) == (4, True)
    nobody = command("move", "--to", "postgresql://ninefold@127.0.0.1:9/none", "--workspace", folder)
    assert (nobody.returncode, "does not answer" in nobody.stderr) == (5, True)
    claim = Claim(folder)
    refused = command("move", "--to", address, "--workspace", folder)
    claim.release()
    assert (refused.returncode, "runs already" in refused.stderr) == (5, True)
    assert (folder / "ninefold.sqlite3").exists()


def test_a_move_that_is_killed_leaves_the_records_whole_in_one_place(folder, address):
    process = subprocess.Popen([*COMMAND, "move", "--to", address, "--workspace", folder], env=environment())
    time.sleep(2)
    process.send_signal(signal.SIGKILL)
    process.wait()
    moved = workspace.read(folder).engine == "postgresql"
    told = {"NINEFOLD_DATABASE": address} if moved else {}
    assert command("ledger", "check", "--workspace", folder, **told).returncode == 0
