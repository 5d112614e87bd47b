"""How a child process learns that it should end: a signal, or the end of its parent.

The parent holds the other end of the child's standard input and never writes. However the parent ends, the system
closes that end, so nothing is left running.
"""

import os
import signal
import threading
from collections.abc import Callable

# When to stop asking: a thread that does not come back must not keep the machine's memory or the database's locks.
LAST_SECONDS = 8.0


def hold(stop: Callable[[], None]) -> None:
    """Call `stop` once, from some thread, when this process should end; end it by force if it does not follow."""
    asked = threading.Event()

    def ask() -> None:
        if not asked.is_set():
            asked.set()
            last = threading.Timer(LAST_SECONDS, os._exit, (1,))
            last.daemon = True
            last.start()
            stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ask())
    threading.Thread(target=_until_parent_ends, args=(ask,), name="lifeline", daemon=True).start()


def _until_parent_ends(ask: Callable[[], None]) -> None:
    # Not through `sys.stdin`: its lock would be held when the interpreter ends.
    while os.read(0, 1):
        pass
    ask()
