"""What the database tells: its engine and tables, the log's beat, the clock, and jobs that failed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from ninefold.access.reads import failing, was_changed
from ninefold.errors import NinefoldError
from ninefold.jobs.reads import failures
from ninefold.keeping import chain
from ninefold.ledger import append_only, keeping, reads, stored, timeguard
from ninefold.web.doctor.fault import Fault
from ninefold.web.ledger.head import fault

# The oldest PostgreSQL that is still mended by its makers.
OLDEST_POSTGRESQL = 14
_WANTED: dict[str, dict[str, object]] = {
    "sqlite": {"journal_mode": "wal", "synchronous": 2, "recursive_triggers": 1, "foreign_keys": 1},
    "postgresql": {"fsync": "on", "full_page_writes": "on", "server_encoding": "UTF8"},
}
_ASK = {"sqlite": "PRAGMA {name}", "postgresql": "SHOW {name}"}
# A beat may be late by as much: a worker that was killed holds its job for half a minute.
_LATE = timedelta(minutes=2)
_TOO_LONG = timedelta(hours=1)


def look_at_records(now: datetime, *, running: bool) -> Iterator[Fault]:
    """Every fault of the records. `running`: the workspace is being served, so its beat should be felt."""
    try:
        yield from _engine()
        missing = list(_tables())
        yield from missing
        if not missing:
            yield from _log(now, running=running)
            yield from _clock(now)
            yield from _jobs()
            yield from _notices(now)
            yield from _copies()
            yield from _directory()
    except DatabaseError as error:
        wrong = f"the database cannot be read: {str(error).splitlines()[0]}"
        yield Fault("database", wrong, "start it; if it runs, put back the newest backup into a new folder")


def _engine() -> Iterator[Fault]:
    with connection.cursor() as cursor:
        for name, wanted in _WANTED[connection.vendor].items():
            cursor.execute(_ASK[connection.vendor].format(name=name))
            found = cursor.fetchone()[0]
            if found != wanted:
                yield Fault("database", f"{name} is {found}", f"set it to {wanted}: an act must outlive a power cut")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA quick_check(1)")
            if (told := cursor.fetchone()[0]) != "ok":
                wrong = f"the file is damaged: {str(told).splitlines()[0]}"
                yield Fault("database", wrong, "put back the newest backup into a new folder")
        elif int(connection.pg_version) < OLDEST_POSTGRESQL * 10_000:  # type: ignore[attr-defined]
            wrong = f"PostgreSQL {connection.pg_version // 10_000} is no longer mended"  # type: ignore[attr-defined]
            yield Fault("database", wrong, f"move to PostgreSQL {OLDEST_POSTGRESQL} or newer")


def _tables() -> Iterator[Fault]:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield Fault("database", "its tables are of an older version", "start the workspace once; that brings them up")
        return
    for name in append_only.missing():
        wrong = f"the trigger {name} is gone, so the database would let the log be changed"
        yield Fault("database", wrong, "find out who removed it, and run `ninefold ledger check`")


def _log(now: datetime, *, running: bool) -> Iterator[Fault]:
    try:
        state, broken = reads.status(), fault()
    except NinefoldError as error:
        yield Fault("log", str(error), "nothing is published until that is mended")
        return
    if broken:
        yield Fault("log", broken, "run `ninefold ledger check`; nothing is published meanwhile")
    if state.size and keeping.last_note() is None:
        yield Fault("keys", "keys/log.head is missing", "put it back with the keys; it remembers what was signed last")
    if running and state.next_beat and now > state.next_beat + _LATE:
        wrong = f"nothing was published since {state.published:%Y-%m-%d %H:%M} UTC"
        yield Fault("log", wrong, "read what the program said on its terminal or in the journal")
    backlog = timedelta(seconds=settings.BEAT_SECONDS * (state.waiting // state.leaves_a_beat))
    if backlog > _TOO_LONG:
        wrong = f"{state.waiting} entries wait for their leaf, some for more than an hour"
        yield Fault("log", wrong, "raise NINEFOLD_BEAT_LEAVES and start again")


def _clock(now: datetime) -> Iterator[Fault]:
    if wrong := timeguard.fault(now):
        yield Fault("clock", str(wrong), "nothing is signed until the clock is right")


def _jobs() -> Iterator[Fault]:
    failed = failures()
    if failed:
        wrong = f"{len(failed)} jobs failed for good, the last one {failed[0].path}: {failed[0].what.splitlines()[0]}"
        yield Fault("jobs", wrong, "mend what it says; failures are forgotten after two weeks")


def _notices(now: datetime) -> Iterator[Fault]:
    """How many people are not reached, and since when; never who."""
    days = [channel.failing_since for channel in failing(now).values() if channel.failing_since]
    if days:
        wrong = f"nothing could be delivered to {len(days)} of those who turned notices on, first on {min(days)}"
        yield Fault("notices", wrong, "see that the mail server takes letters with the settings NINEFOLD_MAIL_…")


def _directory() -> Iterator[Fault]:
    if settings.DIRECTORY and was_changed(settings.DIRECTORY):
        wrong = "what decides about it was changed since an administrator agreed, so it signs nobody in"
        yield Fault("directory", wrong, "if you changed its file, let an administrator agree on the page")


def _copies() -> Iterator[Fault]:
    changed = stored.last_key_change()
    for known in chain.known():
        if max((mark.size for mark in known.marks), default=changed) < changed:
            wrong = f"no copy in {known.folder} holds the log's key of today: restored, none could go on with this log"
            yield Fault("backup", wrong, f"run `ninefold backup --to {known.folder}`")
