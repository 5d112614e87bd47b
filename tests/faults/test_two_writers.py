"""Two processes append and publish at once: one order, no gap, one tree."""

import os
import random

import pytest

from ninefold.ledger.models import Checkpoint, Entry

from .conftest import child, live, rest_of

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


def test_two_processes_at_once_write_one_log(witness, chance):
    seeds = [chance.random(), chance.random()]

    def work(seed):
        return lambda say: live(say, random.Random(seed), acts=120, pause=0.04)

    with child(work(seeds[0])) as (one, hear_one), child(work(seeds[1])) as (other, hear_other):
        said = [rest_of(hear_one), rest_of(hear_other)]
        assert [os.waitpid(one, 0)[1], os.waitpid(other, 0)[1]] == [0, 0], said
    for text in said:
        witness.hear(text)
    report = witness.look()
    serials = list(Entry.objects.order_by("serial").values_list("serial", flat=True))
    assert serials == list(range(1, report.entries + 1))
    assert Checkpoint.objects.count() == len(witness.trees)
    turns = [line.split()[1] for line in said[0].split("\n") if line.startswith("entry")]
    first, last = Entry.objects.get(id=turns[0]).serial, Entry.objects.get(id=turns[-1]).serial
    others = {line.split()[1] for line in said[1].split("\n") if line.startswith("entry")}
    assert Entry.objects.filter(id__in=others, serial__gt=first, serial__lt=last).exists(), "they took turns"
