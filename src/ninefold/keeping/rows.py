"""A row of any table as one line of JSON, the same on every engine, and back.

What JSON has no word for stands in an object of one letter: `b` bytes, `t` moment, `d` day, `h` time of day,
`s` microseconds, `u` UUID, `n` decimal number, `x` text in languages, `j` JSON of its own.
"""

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, models

from ninefold.clock import read_stamp, stamp
from ninefold.errors import InvalidError
from ninefold.words.text import Text, parse

Model = type[models.Model]
_PIECE = 2_000
_MICROSECOND = timedelta(microseconds=1)


def columns_of(model: Model) -> list[models.Field[Any, Any]]:
    """The fields that have a column in this table, in the table's order."""
    return [field for field in model._meta.local_concrete_fields if field.column]


def lines_of(model: Model) -> Iterator[bytes]:
    """Every row of the table, in the order of its key, each a line."""
    names = [field.attname for field in columns_of(model)]
    order = [field.attname for field in model._meta.pk_fields]
    rows = model._base_manager.order_by(*order).values_list(*names)
    for row in rows.iterator(chunk_size=_PIECE):
        yield _encode([_written(value) for value in row]).encode() + b"\n"


def read_line(line: bytes) -> list[Any]:
    """The values of a line."""
    values = json.loads(line)
    if not isinstance(values, list):
        raise InvalidError("A row in the backup is no row.")
    return [_read(value) for value in values]


def insert(model: Model, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Rows into the table, as they were: no signal, no default."""
    by_column = {field.column: field for field in columns_of(model)}
    fields = [by_column[name] for name in columns]
    quoted = ", ".join(connection.ops.quote_name(name) for name in columns)
    marks = ", ".join(["%s"] * len(columns))
    table = connection.ops.quote_name(model._meta.db_table)
    ready = [[field.get_db_prep_save(v, connection) for field, v in zip(fields, row, strict=True)] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", ready)  # noqa: S608 (from the models)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def _written(value: object) -> object:
    """What JSON can say of a value, which no other value says."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, bytes | memoryview | bytearray):
        return {"b": base64.b64encode(value).decode()}
    if isinstance(value, UUID):
        return {"u": value.hex}
    if isinstance(value, Text):
        return {"x": value.as_value()}
    if isinstance(value, list | dict):
        return {"j": value}
    return _time_written(value)


def _time_written(value: object) -> object:
    if isinstance(value, datetime):
        return {"t": stamp(value if value.tzinfo else value.replace(tzinfo=UTC))}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time):
        return {"h": value.isoformat()}
    if isinstance(value, timedelta):
        return {"s": value // _MICROSECOND}
    if isinstance(value, Decimal):
        return {"n": str(value)}
    raise InvalidError("A value of the kind {kind} cannot be kept in a backup.", kind=type(value).__name__)


_READ: dict[str, Callable[[Any], object]] = {
    "b": base64.b64decode,
    "t": read_stamp,
    "d": date.fromisoformat,
    "h": time.fromisoformat,
    "s": lambda told: told * _MICROSECOND,
    "u": UUID,
    "n": Decimal,
    "x": parse,
    "j": lambda told: told,
}


def _read(value: Any) -> Any:  # noqa: ANN401 (whatever a column holds)
    if not isinstance(value, dict):
        return value
    ((letter, told),) = value.items()
    if letter not in _READ:
        raise InvalidError("A value of the kind {kind} cannot be read from this backup.", kind=repr(letter))
    return _READ[letter](told)
