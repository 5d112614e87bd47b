"""The rows of the tree: leaves, tiles and checkpoints, read and written in few statements."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from typing import Any

from django.db import connection, transaction

from ninefold.ledger.growth import Place, Tiles
from ninefold.ledger.publications import Lost, Published
from ninefold.ledger.succession import open_link
from ninefold.ledger.tiles import TileName

_NARROWER = 'DELETE FROM ledger_tile WHERE level = %s AND "index" = %s AND width < %s'
_CHECKPOINT = (
    "INSERT INTO ledger_checkpoint (size, root, note, time, before, entries, last, time_signature)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)
# The last of the entries that came into the tree in their turn: all before it are there too. A change of the log's key
# comes out of its turn (`rotation`).
_IN_TURN = (
    "(SELECT coalesce(max(entry_id), 0) FROM ledger_leaf WHERE entry_id NOT IN (SELECT entry_id FROM ledger_keychange))"
)
_WAITS = f"serial > {_IN_TURN} AND NOT EXISTS (SELECT 1 FROM ledger_leaf WHERE entry_id = serial)"  # noqa: S608
_WAITING = f"SELECT serial, commitment FROM ledger_entry WHERE {_WAITS} AND serial <> %s ORDER BY serial"  # noqa: S608
_COUNT_WAITING = f"SELECT count(*) FROM ledger_entry WHERE {_WAITS}"  # noqa: S608 (from the above)

_MARK = {"sqlite": "?", "postgresql": "%s"}  # a value, as each driver writes it in a statement

# An entry's serial, or None for a cover leaf; and its commitment.
PlannedLeaf = tuple[int | None, bytes]


@contextmanager
def driver() -> Iterator[Any]:
    """A cursor of the database's driver: what Django's does around a statement takes longer than to insert a row."""
    database = transaction.get_connection()
    database.validate_no_broken_transaction()
    with database.wrap_database_errors, closing(database.connection.cursor()) as cursor:
        yield cursor


def insert(cursor: Any, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:  # noqa: ANN401
    """Rows into a table of this room; many of them on PostgreSQL by COPY, which takes a third of the time."""
    if len(rows) > 1 and connection.vendor == "postgresql":
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        cursor.executemany(_insertion(table, columns), rows)


@cache
def _insertion(table: str, columns: tuple[str, ...]) -> str:
    marks = ", ".join([_MARK[connection.vendor]] * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 (names of this room only)


def read_tiles(places: Iterable[Place]) -> Tiles:
    """The stored tiles of these places, in one query; a missing one is noticed when it is used."""
    wanted = sorted(places)
    if not wanted:
        return Tiles({})
    where = " OR ".join(['(level = %s AND "index" = %s)'] * len(wanted))
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT level, "index", width, nodes FROM ledger_tile WHERE {where} ORDER BY width',  # noqa: S608
            [part for place in wanted for part in place],
        )
        # The widest comes last: a narrower one can only be left from an interrupted hand.
        return Tiles({(level, index): (width, bytes(nodes)) for level, index, width, nodes in cursor.fetchall()})


def waiting(most: int | None, *, besides: int = 0) -> list[PlannedLeaf]:
    """Entries that are not yet in the tree, oldest first. They enter it in the order of their serials.

    One comes out of its turn, and is not told here: that of the serial `besides`.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WAITING if most is None else f"{_WAITING} LIMIT {most:d}", [besides])
        return [(serial, bytes(commitment)) for serial, commitment in cursor.fetchall()]


def count_waiting() -> int:
    """How many entries are not yet in the tree."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_WAITING)
        return int(cursor.fetchone()[0])


def last_in_turn() -> int:
    """The serial up to which every entry is in the tree; 0 before the first."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_IN_TURN}")
        return int(cursor.fetchone()[0])


def last_checkpoint() -> tuple[int, bytes, str] | None:
    """Size, root and note of the last published checkpoint; None before the founding beat."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT size, root, note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1")
        row = cursor.fetchone()
    return (row[0], bytes(row[1]), row[2]) if row else None


def key_changes() -> list[str]:
    """The notes by which one key of the log names the next, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM ledger_keychange ORDER BY size")
        return [note for (note,) in cursor.fetchall()]


def last_key_change() -> int:
    """The size of the tree at which the present key of the log began; 0 while the first key holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(size), 0) FROM ledger_keychange")
        return int(cursor.fetchone()[0])


def current_key() -> str:
    """The key that the last change names, as text; empty while the first key holds."""
    notes = key_changes()
    return str(open_link(notes[-1]).new) if notes else ""


def last_entry() -> tuple[int, bytes]:
    """Serial and commitment of the last entry; 0 and no bytes before the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT serial, commitment FROM ledger_entry ORDER BY serial DESC LIMIT 1")
        row = cursor.fetchone()
    return (row[0], bytes(row[1])) if row else (0, b"")


def count_leaves() -> int:
    """One more than the index of the last leaf."""
    with connection.cursor() as cursor:
        cursor.execute('SELECT coalesce(max("index") + 1, 0) FROM ledger_leaf')
        return int(cursor.fetchone()[0])


def write_leaves(first: int, leaves: Sequence[PlannedLeaf]) -> None:
    """Add leaves from index `first` on."""
    rows = [(first + at, leaf, serial) for at, (serial, leaf) in enumerate(leaves)]
    with driver() as cursor:
        insert(cursor, "ledger_leaf", ('"index"', "commitment", "entry_id"), rows)


def write_tiles(made: dict[TileName, bytes]) -> None:
    """Put down tiles and take away the narrower ones that they replace."""
    rows = [(name.level, name.index, name.width, nodes) for name, nodes in made.items()]
    with driver() as cursor:
        insert(cursor, "ledger_tile", ("level", '"index"', "width", "nodes"), rows)
    with connection.cursor() as cursor:
        cursor.executemany(_NARROWER, [(name.level, name.index, name.width) for name in made])


def write_checkpoint(published: Published, note: str, signature: bytes) -> None:
    """Keep the signed note, and what is signed beside it."""
    head, now, *more = published
    moment = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(_CHECKPOINT, [head.size, head.root, note, moment, *more, signature])


def write_lost(lost: Lost, signature: bytes) -> None:
    """Keep what a restore lost before a checkpoint that it put back."""
    moment = connection.ops.adapt_datetimefield_value(lost.time)
    with driver() as cursor:
        row = (lost.checkpoint.size, lost.before, lost.kept, moment, signature)
        insert(cursor, "ledger_loss", ("size", "before", "kept", "time", "signature"), [row])
