"""A bell that rings once a change is committed: "look again", and nothing about what changed.

Inside the process every listener is called after the commit. On PostgreSQL a NOTIFY travels with the transaction, so
that other processes hear it too. A missed ring is harmless: whoever listens also looks at a steady beat.
"""

import threading
from collections.abc import Callable
from typing import Any, TypeAlias

import django.db
from django.db import connection, transaction

CHANNEL = "ninefold"

# How often a listener looks although nothing rang: a process that writes to the same SQLite file rings nobody here.
BACKSTOP_SECONDS = 0.1

# How soon a lost connection is tried again, and how soon the ear notices that it should stop.
_RECONNECT_SECONDS = 1.0
_HEAR_SECONDS = 0.5

Listener: TypeAlias = Callable[[], None]
_listeners: set[Listener] = set()
_lock = threading.Lock()


def ring() -> None:
    """Tell every listener once the caller's transaction is committed; a rollback rings nobody."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")
    transaction.on_commit(_tell, robust=True)


def listen(listener: Listener) -> Callable[[], None]:
    """Call `listener` at every ring, in the thread that rang; returns how to stop.

    A listener must be quick and safe in any thread, such as `Event.set` or a loop's `call_soon_threadsafe`.
    """
    with _lock:
        _listeners.add(listener)

    def stop() -> None:
        with _lock:
            _listeners.discard(listener)

    return stop


def _tell() -> None:
    with _lock:
        listeners = tuple(_listeners)
    for listener in listeners:
        listener()


class Ear(threading.Thread):
    """Hears the rings of other processes on PostgreSQL; on SQLite there is nothing to hear and it ends at once."""

    def __init__(self) -> None:
        super().__init__(name="doorbell", daemon=True)
        self._stopping = threading.Event()

    def run(self) -> None:
        """Listen until stopped; a lost connection is made anew."""
        if connection.vendor != "postgresql":
            return
        try:
            while not self._stopping.is_set():
                self._hear_until_lost()
        finally:
            connection.close()

    def stop(self) -> None:
        """Ask the thread to end; it does within half a second."""
        self._stopping.set()

    def _hear_until_lost(self) -> None:
        try:
            connection.close_if_unusable_or_obsolete()
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
            driver: Any = connection.connection
            with connection.wrap_database_errors:
                while not self._stopping.is_set():
                    for _ in driver.notifies(timeout=_HEAR_SECONDS, stop_after=1):
                        _tell()
        except django.db.Error:
            connection.close()
            self._stopping.wait(_RECONNECT_SECONDS)
