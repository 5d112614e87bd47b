"""The check: read everything again, recompute it, and name what is not as it was written.

It takes a still picture of the database, so the log may go on growing meanwhile. What it cannot show: that somebody
with both the database and the key did not write another history. Only heads that others hold show that.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

from ninefold import clock
from ninefold.errors import NinefoldError
from ninefold.ledger import append_only, keeping
from ninefold.ledger.checks.cosignatures import check_cosignatures
from ninefold.ledger.checks.directory import check_directory
from ninefold.ledger.checks.entries import Tally, check_entries
from ninefold.ledger.checks.findings import Findings, Report
from ninefold.ledger.checks.grants import check_grants
from ninefold.ledger.checks.held import check_held
from ninefold.ledger.checks.key_changes import check_key_changes
from ninefold.ledger.checks.rows import check_types
from ninefold.ledger.checks.time_stamps import check_time_stamps
from ninefold.ledger.checks.tree import check_tree
from ninefold.ledger.models import Checkpoint, Cosignature, Entry, Leaf
from ninefold.ledger.succession import KeyLine


def _nothing(_: int) -> None:
    pass


def check(step: Callable[[int], None] = _nothing) -> Report:
    """The report on the whole log. `step` is told how many more of `steps()` rows are done."""
    findings = Findings()
    tally, sizes = Tally(), (0, 0)
    keys = _keys(findings)
    remembered = keeping.last_note()  # before the picture is taken, so that the log may go on growing
    with _picture():
        try:
            _check_database(findings)
            check_types(findings)
            tally = check_entries(findings, step)
            check_directory(findings)
            sizes = check_tree(findings, tally.waiting, keys, step)
            check_cosignatures(findings, keys, step)
            _check_remembered(findings, keys, remembered)
            check_key_changes(findings)
            check_time_stamps(findings)
            check_grants(findings, clock.now())
            check_held(findings, clock.now())
        except DatabaseError as error:
            findings.add("database", "", "The database cannot be read to its end: {why}", why=str(error))
    told = tally.entries, tally.erased, len(tally.waiting)
    return Report(*told, *sizes, list(findings), findings.lost, dict(findings.older))


def steps() -> int:
    """How many rows a check reads, for a progress bar."""
    return sum(rows.objects.count() for rows in (Entry, Leaf, Checkpoint, Cosignature))


def _keys(findings: Findings) -> KeyLine | None:
    try:
        return keeping.key_line()
    except NinefoldError as error:
        findings.add("key", "log.key", "No signature can be checked: {why}", why=str(error))
        return None


def _check_database(findings: Findings) -> None:
    """The triggers, and on SQLite the file's own order: an index that lost a row hides it from every query."""
    for name in append_only.missing():
        findings.add("database", name, "The trigger {name} is gone: the database would let the log be changed.")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check(20)")
            for (line,) in cursor.fetchall():
                if line != "ok":
                    findings.add("database", "", "The database file is damaged: {why}", why=line)


def _check_remembered(findings: Findings, keys: KeyLine | None, note: str | None) -> None:
    """The note beside the key must be one of those in the table: what was signed once stays signed."""
    if note is None or keys is None:
        return
    try:
        size = keys.open(note)[0].size
    except NinefoldError as error:
        findings.add("key", "log.head", "The last signed note beside the key was changed: {why}", why=str(error))
        return
    if not Checkpoint.objects.filter(size=size, note=note).exists():
        findings.add("checkpoint", size, "This log signed a tree of size {name} that the database does not hold.")


@contextmanager
def _picture() -> Iterator[None]:
    """One state of the database for all queries, without keeping anybody from writing."""
    if connection.in_atomic_block:
        yield
        return
    begin = "BEGIN DEFERRED" if connection.vendor == "sqlite" else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    with connection.cursor() as cursor:
        cursor.execute(begin)
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
