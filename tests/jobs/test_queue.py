from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import sample_jobs
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from ninefold.errors import InvalidError, NotThereError
from ninefold.jobs import clocks, holds, reads
from ninefold.jobs.models import Hold
from ninefold.jobs.queue import DEFAULT, job_at
from ninefold.jobs.worker import Worker

NOON = datetime(2024, 4, 30, 12, tzinfo=UTC)
ME, OTHER = uuid4(), uuid4()

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    monkeypatch.setenv(sample_jobs.TRACE, str(tmp_path / "trace"))
    return tmp_path / "trace"


def lines(file):
    return file.read_text().splitlines() if file.exists() else []


def run_ready(now):
    return Worker(clock=lambda: now, acts=()).run_ready(DEFAULT)


def take(worker=ME, now=NOON):
    return holds.take(queue=DEFAULT, worker=worker, now=now)


def the_state():
    return reads.state(DBTaskResult.objects.get().pk)


def test_a_job_runs_once_and_is_told_the_time(file):
    sample_jobs.note.enqueue("hello")
    assert run_ready(NOON) == 1
    assert lines(file) == [f"{NOON.isoformat()} hello"]
    assert (the_state(), run_ready(NOON)) == ("successful", 0)


def test_a_job_of_a_change_that_was_rolled_back_does_not_exist(file):
    with transaction.atomic():
        sample_jobs.note.enqueue("never")
        transaction.set_rollback(True)
    assert run_ready(NOON) == 0


def test_a_job_waits_for_its_time(file):
    sample_jobs.note.using(run_after=NOON + timedelta(hours=1)).enqueue("later")
    assert run_ready(NOON) == 0
    assert run_ready(NOON + timedelta(hours=1)) == 1


def test_a_failing_job_is_tried_again_later_each_time_and_then_says_what_happened(file):
    queued = UUID(sample_jobs.stumble.enqueue("a name that a person wrote").id)
    tries = [second for second in range(120) if run_ready(NOON + timedelta(seconds=second))]
    assert tries == [0, 10, 50]
    (failure,) = reads.failures()
    assert (failure.id, failure.when) == (queued, NOON + timedelta(seconds=50))
    assert failure.what.startswith("KeyError\nstumble in ")
    assert "a name that a person wrote" not in failure.what


def test_a_refusal_is_final_and_keeps_its_words(file):
    sample_jobs.refuse.enqueue("Treasury")
    assert [run_ready(NOON), run_ready(NOON + timedelta(days=1))] == [1, 0]
    assert reads.failures()[0].what.startswith("The office Treasury is closed.\n")


def test_a_job_that_this_version_does_not_know_fails_by_name(file):
    sample_jobs.note.enqueue("x")
    DBTaskResult.objects.update(task_path="sample_jobs.gone")
    run_ready(NOON)
    assert "There is no job sample_jobs.gone" in reads.failures()[0].what
    with pytest.raises(InvalidError, match=r"no job sample_jobs\.trace"):
        job_at("sample_jobs.trace")


def test_the_job_of_a_dead_worker_is_taken_by_another_and_the_dead_one_cannot_finish_it():
    sample_jobs.note.enqueue("x")
    held = take()
    late = NOON + holds.LEASE
    assert (take(worker=OTHER), holds.recover(now=late - timedelta(seconds=1))) == (None, 0)
    assert holds.recover(now=late) == 1
    again = take(worker=OTHER, now=late)
    assert (again.id, again.tries) == (held.id, 2)
    assert holds.finish(held, now=late) is False
    assert holds.give_up(held, ValueError(), now=late) is False
    assert the_state() == "running"
    assert holds.finish(again, now=late) is True


def test_a_living_worker_keeps_its_job():
    sample_jobs.note.enqueue("x")
    running = [take().id]
    holds.renew(running, worker=ME, now=NOON + timedelta(seconds=20))
    holds.renew(running, worker=OTHER, now=NOON + timedelta(hours=9))
    holds.renew([], worker=ME, now=NOON + timedelta(hours=9))
    assert holds.recover(now=NOON + timedelta(seconds=49)) == 0
    assert holds.recover(now=NOON + timedelta(seconds=50)) == 1


def test_a_worker_that_stops_hands_back_its_job_and_the_try_does_not_count():
    sample_jobs.note.enqueue("x")
    take()
    holds.put_back(worker=ME, now=NOON)
    assert take(worker=OTHER).tries == 1


def test_a_job_that_ends_its_workers_is_not_tried_for_ever():
    sample_jobs.note.enqueue("x")
    for death in range(5):
        assert take(now=NOON + death * holds.LEASE).tries == death + 1
        holds.recover(now=NOON + (death + 1) * holds.LEASE)
    assert reads.failures()[0].what == "The worker ended 5 times while it ran."


def test_finished_jobs_are_purged_and_failures_later():
    sample_jobs.note.enqueue("x")
    sample_jobs.refuse.enqueue("y")
    run_ready(NOON)
    clocks.purge(NOON + timedelta(hours=1))
    assert DBTaskResult.objects.count() == 2
    clocks.purge(NOON + timedelta(hours=2))
    assert [failure.path for failure in reads.failures()] == ["sample_jobs.refuse"]
    clocks.purge(NOON + timedelta(days=15))
    assert (DBTaskResult.objects.count(), Hold.objects.count()) == (0, 0)
    with pytest.raises(NotThereError):
        reads.state(uuid4())
