"""What a person takes along: rows of tables, chosen by each room's `export.py` from what he may read."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Model, QuerySet

Row = dict[str, Any]


class Taken(NamedTuple):
    """Rows of one table. A column that he may not read is left out; an import fills it."""

    model: type[Model]
    rows: Sequence[Row]


def taken(rows: QuerySet[Any], *columns: str, **instead: object) -> Taken:
    """These columns (all of them, if none are named) of rows that the room has chosen; some with another value."""
    names = columns or tuple(field.attname for field in rows.model._meta.local_concrete_fields)
    return Taken(rows.model, [row | instead for row in rows.order_by().values(*names)])


def named_in(parts: Iterable[Taken], *columns: str) -> set[UUID]:
    """The ids that stand in these columns of what is taken: people or offices to whom the rows point."""
    found = {row.get(column) for part in parts for row in part.rows for column in columns}
    return {one for one in found if one is not None}
