"""The disk is full: the act is refused, nothing half-written stays, and the log goes on once there is room."""

import itertools
import os
import resource
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from django.db import OperationalError, connection, connections, transaction

from ninefold.clock import now
from ninefold.ledger.beat import beat
from ninefold.web.outage import is_outage

from .conftest import act_alone, an_act, append_many, child, database_at, rest_of

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sqlite_only")]


def until_full(say):
    """Append until an act fails; then say so."""
    for number in itertools.count():
        try:
            with transaction.atomic():
                done = [act_alone(number)] if number % 3 else append_many([an_act(number) for _ in range(20)])
            say(f"entry {' '.join(str(entry.id) for entry in done)}")
            if number % 10 == 0:
                published = beat(now())
                say(f"tree {published.size} {published.root.hex()}")
        except (OperationalError, OSError) as error:
            say("full" if is_outage(error) else f"what a page would call our own mistake: {error}")
            return


def full_after(work, witness):
    with child(work) as (process, hear):
        said = rest_of(hear)
        assert os.waitpid(process, 0)[1] == 0, said
    *lines, last, end = said.split("\n")
    assert (last, end) == ("full", "")
    witness.hear("".join(f"{line}\n" for line in lines))
    assert witness.entries
    assert witness.trees


def goes_on(witness):
    before = witness.look().entries
    with transaction.atomic():
        act_alone(0)
    beat(now())
    assert witness.look().entries == before + 1


def test_files_that_may_not_grow_any_further(witness):
    """The limit of a file's size: every process may set it for itself. A write beyond it fails as on a full disk."""
    database = Path(connection.settings_dict["NAME"])

    def work(say):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        room = database.stat().st_size + 300_000
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        until_full(say)

    full_after(work, witness)
    goes_on(witness)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of a few megabytes, in memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if shutil.which("mount") is None or os.geteuid():
        pytest.skip("only root may mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=100m", "tmpfs", folder], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def size_of_disk(folder, size):
    subprocess.run(["mount", "-o", f"remount,size={size}", folder], check=True)


def test_a_disk_that_is_full(witness, small_disk):
    connections.close_all()
    database = small_disk / "log.sqlite3"
    shutil.copy(connection.settings_dict["NAME"], database)
    size_of_disk(small_disk, database.stat().st_size + 700_000)
    with database_at(database):
        full_after(until_full, witness)
        assert shutil.disk_usage(small_disk).free < 100_000
        witness.look()
        size_of_disk(small_disk, "100m")
        goes_on(witness)
