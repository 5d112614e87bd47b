"""A row that a person takes along, as canonical JSON that any program reads; and back, by the table's own fields."""

import base64
import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models

from ninefold.access.taking import Row
from ninefold.clock import read_stamp, stamp
from ninefold.errors import InvalidError, NinefoldError
from ninefold.ledger.canonical import canonical_json
from ninefold.words.text import Text

_MICROSECOND = timedelta(microseconds=1)


def written(rows: Sequence[Row]) -> bytes:
    """A line each, in the order of the bytes: the same rows give the same file."""
    lines = {canonical_json({name: _plain(value) for name, value in row.items()}) for row in rows}
    return b"".join(line + b"\n" for line in sorted(lines))


def read(content: bytes, model: type[models.Model]) -> list[Row]:
    """The rows of a file; a column that the table does not have, or a value that does not fit it, is refused."""
    fields = {field.attname: field for field in model._meta.local_concrete_fields}
    rows = []
    for number, line in enumerate(content.splitlines(), start=1):
        try:
            told = json.loads(line)
            rows.append({name: _value(fields[name], value) for name, value in told.items()})
        except (ValueError, KeyError, TypeError, AttributeError, ValidationError, NinefoldError):
            raise InvalidError(
                "Line {number} of the table {table} does not fit it.", number=number, table=model._meta.label
            ) from None
    return rows


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value // _MICROSECOND
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return value.as_value() if isinstance(value, Text) else value


def _value(field: models.Field[Any, Any], value: Any) -> Any:  # noqa: ANN401 (whatever a column holds)
    if value is None:
        return None
    if isinstance(field, models.DateTimeField):
        return read_stamp(value)
    if isinstance(field, models.DurationField):
        return value * _MICROSECOND
    if isinstance(field, models.BinaryField):
        return base64.b64decode(value, validate=True)
    return field.to_python(value)
