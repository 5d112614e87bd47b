"""Taking stock: what stands in the held tables is set down in the log once, so that from then on each row is held.

An empty workspace does it as it is founded, one of an older version when it is first served by this one. A row that an
entry gave keeps what that entry says; stock adds what no entry said. It vouches for nothing before its own moment.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID, uuid4

from django.db import transaction

from ninefold.ledger.actions import append, append_many
from ninefold.ledger.held import Table, tables
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.models import Body
from ninefold.ledger.refs import Ref
from ninefold.ledger.writing import NewEntry, take_turn

ROWS_SET_DOWN = entry_kind("ledger.rows-set-down", "set down what stood in a table", lasting=True)
STOCK_TAKEN = entry_kind("ledger.stock-taken", "began to hold tables against the log", lasting=True)

_STOCK = UUID("5f3f2f0e-5d0c-4b5e-9a39-0f6f6a0f7c11")
"""The one subject of what was begun, by which it is found at once."""

_MOST = 1_000
"""Rows in one entry; with names in six languages they stay below what a body may hold."""


def begun() -> frozenset[str]:
    """The tables that are held from some moment on."""
    texts = Body.objects.filter(entry__subject_id=_STOCK, entry__kind=STOCK_TAKEN.name).values_list("text", flat=True)
    return frozenset(name for text in texts for name in json.loads(bytes(text))["tables"])


def is_due() -> bool:
    """Whether some table is not held yet."""
    return any(table.name not in begun() for table in tables())


@transaction.atomic
def take_stock(*, now: datetime) -> int:
    """Set down every table that is not held yet; how many rows there were."""
    take_turn()
    held = begun()
    due = [table for table in tables() if table.name not in held]
    count = sum(_set_down(table, now) for table in due)
    if due:
        told: dict[str, object] = {"tables": sorted(table.name for table in due)}
        subject = Ref("ledger", "stock", _STOCK)
        append(kind=STOCK_TAKEN, actor="node", subject=subject, now=now, marking="tlp:red", body=told)
    return count


def _set_down(table: Table, now: datetime) -> int:
    count = 0
    for rows in _batches(table, now):
        body = {"table": table.name, "rows": dict(rows)}
        append_many([NewEntry(ROWS_SET_DOWN, "node", Ref("ledger", "rows", uuid4()), now, "tlp:red", body)])
        count += len(rows)
    return count


def _batches(table: Table, now: datetime) -> Iterator[Sequence[tuple[str, dict[str, str]]]]:
    rows = ((row.id, dict(row.told)) for row in table.living(now))
    while batch := list(islice(rows, _MOST)):
        yield batch
