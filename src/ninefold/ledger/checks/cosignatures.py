"""Every kept cosignature, verified again with its own key against its own checkpoint."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.db import connection

from ninefold.errors import NinefoldError, RefusedError
from ninefold.ledger.checks import rows
from ninefold.ledger.checks.findings import Findings
from ninefold.ledger.cosignatures import cosignature_time, read_witness
from ninefold.ledger.notes import read_signature
from ninefold.ledger.succession import KeyLine

_CHUNK = 500
_TEXT = {"sqlite": "CAST({} AS BLOB)", "postgresql": "convert_to({}, 'UTF8')"}


class _Row(NamedTuple):
    """A cosignature with its checkpoint's note and its witness's key; texts as bytes."""

    id: int
    size: int
    note: bytes
    key: bytes
    line: bytes
    time: object


def check_cosignatures(findings: Findings, keys: KeyLine | None, step: Callable[[int], None]) -> None:
    """Name each line that is not as its witness signed it; one on a changed checkpoint is passed over."""
    for row in _rows():
        step(1)
        try:
            text = _signed_text(row.note, keys)
            if text is not None:
                _require_true(row, text)
        except (NinefoldError, ValueError) as error:
            why = str(error) if isinstance(error, NinefoldError) else "it is no text, or its time is none."
            name = f"{row.key.partition(b'+')[0].decode('utf-8', 'replace')} at size {row.size}"
            findings.add("cosignature", name, "The cosignature of {name} was changed: {why}", why=why)


def _signed_text(note: bytes, keys: KeyLine | None) -> bytes | None:
    try:
        return keys.open(note)[1].text.encode() if keys else None
    except NinefoldError:
        return None


def _require_true(row: _Row, text: bytes) -> None:
    key, line = read_witness(row.key.decode()), read_signature(row.line.decode())
    if (line.name, line.key_id) != (key.name, key.key_id):
        raise RefusedError("it bears the name of another witness.")
    key.verify(text, line.signature)
    if int(rows.moment(row.time).timestamp()) != cosignature_time(line.signature):
        raise RefusedError("it was signed at another time than the table says.")


def _rows() -> Iterator[_Row]:
    texts = (_TEXT[connection.vendor].format(column) for column in ("c.note", "k.key", "s.line"))
    time = "CAST(s.time AS BLOB)" if connection.vendor == "sqlite" else "s.time"
    query = (
        f"SELECT s.id, s.checkpoint_id, {', '.join(texts)}, {time} FROM ledger_cosignature s"  # noqa: S608
        " LEFT JOIN ledger_checkpoint c ON c.size = s.checkpoint_id"
        " LEFT JOIN ledger_witnesskey k ON k.id = s.witness_id"
        f" WHERE s.id > %s ORDER BY s.id LIMIT {_CHUNK}"
    )
    before = -(1 << 62)
    with connection.cursor() as cursor:
        while True:
            cursor.execute(query, [before])
            chunk = cursor.fetchall()
            for id_, size, note, key, line, moment in chunk:
                yield _Row(id_, size, rows.as_bytes(note), rows.as_bytes(key), rows.as_bytes(line), moment)
            if len(chunk) < _CHUNK:
                return
            before = chunk[-1][0]
