"""Processes that append for as long as they live, and the questions put to the log after they died."""

import contextlib
import itertools
import os
import random
import signal
import time
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from ninefold.clock import now
from ninefold.ledger import keeping
from ninefold.ledger.actions import append, append_many, erase
from ninefold.ledger.beat import beat
from ninefold.ledger.check import check
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.models import Checkpoint, Entry
from ninefold.ledger.refs import Ref
from ninefold.ledger.writing import NewEntry

RAISED = entry_kind("warning.raised", "raised a warning")


def an_act(number):
    return NewEntry(RAISED, "node", Ref("warning", "warning", uuid4()), now(), "tlp:green", {"number": number})


def live(say, chance, acts=None, pause=0.0):
    """Append, erase and publish, and say each thing once it is committed: `entry <id>` or `tree <size> <root>`.

    With a pause (seconds, at most) between acts another process gets its turn: a lock of SQLite is not fair.
    """
    for number in itertools.count() if acts is None else range(acts):
        what = chance.random()
        with transaction.atomic():
            if what < 0.75:
                done = [act_alone(number)]
            elif what < 0.95:
                done = append_many([an_act(number) for _ in range(chance.randrange(2, 40))])
            else:
                done = [erase(entry=act_alone(number), reason="asked for", by="node", now=now())]
        say(f"entry {' '.join(str(entry.id) for entry in done)}")
        if chance.random() < 0.3:
            published = beat(now())
            say(f"tree {published.size} {published.root.hex()}")
        time.sleep(pause * chance.random())


def act_alone(number):
    _, actor, subject, moment, marking, body, *_ = an_act(number)
    return append(kind=RAISED, actor=actor, subject=subject, now=moment, marking=marking, body=body)


class Witness:
    """What was acknowledged: it must be there afterwards, whatever happened in between."""

    def __init__(self):
        self.entries = set()
        self.trees = {}

    def hear(self, text):
        # A line that was cut off was never said.
        for line in text.split("\n")[:-1]:
            what, *words = line.split(" ")
            if what == "entry":
                self.entries.update(words)
            elif what == "tree":
                self.trees[int(words[0])] = words[1]
            else:
                pytest.fail(f"the process said: {line}")

    def look(self):
        """No acknowledged entry is lost, the tree checks, and every tree that was ever published is part of it."""
        there = {str(found) for found in Entry.objects.values_list("id", flat=True)}
        assert self.entries <= there
        report = check()
        assert [str(finding) for finding in report.findings] == []
        published = {size: bytes(root).hex() for size, root in Checkpoint.objects.values_list("size", "root")}
        assert self.trees.items() <= published.items()
        assert report.leaves == max(published, default=0)
        return report


@pytest.fixture
def witness(log_key):
    return Witness()


@pytest.fixture
def log_key():
    if not (settings.WORKSPACE / "keys" / "log.key").exists():
        keeping.create_log_key(settings.WORKSPACE, settings.LOG_ORIGIN)
    return keeping.log_signer()


@pytest.fixture
def chance():
    """Other moments in every run; the seed is in the test's output when it fails."""
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    return random.Random(seed)


@contextlib.contextmanager
def child(work):
    """A process forked from this warm one. Yields its id and the end of a pipe on which it speaks."""
    connections.close_all()
    hear, speak = os.pipe()
    process = os.fork()
    if process == 0:
        code = 1
        try:
            os.close(hear)
            work(lambda line: os.write(speak, f"{line}\n".encode()))
            code = 0
        except BaseException as error:  # noqa: BLE001 (told to the parent, who fails the test)
            os.write(speak, f"error {type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(code)
    os.close(speak)
    try:
        yield process, hear
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(process, 0)
        os.close(hear)


def rest_of(hear):
    """Everything that the process still said before it ended."""
    said = b""
    while part := os.read(hear, 1 << 16):
        said += part
    return said.decode()


@contextlib.contextmanager
def database_at(path):
    """Ask the database in another file (SQLite)."""
    connection.close()
    usual = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = str(path)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


@pytest.fixture
def sqlite_only():
    if connection.vendor != "sqlite":
        pytest.skip("the files of SQLite")
