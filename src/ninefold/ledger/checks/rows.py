"""The rows of the log as they are, whatever was put into them.

SQLite lets any column hold anything, and the mapper stumbles over a value that is not of its column's type. A check
must name such a row, so it reads bytes as bytes and texts as bytes too.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils.dateparse import parse_datetime

from ninefold.ledger.checks.findings import Findings

_CHUNK = 2_000
# Table, how a finding names its row, and which columns hold bytes or texts.
_TYPES = (
    ("entry", "serial", "blob", ("envelope", "key", "commitment")),
    ("entry", "serial", "text", ("id", "kind", "actor", "subject_kind", "subject_id", "time", "marking")),
    ("body", "entry_id", "blob", ("key", "text")),
    ("leaf", '"index"', "blob", ("commitment",)),
    ("tile", "level || '/' || \"index\"", "blob", ("nodes",)),
    ("checkpoint", "size", "blob", ("root", "last", "time_signature")),
    ("checkpoint", "size", "text", ("note", "time")),
    ("loss", "size", "blob", ("signature",)),
    ("loss", "size", "text", ("time",)),
    ("timestamp", "id", "blob", ("response",)),
)
_OTHER_TYPE = "The column {column} of {part} {name} holds a value of another type."


class CheckpointRow(NamedTuple):
    """A published checkpoint; `note` in bytes, `time` as the database gives it.

    `borne` are the commitments, of its row and of its leaf, of the entry that was the last one then.
    """

    size: int
    root: bytes
    note: bytes
    time: object
    before: int | None
    entries: int | None
    last: bytes | None
    time_signature: bytes
    borne: tuple[bytes, ...]


class LossRow(NamedTuple):
    """What a restore says that it lost; `time` as the database gives it."""

    size: int
    before: int
    kept: int
    time: object
    signature: bytes


def raw(column: str) -> str:
    """A column of bytes, in a statement."""
    return f"CAST({column} AS BLOB)" if connection.vendor == "sqlite" else column


def as_bytes(value: object) -> bytes:
    """The bytes of a value; none of what is no bytes at all."""
    return bytes(value) if isinstance(value, bytes | memoryview) else b""


def leaves() -> Iterator[tuple[int, bytes, int | None]]:
    """Index, commitment and entry of every leaf, in order."""
    columns = f'"index", {raw("commitment")}, entry_id'
    for index, commitment, entry in _pages("leaf", '"index"', columns):
        yield index, as_bytes(commitment), entry


def checkpoints() -> Iterator[CheckpointRow]:
    """Every checkpoint, the smallest first."""
    note, time = ("CAST(note AS BLOB)", "CAST(time AS BLOB)")
    if connection.vendor == "postgresql":
        note, time = ("convert_to(note, 'UTF8')", "time")
    columns = (
        f"size, {raw('root')}, {note}, {time}, before, entries, {raw('last')}, {raw('time_signature')}, {_borne()}"
    )
    for size, root, text, found, before, entries, last, signature, *borne in _pages("checkpoint", "size", columns):
        remembered = before, entries, None if last is None else as_bytes(last)
        signed = as_bytes(signature), tuple(map(as_bytes, borne))
        yield CheckpointRow(size, as_bytes(root), as_bytes(text), found, *remembered, *signed)


def losses() -> Iterator[LossRow]:
    """Every record of what a restore lost."""
    time = "CAST(time AS BLOB)" if connection.vendor == "sqlite" else "time"
    for size, before, kept, found, signature in _pages(
        "loss", "size", f"size, before, kept, {time}, {raw('signature')}"
    ):
        yield LossRow(size, before, kept, found, as_bytes(signature))


def _borne() -> str:
    """Columns for the commitments of the entry that a checkpoint remembers."""
    return f"""
        (SELECT {raw("e.commitment")} FROM ledger_entry e WHERE e.serial = ledger_checkpoint.entries),
        (SELECT {raw("l.commitment")} FROM ledger_leaf l WHERE l.entry_id = ledger_checkpoint.entries)
    """  # noqa: S608 (names of this file only)


def tiles(level: int, index: int) -> dict[int, bytes]:
    """The stored nodes of every width of a tile."""
    with connection.cursor() as cursor:
        columns = f"width, {raw('nodes')}"
        cursor.execute(f'SELECT {columns} FROM ledger_tile WHERE level = %s AND "index" = %s', [level, index])  # noqa: S608
        return {width: as_bytes(nodes) for width, nodes in cursor.fetchall()}


def tile_places() -> Iterator[tuple[int, int, int]]:
    """Level, index and width of every tile."""
    with connection.cursor() as cursor:
        cursor.execute('SELECT level, "index", width FROM ledger_tile ORDER BY level, "index", width')
        while chunk := cursor.fetchmany(_CHUNK):
            yield from chunk


def moment(time: object) -> datetime:
    """The time in a column. `ValueError` for one that is not spelled as it was written."""
    if isinstance(time, datetime):
        return time
    text = as_bytes(time).decode()
    found = parse_datetime(text)
    if found is None or connection.ops.adapt_datetimefield_value(found.replace(tzinfo=UTC)) != text:
        raise ValueError
    return found.replace(tzinfo=UTC)


def check_types(findings: Findings) -> None:
    """On SQLite: bytes must be stored as bytes and texts as texts, or the mapper could not read them."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for part, key, held, columns in _TYPES:
            for column in columns:
                query = f"SELECT {key} FROM ledger_{part} WHERE typeof({column}) NOT IN ('{held}', 'null')"  # noqa: S608
                cursor.execute(query)
                for (name,) in cursor.fetchmany(_CHUNK):
                    findings.add(part, name, _OTHER_TYPE, column=column, part=part)


def _pages(table: str, key: str, columns: str) -> Iterator[tuple[Any, ...]]:
    query = f"SELECT {columns} FROM ledger_{table} WHERE {key} > %s ORDER BY {key} LIMIT {_CHUNK}"  # noqa: S608
    before = -(1 << 62)
    with connection.cursor() as cursor:
        while True:
            cursor.execute(query, [before])
            chunk = cursor.fetchall()
            yield from chunk
            if len(chunk) < _CHUNK:
                return
            before = chunk[-1][0]
