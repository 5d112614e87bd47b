"""Nobody can tell from outside how busy a week was: not by what grows, nor when, nor what travels.

`benchmarks/silence.py` does the same with longer weeks, and also takes how long each beat took.
"""

import random
from datetime import timedelta
from itertools import count

import numpy as np
import pytest
from django.conf import settings
from django.db import transaction
from telling_apart import told_apart
from time_authority import Authority, serving
from weeks import act, busy, honest, idle, leaky, play

from ninefold import clock
from ninefold.ledger import stored
from ninefold.ledger.actions import append_many
from ninefold.ledger.beat import beat
from ninefold.ledger.models import Checkpoint

WEEKS, BEATS = 8, 6
COLUMNS = ("size", "growth", "late", "checkpoint", "tile", "bundle", "clear", "keys", "bits")


@pytest.fixture
def weeks(log_key, db, tmp_path, static_files):
    """Play weeks of one kind, all from the same log on."""
    beat(clock.now() - timedelta(days=1))
    numbers = count()
    authority = Authority(tmp_path / "authority", "one.example")
    authority.make()

    def of(kind, beat=honest):
        folders = (tmp_path / str(next(numbers)) for _ in range(WEEKS))
        asked = {"authority": authority, "beats": BEATS, "beat": beat}
        return [play(folder, kind, seed=seed, **asked) for seed, folder in enumerate(folders)]

    with serving(authority):
        yield of


def measured(weeks):
    """Of each week the mean and the spread of everything that was noted of its beats."""
    rows = np.array([[_numbers(seen) for seen in week.seen] for week in weeks], dtype=float)
    return np.hstack([rows.mean(axis=1), rows.std(axis=1)])


def _numbers(seen):
    noted = [getattr(seen, name) for name in COLUMNS]
    heard = len(seen.asked), sum(seen.asked), *map(sum, zip(*seen.answered, strict=True))
    return [*noted, *heard, *(part for each in (seen.openings, seen.stamped) for part in (len(each), sum(each)))]


def without_chance(week):
    """All that was seen but the bits of the leaves, which are random."""
    return tuple(seen.without_chance() for seen in week.seen)


def test_busy_weeks_and_idle_ones_look_the_same(weeks):
    quiet, full = weeks(idle), weeks(busy)
    assert max(week.acts for week in quiet) == 0
    assert sum(week.acts for week in full) > WEEKS * BEATS * settings.BEAT_LEAVES, "more than there are leaves for"
    # What the design promises holds to the byte: every size and moment of every beat, in all weeks.
    assert {without_chance(week) for week in quiet + full} == {without_chance(quiet[0])}
    first, rotated, *_ = quiet[0].seen[: BEATS // 2], quiet[0].seen[BEATS // 2]
    assert {seen.growth for seen in first} == {settings.BEAT_LEAVES}
    assert (rotated.growth, len(rotated.openings)) == (2 * settings.BEAT_LEAVES, 1), "a publication with the new key"
    assert [len(seen.stamped) for seen in quiet[0].seen] == [1, 0] * (BEATS // 2)
    assert {(len(seen.asked), *(status for status, _ in seen.answered)) for seen in quiet[0].seen} == {(1, 200)}
    # What is left to chance, the bits of the leaves, tells nothing either.
    told = told_apart(measured(full), measured(quiet))
    assert told.chance > 0.001
    assert told.lower < 0.5
    # The same looks find the smallest leak that a log could have: one more leaf where anything waits.
    told = told_apart(measured(weeks(busy, leaky)), measured(quiet))
    assert told.chance < 0.001
    assert told.lower > 0.9
    assert Checkpoint.objects.count() == 1, "every week was taken back"


@pytest.mark.django_db
def test_a_burst_comes_into_the_tree_eight_leaves_a_beat(small_log):
    """What does not fit waits, and nobody outside sees that it does: 101 acts take 13 beats."""
    with transaction.atomic():
        append_many([act(random.Random(1), clock.now()) for _ in range(100)])
    for left in [*range(100 + 1 - 8, 0, -8), 0]:
        beat(clock.now())
        assert stored.count_waiting() == left
