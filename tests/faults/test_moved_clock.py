"""The clock of a running worker is moved: it signs nothing, says so, and goes on when the clock is right again."""

import os
import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from ninefold.clock import now
from ninefold.web import workspace

LIBRARY = next(iter(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(LIBRARY is None, reason="moves the clock with the package faketime, which is not installed"),
    pytest.mark.skipif("NINEFOLD_DATABASE" in os.environ, reason="these keep their records in files"),
]

PREPARE = "import django; django.setup(); from ninefold.web.preparing import prepare_database; prepare_database()"
ACT = """
import django; django.setup()
from uuid import uuid4
from django.db import transaction
from ninefold import clock
from ninefold.ledger.actions import append
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.refs import Ref
with transaction.atomic():
    append(kind=entry_kind("warning.raised", "raised a warning"), actor="node",
           subject=Ref("warning", "warning", uuid4()), now=clock.now(), marking="tlp:green", body={})
"""


class Machine:
    """A workspace of its own, and processes on it whose clock can be moved."""

    def __init__(self, folder):
        self.folder = folder
        workspace.create(folder / "workspace", sample=False, address="")
        self.set("+0")
        self.python("-c", PREPARE)

    def environment(self):
        moved = {
            "NINEFOLD_WORKSPACE": str(self.folder / "workspace"),
            "DJANGO_SETTINGS_MODULE": "ninefold.web.settings",
            "NINEFOLD_BEAT_SECONDS": "1",
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(self.folder / "clock"),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        return os.environ | moved

    def set(self, off):
        """Move the clock of every process by so much from the true time."""
        (self.folder / "next").write_text(off)
        (self.folder / "next").replace(self.folder / "clock")

    def python(self, *words, status=0):
        done = subprocess.run(
            [sys.executable, *words], env=self.environment(), capture_output=True, text=True, timeout=120
        )
        assert (done.returncode != 0) == (status != 0), done.stdout + done.stderr
        return done.stdout + done.stderr

    def start(self):
        with (self.folder / "said").open("a") as said:
            return subprocess.Popen(
                [sys.executable, "-m", "ninefold.jobs"], env=self.environment(), stdin=subprocess.PIPE, stderr=said
            )

    def times(self):
        """When each checkpoint was signed, by its own account."""
        with sqlite3.connect(self.folder / "workspace" / "ninefold.sqlite3", timeout=20) as database:
            return [time for (time,) in database.execute("SELECT time FROM ledger_checkpoint ORDER BY size")]

    def said(self):
        return (self.folder / "said").read_text()

    def wait_for(self, what, seconds=60):
        last = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < last, self.said()
            time.sleep(0.1)

    def signs(self, more=2):
        before = len(self.times())
        self.wait_for(lambda: len(self.times()) >= before + more)

    def signs_nothing_and_says(self, words, after):
        self.wait_for(lambda: words in self.said()[after:])
        before = self.times()
        time.sleep(3)
        assert self.times() == before


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


@pytest.fixture
def worker(machine):
    process = machine.start()
    machine.signs()
    yield process
    process.stdin.close()
    process.wait(20)


def test_a_clock_that_goes_back_stops_signing_until_it_is_right_again(machine, worker):
    machine.set("-1h")
    machine.signs_nothing_and_says("The clock of this machine went back by ", 0)
    refused = machine.python("-c", ACT, status=1)
    assert "UnavailableError" in refused
    assert "nothing is signed" in refused
    assert "halted" in machine.python("-m", "ninefold", "ledger", "status")
    machine.set("+0")
    machine.signs()
    machine.python("-c", ACT)
    machine.signs()
    assert machine.times() == sorted(machine.times())
    assert "Consistent: everything" in machine.python("-m", "ninefold", "ledger", "check")


def test_a_clock_that_leaps_forward_stops_signing_until_it_is_set_right(machine, worker):
    before = len(machine.times())
    machine.set("+40d")
    machine.signs_nothing_and_says("The clock of this machine leaped forward by ", 0)
    assert "leaped forward" in machine.python("-c", ACT, status=1)
    machine.set("+0")
    machine.signs()
    assert len(machine.times()) >= before + 2
    assert max(machine.times()) < (now() + timedelta(days=1)).isoformat(" ")


def test_a_leap_that_a_person_accepts_is_gone_on_from_and_the_way_back_is_closed(machine, worker):
    machine.set("+40d")
    machine.signs_nothing_and_says("leaped forward", 0)
    assert "which can be right" in machine.python("-m", "ninefold", "ledger", "clock", "--accept")
    machine.signs()
    assert max(machine.times()) > (now() + timedelta(days=39)).isoformat(" ")
    # Started again with the true clock, nothing counted in between helps: what is signed does.
    worker.stdin.close()
    worker.wait(20)
    machine.set("+0")
    (machine.folder / "workspace" / "keys" / "log.clock").unlink()
    said = len(machine.said())
    again = machine.start()
    machine.signs_nothing_and_says("behind the last checkpoint", said)
    assert "behind the last checkpoint" in machine.python("-c", ACT, status=1)
    again.stdin.close()
    again.wait(20)


def test_a_worker_that_is_killed_does_not_forget_the_clock(machine, worker):
    """What is counted goes on when processes end, so a leap between two workers is one too."""
    worker.kill()
    machine.set("+3d")
    said = len(machine.said())
    again = machine.start()
    machine.signs_nothing_and_says("leaped forward by ", said)
    again.stdin.close()
    again.wait(20)
