"""A sheet on which a check notes what the log says of each row. It lies in a file of its own that the disk never names.

So a check of a million rows takes no more memory than one of a thousand.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import NamedTuple

_MADE = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA cache_size = -65536",  # 64 MiB: what goes beyond lies on the disk
    """CREATE TABLE said (
        held TEXT, id TEXT, told TEXT, given INTEGER, ended INTEGER, met INTEGER DEFAULT 0, PRIMARY KEY (held, id)
    ) WITHOUT ROWID""",
    "CREATE TABLE unsaid (held TEXT, subject TEXT, PRIMARY KEY (held, subject)) WITHOUT ROWID",
)


class Noted(NamedTuple):
    """What the log says of a row: whether an entry gave it, and whether one ended it."""

    told: Mapping[str, str]
    given: bool = False
    ended: bool = False


class Sheet:
    """The notes of one check."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._unsaid = False
        for statement in _MADE:
            database.execute(statement)
        database.execute("BEGIN")

    def note(self, table: str, id_: str, noted: Noted) -> None:
        """Note it, in the place of what was noted before."""
        row = (table, id_, json.dumps(dict(noted.told)), noted.given, noted.ended)
        self._database.execute("INSERT OR REPLACE INTO said (held, id, told, given, ended) VALUES (?, ?, ?, ?, ?)", row)

    def of(self, table: str, id_: str) -> Noted | None:
        """What is noted of a row."""
        query = "SELECT told, given, ended FROM said WHERE held = ? AND id = ?"
        found = self._database.execute(query, (table, id_)).fetchone()
        return None if found is None else Noted(json.loads(found[0]), bool(found[1]), bool(found[2]))

    def meet(self, table: str, id_: str) -> None:
        """The database holds this row."""
        self._database.execute("UPDATE said SET met = 1 WHERE held = ? AND id = ?", (table, id_))

    def missed(self, table: str) -> Iterator[tuple[str, Mapping[str, str]]]:
        """What was given, never ended, and not met."""
        query = "SELECT id, told FROM said WHERE held = ? AND given AND NOT ended AND NOT met ORDER BY id"
        for id_, told in self._database.execute(query, (table,)):
            yield id_, json.loads(told)

    def leave_unsaid(self, table: str, subject: str) -> None:
        """What an entry said of this subject was erased."""
        self._unsaid = True
        self._database.execute("INSERT OR IGNORE INTO unsaid VALUES (?, ?)", (table, subject))

    def is_unsaid(self, table: str, subject: str) -> bool:
        """Whether some entry about it was erased."""
        query = "SELECT 1 FROM unsaid WHERE held = ? AND subject = ?"
        return self._unsaid and self._database.execute(query, (table, subject)).fetchone() is not None


@contextmanager
def new_sheet() -> Iterator[Sheet]:
    """An empty one, gone at the end."""
    with closing(sqlite3.connect("", isolation_level=None)) as database:
        yield Sheet(database)
