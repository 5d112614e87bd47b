"""Real worker processes on one database, on a clock that the test moves."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import sample_jobs
from worker_process import set_clock, traces, until

from ninefold.jobs import holds
from ninefold.jobs.models import Slot
from ninefold.jobs.queue import CLOCK, DEFAULT
from ninefold.jobs.reads import waiting

NOON = datetime(2024, 4, 30, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.faults


def test_two_workers_fire_each_slot_once_and_once_after_a_sleep(workers, tmp_path):
    set_clock(tmp_path, NOON)
    workers(), workers()
    moments = [NOON + n * MINUTE for n in range(6)] + [NOON + timedelta(hours=9)]
    for done, moment in enumerate(moments, start=1):
        set_clock(tmp_path, moment)
        until(lambda: Slot.objects.count() == done and waiting(queue=CLOCK) == 0)  # noqa: B023
    assert traces(tmp_path) == [f"chime {moment.isoformat()}" for moment in moments]


def test_two_workers_share_jobs_and_run_none_twice(workers, tmp_path):
    set_clock(tmp_path, NOON)
    for n in range(200):
        sample_jobs.note.enqueue(f"job {n}")
    workers(acts=False), workers(acts=False)
    until(lambda: waiting(queue=DEFAULT) == 0)
    assert Counter(line.partition(" ")[2] for line in traces(tmp_path)) == Counter(f"job {n}" for n in range(200))


def test_a_job_whose_worker_is_killed_is_done_by_another(workers, tmp_path):
    set_clock(tmp_path, NOON)
    sample_jobs.dawdle.enqueue(str(tmp_path / "gate"))
    first = workers(acts=False)
    until(lambda: traces(tmp_path) == [f"began {first.process.pid}"])
    first.kill()
    second = workers(acts=False)
    (tmp_path / "gate").touch()
    set_clock(tmp_path, NOON + holds.LEASE)
    until(lambda: waiting(queue=DEFAULT) == 0)
    assert traces(tmp_path) == [f"began {first.process.pid}", f"began {second.process.pid}", "ended"]


def test_a_long_job_does_not_make_a_due_act_late(workers, tmp_path):
    set_clock(tmp_path, NOON)
    sample_jobs.dawdle.enqueue(str(tmp_path / "gate"))
    workers()
    until(lambda: len(traces(tmp_path)) == 2)
    set_clock(tmp_path, NOON + MINUTE)
    until(lambda: f"chime {(NOON + MINUTE).isoformat()}" in traces(tmp_path))
    assert "ended" not in traces(tmp_path)


def test_a_worker_told_to_stop_ends_soon_and_hands_back_its_job(workers, tmp_path):
    set_clock(tmp_path, NOON)
    sample_jobs.dawdle.enqueue(str(tmp_path / "gate"))
    first = workers(acts=False)
    until(lambda: len(traces(tmp_path)) == 1)
    assert first.stop() == 0
    second = workers(acts=False)
    until(lambda: traces(tmp_path)[-1] == f"began {second.process.pid}")
