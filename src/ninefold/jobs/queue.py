"""The queue: functions called later, in another process, and tried again when they fail.

A job is a module-level function whose first argument is the time. It is queued in the caller's transaction:

    @job(attempts=4)
    def make_brief(now: datetime, warning: str) -> None: ...

    make_brief.enqueue(warning=str(warning.id))

A job may run more than once (a worker can die after the work and before saying so): write it so that this is harmless.
Arguments are stored as JSON until the job is purged: pass references, never text that people wrote.
"""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Concatenate, ParamSpec

from django.utils.module_loading import import_string
from django_tasks.base import Task

from ninefold.errors import InvalidError, NinefoldError, RefusedError

P = ParamSpec("P")

DEFAULT = "default"
OUTSIDE = "outside"  # questions to other machines: a lane of their own, so that a slow answer holds nobody up
CLOCK = "clock"  # recurring acts: a lane of their own, so that a long job never makes a due act late

_LONGEST_WAIT = timedelta(hours=1)
_GROWTH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Task[P, None]):
    """A function with its rules for trying again. `enqueue(...)` takes the arguments after `now`."""

    attempts: int
    wait: timedelta

    def run(self, now: datetime, arguments: dict[str, Any]) -> None:
        """Call the function as a worker does."""
        self.func(now, *arguments["args"], **arguments["kwargs"])  # type: ignore[arg-type]

    def next_try(self, error: Exception, *, tries: int, now: datetime) -> datetime | None:
        """When to try again after the `tries`-th failure; None for never. A rule's refusal stays a refusal."""
        if tries >= self.attempts or isinstance(error, InvalidError | RefusedError):
            return None
        return now + min(self.wait * int(_GROWTH ** (tries - 1)), _LONGEST_WAIT)


def job(
    *, attempts: int = 4, wait: timedelta = timedelta(seconds=5), queue: str = DEFAULT
) -> Callable[[Callable[Concatenate[datetime, P], None]], Job[P]]:
    """Make a function a job: at most `attempts` tries, `wait` after the first failure and four times more each time."""

    def declare(function: Callable[Concatenate[datetime, P], None]) -> Job[P]:
        return Job(func=function, attempts=attempts, wait=wait, queue_name=queue)  # type: ignore[arg-type]

    return declare


def job_at(path: str) -> Job[Any]:
    """The job with this dotted path, as stored in the queue."""
    try:
        found = import_string(path)
    except ImportError:
        found = None
    if not isinstance(found, Job):
        raise InvalidError("There is no job {path} in this version.", path=path)
    return found


def what_happened(error: BaseException) -> str:
    """An account of a failure for the operator: where, and which kind.

    The text of a foreign exception is left out, because it may quote what somebody wrote.
    """
    steps = traceback.extract_tb(error.__traceback__)
    sentence = str(error) if isinstance(error, NinefoldError) else type(error).__qualname__
    places = [f"{step.name} in {step.filename}, line {step.lineno}" for step in reversed(steps)]
    return "\n".join([sentence, *places])
