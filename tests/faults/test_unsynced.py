"""The power goes at any moment, and every write that was not synced is gone with it."""

import ctypes
import os
import random
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from django.db import connection, connections

from .conftest import child, database_at, live, rest_of
from .replay import CALLS, Disk, replay

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sqlite_only")]

ACTS = 20
_LET_ANYBODY_TRACE = (0x59616D61, ctypes.c_ulong(-1))  # prctl(2): PR_SET_PTRACER, PR_SET_PTRACER_ANY


@pytest.fixture
def traced(log_key, tmp_path, chance):
    """What a process wrote, synced and said while it appended: the lines of its trace, and where it began."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")

    def run(setting):
        database, trace = Path(connection.settings_dict["NAME"]), tmp_path / "trace"
        connections.close_all()
        before = {path.name: path.read_bytes() for path in database.parent.glob(f"{database.name}*")}
        go = os.pipe()

        def work(say):
            ctypes.CDLL(None).prctl(*_LET_ANYBODY_TRACE)
            say("ready")
            os.read(go[0], 1)
            with connection.cursor() as cursor:
                cursor.execute(setting)
            # The process never closes its database: a power cut does not ask.
            live(say, random.Random(chance.random()), acts=ACTS)

        with child(work) as (process, hear):
            assert os.read(hear, 64) == b"ready\n"
            options = ["-y", "-xx", "-s", "70000", "-e", f"trace={CALLS}", "-o", str(trace), "-p", str(process)]
            tracer = subprocess.Popen(["strace", *options], stderr=subprocess.PIPE, text=True)
            _wait_for(process, tracer)
            os.write(go[1], b"!")
            said = rest_of(hear)
            tracer.communicate(timeout=60)
        assert "error " not in said
        return trace, before, database

    return run


def _wait_for(process, tracer):
    for _ in range(500):
        if tracer.poll() is not None:
            pytest.skip(f"strace may not look at processes here: {tracer.stderr.read()}")
        if _is_traced(process):
            return
        time.sleep(0.01)
    pytest.fail("strace did not begin")


def _is_traced(process):
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return "TracerPid:\t0\n" not in status


@pytest.fixture
def workspace(log_key, settings, tmp_path):
    """The folder in which the log is looked at afterwards: the key, and no note of what was published."""
    folder = tmp_path / "after"
    (folder / "keys").mkdir(parents=True)
    shutil.copy(settings.WORKSPACE / "keys" / "log.key", folder / "keys")
    return folder


@pytest.mark.parametrize("share", [0, 0.5, 0.95], ids=["none-survives", "half-survives", "most-survives"])
def test_no_acknowledged_entry_needs_a_write_that_was_not_synced(traced, witness, chance, workspace, settings, share):
    # The write-ahead log is often written back, so that the moments of that are among those looked at.
    trace, before, database = traced("PRAGMA wal_autocheckpoint = 40")
    settings.WORKSPACE = workspace
    disk, points = Disk(dict(before)), {"said": 0, "synced": 0}
    with trace.open() as lines:
        for what, which in replay(lines, disk, database.parent):
            if what == "said":
                witness.hear(which)
            points[what] += 1
            _open_after_power_loss(disk, witness, workspace, database.name, lambda: chance.random() < share)
    assert points["said"] > ACTS
    assert points["synced"] > ACTS
    assert disk.durable[database.name] != before[database.name], "the log was also written back into its file"
    print(f"{points['said']} acknowledgements and {points['synced']} syncs; {len(witness.entries)} entries")


def test_a_database_that_does_not_wait_for_the_disk_would_be_caught(traced, witness, workspace, settings):
    trace, before, database = traced("PRAGMA synchronous = NORMAL")
    settings.WORKSPACE = workspace
    disk = Disk(dict(before))
    with trace.open() as lines:
        for what, which in replay(lines, disk, database.parent):
            if what == "said":
                witness.hear(which)
    with pytest.raises(AssertionError):
        _open_after_power_loss(disk, witness, workspace, database.name, lambda: False)


def _open_after_power_loss(disk, witness, workspace, name, survives):
    for path in workspace.glob(f"{name}*"):
        path.unlink()
    for each, content in disk.after_power_loss(survives).items():
        if each.startswith(name):
            (workspace / each).write_bytes(content)
    with database_at(workspace / name):
        witness.look()


def test_the_disk_that_forgets_would_show_a_missing_sync():
    """The instrument itself: a write without a sync is gone, and what follows a sync does not save it."""
    disk = Disk({"a": b"old"})
    lines = [
        'pwrite64(3</f/a>, "\\x6e\\x65\\x77", 3, 0) = 3',
        'write(5<pipe:[9]>, "\\x65\\x6e\\x74\\x72\\x79\\x20\\x31\\x0a", 8) = 8',
        "fdatasync(4</f/b>) = 0",
        "pwrite64(3</f/a>, \"\\x21\", 1, 3) = -1 ENOSPC (No space left on device)",
    ]  # fmt: skip
    happened = list(replay(lines, disk, "/f"))
    assert happened == [("said", "entry 1\n"), ("synced", "b")]
    assert disk.after_power_loss()["a"] == b"old"
    assert disk.after_power_loss(lambda: True)["a"] == b"new"
    list(replay(["fdatasync(3</f/a>) = 0", "ftruncate(3</f/a>, 1) = 0"], disk, "/f"))
    assert disk.after_power_loss()["a"] == b"new"
    assert disk.after_power_loss(lambda: True)["a"] == b"n"
