"""Every entry against its own envelope, its body, its links and its leaf. Read from the last to the first.

Nothing is trusted to be of the type of its column: what the table holds is compared with what would have been
written, byte by byte.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection

from ninefold.clock import read_stamp
from ninefold.errors import NinefoldError
from ninefold.ledger.canonical import read_canonical
from ninefold.ledger.checks.findings import Findings
from ninefold.ledger.checks.key_changes import KEY_ROTATED
from ninefold.ledger.checks.rows import raw
from ninefold.ledger.openings import LONGEST_OPENING, commit, seal_body

_CHUNK = 1_000
_MEMBERS = {"actor", "body", "id", "links", "marking", "room", "subject", "time", "type"}
_NAMES = ("id", "kind", "actor", "subject_kind", "subject_id", "time", "marking")
_AS_BYTES = {
    "sqlite": "CAST({} AS BLOB)",
    "postgresql": "convert_to({}::text, 'UTF8')",
}
_MOMENT = "to_char(e.time AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"


class Row(NamedTuple):
    """An entry with all that hangs on it; texts as bytes."""

    serial: int
    id: bytes
    kind: bytes
    actor: bytes
    subject_kind: bytes
    subject_id: bytes
    time: bytes
    marking: bytes
    envelope: bytes
    key: bytes
    commitment: bytes
    body_key: bytes | None
    body: bytes | None
    told: int | None
    told_envelope: bytes | None
    told_key: bytes | None
    told_commitment: bytes | None
    tells_of: int | None
    leaf: int | None
    leaf_commitment: bytes | None


@dataclass
class Tally:
    """What the walk counted, and the commitments of those that wait, for the walk through the tree."""

    entries: int = 0
    erased: int = 0
    waiting: dict[bytes, int] = field(default_factory=dict)


def check_entries(findings: Findings, step: Callable[[int], None]) -> Tally:
    """Walk all entries. Memory: one chunk, the links that are still to be met, the entries that wait."""
    tally = Tally()
    links: dict[str, int] = {}
    expected: int | None = None
    in_tree = False
    for row in _rows():
        if expected is not None and row.serial != expected:
            findings.add("entry", f"{row.serial + 1} to {expected}", "The entries {name} are missing.")
        expected = row.serial - 1
        for bears in _bears(row):
            links.pop(bears, None)
        _check_entry(row, links, findings)
        tally.entries += 1
        tally.erased += row.told is not None
        if row.leaf is not None:
            # A change of the log's key comes into the tree before all that waits.
            in_tree = in_tree or row.kind != KEY_ROTATED.encode()
        elif in_tree:
            findings.add("entry", _name(row), "The entry {name} was left out of the tree.")
        else:
            tally.waiting[bytes(row.commitment)] = row.serial
        step(1)
    if expected:
        findings.add("entry", f"1 to {expected}", "The entries {name} are missing.")
    for link, serial in links.items():
        findings.add("entry", serial, "The entry {name} links to {link}, which no earlier entry bears.", link=link)
    _check_strays(findings)
    return tally


def _rows() -> Iterator[Row]:
    text = _AS_BYTES[connection.vendor]
    moment = "e.time" if connection.vendor == "sqlite" else _MOMENT
    columns = ", ".join(text.format(moment if name == "time" else f"e.{name}") for name in _NAMES)
    query = f"""
        SELECT e.serial, {columns}, {raw("e.envelope")}, {raw("e.key")}, {raw("e.commitment")}, {raw("b.key")},
               {raw("b.text")}, t.told_id, {raw("o.envelope")}, {raw("o.key")}, {raw("o.commitment")}, s.entry_id,
               l."index", {raw("l.commitment")}
        FROM ledger_entry e LEFT JOIN ledger_body b ON b.entry_id = e.serial
        LEFT JOIN ledger_tombstone t ON t.entry_id = e.serial LEFT JOIN ledger_entry o ON o.serial = t.told_id
        LEFT JOIN ledger_tombstone s ON s.told_id = e.serial LEFT JOIN ledger_leaf l ON l.entry_id = e.serial
        WHERE e.serial < %s ORDER BY e.serial DESC LIMIT {_CHUNK}
    """  # noqa: S608 (names of this file only)
    before = 1 << 62
    with connection.cursor() as cursor:
        while True:
            cursor.execute(query, [before])
            chunk = [Row._make(map(_plain, found)) for found in cursor.fetchall()]
            yield from chunk
            if len(chunk) < _CHUNK:
                return
            before = chunk[-1].serial


def _check_entry(row: Row, links: dict[str, int], findings: Findings) -> None:
    envelope = _read(row.envelope)
    wrong = _wrong_columns(row, envelope) if envelope else []
    sound = _commit(row.envelope, row.key) == row.commitment
    if envelope is None or (not sound and wrong):
        findings.add("entry", _name(row), "The envelope of entry {name} was changed.")
    elif not sound:
        findings.add("entry", _name(row), _unsound(row))
    else:
        for column in wrong:
            findings.add("entry", _name(row), "The column {column} of entry {name} was changed.", column=column)
    if envelope:
        _check_body(row, envelope["body"] if sound else None, findings)
        links |= dict.fromkeys(envelope["links"], row.serial)
    if row.leaf is not None and row.leaf_commitment != row.commitment and sound:
        findings.add(
            "leaf", row.leaf, "The leaf {name} does not hold the commitment of entry {entry}.", entry=_name(row)
        )
    if (row.tells_of is not None) != (row.kind == b"ledger.erased"):
        findings.add("tombstone", _name(row), "The entry {name} and the tombstones do not agree on what was erased.")


def _unsound(row: Row) -> str:
    """The sentence for an entry whose columns agree with its envelope, but whose commitment does not."""
    if row.leaf_commitment is not None and _commit(row.envelope, row.key) == row.leaf_commitment:
        return "The commitment of entry {name} was changed."
    if row.leaf_commitment == row.commitment:
        return "The envelope or the key of entry {name} was changed."
    return "The envelope, the key or the commitment of entry {name} was changed."


def _check_body(row: Row, seal: str | None, findings: Findings) -> None:
    """`seal` is the digest that the envelope carries; None when the envelope itself was changed."""
    if row.told is not None:
        if row.body is not None:
            findings.add("tombstone", _name(row), "The entry {name} has a tombstone, and its body is still there.")
        if not _is_tombstone_of(row):
            findings.add("tombstone", _name(row), "The tombstone of entry {name} names no entry that tells of it.")
    elif row.body is None or row.body_key is None:
        findings.add("body", _name(row), "The body of entry {name} is missing, and no tombstone says why.")
    elif not _is_bytes(row.body, row.body_key) or seal not in (None, seal_body(row.body, row.body_key).hex()):
        findings.add("body", _name(row), "The body of entry {name}, or its key, was changed.")


def _is_tombstone_of(row: Row) -> bool:
    if _commit(row.told_envelope, row.told_key) != row.told_commitment:
        return row.told_envelope is not None  # that entry was changed, and is named for it
    told = _read(row.told_envelope)
    if told is None or row.told is None or told["type"] != "ledger.erased":
        return False
    return row.told > row.serial and len(told["links"]) == 1 and told["links"][0] in _bears(row)


def _bears(row: Row) -> set[str]:
    """The commitment of the entry, as stored and as its envelope leads to; one of them, if the other was changed."""
    return {_hex(row.commitment), _hex(_commit(row.envelope, row.key))}


def _wrong_columns(row: Row, envelope: dict[str, Any]) -> list[str]:
    """The columns that do not hold what the envelope says."""
    try:
        said = _columns_of(envelope)
    except (NinefoldError, ValueError, TypeError, AttributeError):
        return ["envelope"]
    return [name for name, value in zip(_NAMES, said, strict=True) if getattr(row, name) != value.encode()]


def _columns_of(envelope: dict[str, Any]) -> tuple[str, ...]:
    """The texts of `_NAMES` as this database spells them."""
    subject_kind, _, subject = envelope["subject"].rpartition(":")
    moment = read_stamp(envelope["time"])
    if envelope["room"] != envelope["type"].partition(".")[0]:
        raise ValueError
    said = (envelope["id"], envelope["type"], envelope["actor"], subject_kind, subject)
    if connection.vendor == "sqlite":
        said = (said[0].replace("-", ""), *said[1:4], subject.replace("-", ""))
        return (*said, str(connection.ops.adapt_datetimefield_value(moment)), envelope["marking"])
    return (*said, envelope["time"], envelope["marking"])


def _read(text: object) -> dict[str, Any] | None:
    """The members of an envelope, or None when it is in another form than every envelope."""
    try:
        value = read_canonical(text, LONGEST_OPENING) if isinstance(text, bytes) else None
    except NinefoldError:
        return None
    if not isinstance(value, dict) or value.keys() - {"signature"} != _MEMBERS:
        return None
    links = value["links"]
    return value if isinstance(links, list) and all(isinstance(link, str) for link in links) else None


def _commit(envelope: object, key: object) -> bytes | None:
    """The commitment that envelope and key lead to; None when they are no bytes at all."""
    return commit(envelope, key) if isinstance(envelope, bytes) and isinstance(key, bytes) else None


_STRAYS = {
    "body": "SELECT b.entry_id FROM ledger_body b LEFT JOIN ledger_entry e ON e.serial = b.entry_id",
    "tombstone": "SELECT t.entry_id FROM ledger_tombstone t LEFT JOIN ledger_entry e ON e.serial = t.entry_id",
    "leaf": 'SELECT l."index" FROM (SELECT * FROM ledger_leaf WHERE entry_id IS NOT NULL) l'
    " LEFT JOIN ledger_entry e ON e.serial = l.entry_id",
}


def _check_strays(findings: Findings) -> None:
    """Rows that belong to an entry which is not there: a deleted entry leaves them behind."""
    with connection.cursor() as cursor:
        for part, query in _STRAYS.items():
            cursor.execute(f"{query} WHERE e.serial IS NULL")
            for (name,) in cursor.fetchmany(_CHUNK):
                findings.add(part, name, "The {part} {name} belongs to an entry that is missing.", part=part)


def _name(row: Row) -> str:
    return f"{row.serial} ({row.id.decode(errors='replace')})"


def _hex(commitment: object) -> str:
    return commitment.hex() if isinstance(commitment, bytes) else ""


def _is_bytes(*values: object) -> bool:
    return all(isinstance(value, bytes) for value in values)


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value
