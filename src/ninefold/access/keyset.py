"""A list a page at a time: the next page begins after a row that its reader sees, never at a number."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from ninefold.errors import InvalidError, NotThereError

SIZE = 50

M = TypeVar("M", bound=Model)


def page_of(
    rows: QuerySet[M], *order: str, after: UUID | None = None, size: int = SIZE, by: str = "pk"
) -> tuple[list[M], UUID | None]:
    """So many rows after the one with this id, and where the next page begins (None on the last).

    `order` names columns ("-name" falls) that hold no nulls; the id makes it strict. `by` names the column of that id,
    where it is another than the row's own: no two of these rows share it.
    """
    columns = (*order, by)
    if after is not None:
        rows = rows.filter(_behind(rows.filter(**{by: after}), columns))
    found = list(rows.order_by(*columns)[: size + 1])
    return found[:size], getattr(found[size - 1], by) if len(found) > size else None


def place_in(text: str) -> UUID | None:
    """The place that an address names; none at the first page."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise InvalidError("This page of the list cannot be found; begin at its first page.") from None


def _behind(place: QuerySet[M], columns: Sequence[str]) -> Q:
    last = place.values_list(*(column.lstrip("-") for column in columns)).first()
    if last is None:
        raise NotThereError
    behind = Q(pk__in=[])
    same: dict[str, object] = {}
    for column, value in zip(columns, last, strict=True):
        name = column.lstrip("-")
        behind |= Q(**same, **{f"{name}__{'lt' if column.startswith('-') else 'gt'}": value})
        same[name] = value
    return behind
