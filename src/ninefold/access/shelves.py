"""Shelves: where an entry of the log stands, so that a reader's newest come straight from an index.

An entry stands on the shelf of everybody (when it is clear), of each audience to which its record was released, and, if
it is an act of this room, of whom it concerns. That decides nothing: a shelf only says where to look. Whoever reads is
asked by `entries_visible_to`, of each entry and at each reading; a shelf may hold more than he may see, and never less.
So it holds nothing that has to be taken back when a release ends, an embargo is set or a keeper changes.

The table is this room's index over the log, not a record: no copy, export or move carries it. Entries up to the mark on
the shelf `MARK` have been filed; readers ask of the later ones without it (`reads/log.py`), until
`actions.file_entries` has caught up.
"""

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

MARK = "filed"
"""The shelf that holds no entry, but how far the log has been filed."""

_TABLE = """
CREATE TABLE access_filing (
  shelf varchar(40) NOT NULL, serial bigint NOT NULL, room varchar(60) NOT NULL, PRIMARY KEY (shelf, serial)
)
"""
_INDEX = "CREATE INDEX access_filing_of_room ON access_filing (shelf, room, serial)"
_NEWEST = "CREATE INDEX access_filing_newest ON access_filing (serial, shelf)"
_APART = {"sqlite": " WITHOUT ROWID", "postgresql": ""}

_ROOM = {"sqlite": "substr(e.kind, 1, instr(e.kind, '.') - 1)", "postgresql": "split_part(e.kind, '.', 1)"}
# By the beginning of a marking's text; one that this house does not know reaches nobody.
_RANK = (
    "CASE substr(e.marking, 5, 3) WHEN 'cle' THEN 0 WHEN 'gre' THEN 1 WHEN 'amb' THEN 2 WHEN 'red' THEN 4 ELSE 9 END"
)
_RELEASED = "ledger_entry e JOIN access_release r ON r.kind = e.subject_kind AND r.record = e.subject_id"
_MEMBERSHIP = "ledger_entry e JOIN access_membership m ON e.subject_kind = 'access:membership' AND m.id = e.subject_id"
_RELEASE = "ledger_entry e JOIN access_release r ON e.subject_kind = 'access:release' AND r.id = e.subject_id"
# Whose shelf, in which rows, under what condition. An id stands the same on every engine: 32 hexadecimal digits.
_PLACES = (
    ("", _RELEASED, f"{{released}} AND r.rank = 0 AND {_RANK} = 0"),
    ("r.audience_id", _RELEASED, f"{{released}} AND r.audience_id IS NOT NULL AND r.rank >= {_RANK}"),
    ("substr(e.actor, 15)", "ledger_entry e", "e.kind LIKE 'access.%%' AND e.actor LIKE 'access:person:%%'"),
    ("e.subject_id", "ledger_entry e", "e.subject_kind IN ('access:person', 'access:vault')"),
    ("keeper:e.subject_id", "ledger_entry e", "e.subject_kind = 'access:audience'"),
    ("m.person_id", _MEMBERSHIP, "TRUE"),
    ("keeper:m.audience_id", _MEMBERSHIP, "TRUE"),
    ("r.placed_by_id", _RELEASE, "r.placed_by_id IS NOT NULL"),
    ("r.audience_id", _RELEASE, "r.audience_id IS NOT NULL"),
    ("keeper:r.audience_id", _RELEASE, "r.audience_id IS NOT NULL"),
)
_MINE = """
SELECT '' AS shelf UNION SELECT {person}
UNION SELECT {keeper} FROM access_audience WHERE custodian_id = %(person)s
UNION SELECT {vault} FROM access_vaultcustodian WHERE person_id = %(person)s
UNION SELECT {audience} FROM access_membership WHERE person_id = %(person)s AND starts <= %(now)s AND ends > %(now)s
"""


def make(database: BaseDatabaseWrapper) -> None:
    """The table, empty. What is in the log already is filed by the worker."""
    with database.cursor() as cursor:
        cursor.execute(_TABLE + _APART[database.vendor])
        cursor.execute(_INDEX)


def drop(database: BaseDatabaseWrapper) -> None:
    """The way back of the migration."""
    with database.cursor() as cursor:
        cursor.execute("DROP TABLE access_filing")


def make_newest(database: BaseDatabaseWrapper) -> None:
    """The index by age, for readers with many shelves on PostgreSQL (`reads/tops.py`); SQLite has no use for it."""
    if database.vendor == "postgresql":
        with database.cursor() as cursor:
            cursor.execute(_NEWEST)


def drop_newest(database: BaseDatabaseWrapper) -> None:
    """The way back of that migration."""
    with database.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS access_filing_newest")


def put(which: str, *, released: str = "TRUE") -> str:
    """The statement that files the entries `e` for which a condition holds, through releases `r` for which one holds.

    Filing again changes nothing.
    """
    room = _ROOM[connection.vendor]
    every = " UNION ALL ".join(
        f"SELECT {_shelf(shelf)}, e.serial, {room} FROM {rows} WHERE ({which}) AND {when.format(released=released)}"  # noqa: S608 (from the above)
        for shelf, rows, when in _PLACES
    )
    return f"INSERT INTO access_filing (shelf, serial, room) {every} ON CONFLICT DO NOTHING"


def take_down() -> str:
    """The statement that takes down what stood on shelves through releases that ended from `since` to `until`."""
    each = " UNION ALL ".join(
        f"SELECT {shelf}, e.serial FROM {_RELEASED} WHERE {which.format('r')} AND r.ends > %(since)s"  # noqa: S608
        " AND r.ends <= %(until)s AND NOT EXISTS (SELECT 1 FROM access_release o WHERE o.kind = r.kind"
        f" AND o.record = r.record AND {which.format('o')} AND o.ends > %(until)s)"
        for shelf, which in (
            (_shelf(""), "{}.rank = 0"),
            (_shelf("r.audience_id"), "{}.audience_id = r.audience_id"),
        )
    )
    return f"DELETE FROM access_filing WHERE (shelf, serial) IN ({each})"  # noqa: S608 (from the above)


def shelves_of(*, stranger: bool) -> str:
    """SELECT the shelves (`shelf`) that `%(person)s` walks at the moment `%(now)s`."""
    if stranger:
        return "SELECT '' AS shelf"
    return _MINE.format(
        person=_shelf("%(person)s"),
        keeper=_shelf("keeper:id"),
        vault=_shelf("vault_id"),
        audience=_shelf("audience_id"),
    )


def _shelf(whose: str) -> str:
    if not whose:
        return "''"
    keeper, _, id_ = whose.rpartition(":")
    digits = f"replace(CAST({id_} AS text), '-', '')"
    return f"'{keeper}:' || {digits}" if keeper else digits
