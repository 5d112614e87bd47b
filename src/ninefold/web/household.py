"""The processes of a running workspace: started together, watched, stopped together.

A child that ends by itself is started again; one that keeps ending takes all down with a clear word, because a
workspace whose clocks do not run must not look alive. However this process ends, its children follow (`lifeline`).
"""

import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from ninefold.errors import UnavailableError

# So many ends of one child within this time are no accident.
_MOST_ENDS = 3
_WITHIN_SECONDS = 60.0

_LOOK_SECONDS = 0.2
_GRACE_SECONDS = 10.0


@dataclass
class Child:
    """One process: its name in messages, the module that it runs, and its words."""

    name: str
    module: str
    words: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    ends: deque[float] = field(default_factory=deque)

    def start(self, environment: Mapping[str, str]) -> None:
        """Start it in a process group of its own, so that Ctrl-C reaches only the parent, which stops it in order."""
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", self.module, *self.words],
            stdin=subprocess.PIPE,
            env=dict(environment),
            process_group=0,
        )

    def has_ended(self) -> bool:
        """Whether it was started and runs no more."""
        return self.process is not None and self.process.poll() is not None

    def keeps_ending(self, now: float) -> bool:
        """Note an end; whether there were too many of late."""
        self.ends.append(now)
        while now - self.ends[0] > _WITHIN_SECONDS:
            self.ends.popleft()
        return len(self.ends) >= _MOST_ENDS


class Household:
    """All children of one `run`."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._children: list[Child] = []

    def start(self, child: Child) -> None:
        """Start one more child."""
        child.start(self._environment)
        self._children.append(child)

    def mend(self) -> list[str]:
        """Start again what has ended; returns the names. `UnavailableError` when one keeps ending."""
        ended = [child for child in self._children if child.has_ended()]
        for child in ended:
            if child.keeps_ending(time.monotonic()):
                raise UnavailableError(
                    "The {name} ended {n} times within a minute, so everything is stopped. What it said stands above.",
                    name=child.name,
                    n=_MOST_ENDS,
                )
            child.start(self._environment)
        return [child.name for child in ended]

    def watch(self, stopping: threading.Event) -> None:
        """Mend until asked to stop."""
        while not stopping.wait(_LOOK_SECONDS):
            self.mend()

    def stop(self) -> None:
        """Ask all to end, wait, and end by force what does not."""
        running = [child.process for child in self._children if child.process]
        for process in running:
            process.terminate()
        last = time.monotonic() + _GRACE_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, last - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdin:
                process.stdin.close()
