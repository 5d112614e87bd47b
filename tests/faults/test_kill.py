"""Of two processes that append one is killed, a hundred times; what was acknowledged is there, and the tree is one."""

import os
import random
import signal
import time

import pytest
from django.db import connections

from ninefold.clock import now
from ninefold.ledger.beat import beat

from .conftest import child, live, rest_of

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

KILLS = 100


def test_a_hundred_kills_lose_nothing_that_was_acknowledged(witness, chance):
    """Two processes append; one is killed, the other goes on over its death until it is killed too."""
    for kill in range(KILLS // 2):
        seeds = chance.random(), chance.random()
        with child(appending(seeds[0])) as one, child(appending(seeds[1])) as other:
            for process, hear in (one, other):
                said = os.read(hear, 1 << 16).decode()  # it has begun to append
                time.sleep(chance.random() * 0.03)
                os.kill(process, signal.SIGKILL)
                assert os.waitpid(process, 0)[1] == signal.SIGKILL
                witness.hear(said + rest_of(hear))
        if kill % 5 == 4:
            witness.look()
        connections.close_all()
    beat(now())
    report = witness.look()
    assert len(witness.entries) >= KILLS
    assert report.leaves >= 256
    print(f"{len(witness.entries)} entries acknowledged, {report.entries} there, {len(witness.trees)} trees published")


def appending(seed):
    return lambda say: live(say, random.Random(seed), pause=0.01)
