"""A change of the log's key is killed at every step; the log goes on with exactly one key, and nothing is lost."""

import os
import signal
import sys
from itertools import count

import pytest
from django.conf import settings
from django.db import connections

from ninefold.clock import now
from ninefold.ledger import keeping, stored
from ninefold.ledger.beat import beat
from ninefold.ledger.rotation import rotate_key

from .conftest import child, live, rest_of

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

# Every step in these functions and files is a moment at which the process is killed.
WATCHED_FILES = {"switching.py", "rotation.py", "beat.py", "stored.py", "keeping.py", "transaction.py"}
WATCHED = {"to_file", "append", "write"}


@pytest.fixture(autouse=True)
def _own_keys(settings, tmp_path):
    (tmp_path / "keys").mkdir()
    settings.WORKSPACE = tmp_path


def killed_at(step):
    """A function for `sys.setprofile` that kills this process at its so-many-th step."""
    steps = count()

    def look(frame, _event, _argument):
        code = frame.f_code
        if (code.co_filename.rpartition("/")[2] in WATCHED_FILES or code.co_name in WATCHED) and next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    return look


def rotate_until(step):
    def work(say):
        sys.setprofile(killed_at(step))
        rotate_key(stolen=False, now=now())
        sys.setprofile(None)
        say("done")

    return work


def files():
    return sorted(path.name for path in (settings.WORKSPACE / "keys").iterdir() if path.name.startswith("log.key"))


def test_a_kill_at_any_step_leaves_one_key(witness, chance):
    """Three steps at a time, from another first one in each run; every third of them is met over the runs."""
    live(lambda line: witness.hear(f"{line}\n"), chance, acts=4)
    beat(now())
    survived, switched = False, 0
    for step in range(chance.randrange(3), 3_000, 3):
        before = keeping.log_signer().verifier
        changes = len(stored.key_changes())
        connections.close_all()
        with child(rotate_until(step)) as (process, hear):
            said = rest_of(hear)
            ended = os.waitpid(process, 0)[1]
        survived = said == "done\n"
        assert survived or ended == signal.SIGKILL, said
        after = keeping.log_signer().verifier
        committed = len(stored.key_changes()) > changes
        assert (after != before) == committed
        assert committed or not survived
        switched += committed
        published = beat(now())
        witness.hear(f"tree {published.size} {published.root.hex()}\n")
        if step % 10 == 0 or survived:
            witness.look()
        if survived:
            break
    assert survived
    assert switched > 1, "some kills came after the transaction"
    rotate_key(stolen=False, now=now())
    assert files() == ["log.key"]
    witness.look()
    print(f"killed at {step // 3} steps, of which {switched - 1} after the transaction")
