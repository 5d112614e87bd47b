"""The worker: takes jobs, runs them, fires what falls due. Its clock is passed in.

One process, four threads: a lane for jobs, one for due acts (so that a long job never makes the beat late), one for
questions to other machines (so that a slow answer never makes a job late), and a keeper that renews the holds. A
worker that is killed loses its holds after `LEASE`; another one tries again.
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

import django.db
from django.db import connection

from ninefold.errors import NinefoldError
from ninefold.jobs import holds
from ninefold.jobs.holds import Held
from ninefold.jobs.queue import CLOCK, DEFAULT, OUTSIDE, job_at, what_happened
from ninefold.jobs.schedule import Act, Recurring, Schedule

_log = logging.getLogger(__name__)
_POLL_SECONDS = 0.2
_OUTSIDE_POLL_SECONDS = 1.0  # nobody waits for another machine's answer
_AFTER_TROUBLE_SECONDS = 1.0
_WATCH_SECONDS = 2.0

Clock: TypeAlias = Callable[[], datetime]


class Worker:
    """One process's worth of work on the queue and on the recurring `acts`; it also takes each look of `watches`."""

    def __init__(self, *, clock: Clock, acts: tuple[Recurring, ...], watches: tuple[Act, ...] = ()) -> None:
        self.id = uuid.uuid4()
        self._clock = clock
        self._stopping = threading.Event()
        self._schedule = Schedule(acts)
        self._running: set[uuid.UUID] = set()
        self._watches = watches
        self._watched = 0.0
        self._told: dict[Act, str] = {}

    def run(self, *, grace: float) -> None:
        """Work until stopped; whatever is not finished `grace` seconds later is handed back to the queue."""
        lanes = [
            self._lane("jobs", self._next_job, _POLL_SECONDS),
            self._lane("clock", self._next_due, _POLL_SECONDS),
            self._lane("outside", self._next_question, _OUTSIDE_POLL_SECONDS),
            self._lane("keeper", self._keep, holds.LEASE.total_seconds() / 3),
        ]
        self._stopping.wait()
        for lane in lanes:
            lane.join(grace)
        try:
            holds.put_back(worker=self.id, now=self._clock())
        except django.db.Error as error:
            self._after(error)  # the holds end by themselves
        connection.close()

    def stop(self) -> None:
        """Take nothing more; safe in a signal handler."""
        self._stopping.set()

    def run_ready(self, queue: str) -> int:
        """Run every ready job of a queue in this thread, without lanes; returns how many were taken."""
        taken = 0
        while self._run_one(queue):
            taken += 1
        return taken

    def _next_job(self) -> bool:
        return self._run_one(DEFAULT)

    def _next_question(self) -> bool:
        return self._run_one(OUTSIDE)

    def _next_due(self) -> bool:
        holds.recover(now=self._clock())
        self._schedule.tick(self._clock())
        self._look()
        return self._run_one(CLOCK)

    def _look(self) -> None:
        """Take every look now and then; what is wrong is told once, until it is another thing."""
        if time.monotonic() - self._watched < _WATCH_SECONDS:
            return
        self._watched = time.monotonic()
        for look in self._watches:
            wrong = _what_is_wrong(look, self._clock())
            if wrong and wrong.text != self._told.get(look):
                _log.warning("%s", wrong)
            self._told[look] = wrong.text if wrong else ""

    def _keep(self) -> bool:
        if self._running:
            holds.renew(tuple(self._running), worker=self.id, now=self._clock())
        return False

    def _run_one(self, queue: str) -> bool:
        held = holds.take(queue=queue, worker=self.id, now=self._clock())
        if held is None:
            return False
        self._running.add(held.id)
        try:
            self._run(held)
        finally:
            self._running.discard(held.id)
        return True

    def _run(self, held: Held) -> None:
        try:
            job_at(held.path).run(self._clock(), held.arguments)
        except Exception as error:  # noqa: BLE001 - whatever a job raises is its failure, never the worker's end
            _log.warning("The job %s failed at try %d: %s", held.path, held.tries, what_happened(error))
            failure = error
            self._say(lambda: holds.give_up(held, failure, now=self._clock()))
        else:
            self._say(lambda: holds.finish(held, now=self._clock()))

    def _say(self, how: Callable[[], bool]) -> None:
        """Tell the queue how a job ended, again while the database is away: unsaid, it would be run once more."""
        while True:
            try:
                how()
            except django.db.Error as error:
                self._after(error)
                if self._stopping.wait(_AFTER_TROUBLE_SECONDS):
                    raise
            else:
                return

    def _after(self, error: Exception) -> None:
        _log.warning("The worker cannot reach its queue: %s", what_happened(error))
        connection.close()

    def _lane(self, name: str, step: Callable[[], bool], pause: float) -> threading.Thread:
        lane = threading.Thread(target=self._walk, args=(step, pause), name=f"worker-{name}", daemon=True)
        lane.start()
        return lane

    def _walk(self, step: Callable[[], bool], pause: float) -> None:
        """Step until stopped: at once after work, after a pause when there was none, later after trouble."""
        while not self._stopping.is_set():
            try:
                wait = 0.0 if step() else pause
            except (django.db.Error, NinefoldError) as error:
                self._after(error)
                wait = _AFTER_TROUBLE_SECONDS
            if wait:
                self._stopping.wait(wait)
        connection.close()


def _what_is_wrong(look: Act, now: datetime) -> NinefoldError | None:
    try:
        look(now)
    except NinefoldError as error:
        return error
    return None
