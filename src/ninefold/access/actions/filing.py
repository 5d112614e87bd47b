"""Entries are put on the shelves of their readers: new ones by the worker, old ones when their record is released.

Nobody sees more or less by it (`shelves.py`), so there is no entry about it.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from ninefold.access.models import Release
from ninefold.access.shelves import MARK, put, take_down

BATCH = 5_000
"""How many entries are filed in one transaction: half a second in which nobody else may write on SQLite."""

ENDED_FOR = timedelta(days=1)
"""How long a release must be over before its entries are taken down, so that a clock set back hides nothing."""

_LOOKED_BACK = timedelta(days=30)
"""How late that may be done. What ended while the worker stood still for longer stays on its shelves: a reader who sees
nothing else is then asked about each of them."""

_SPAN = (
    "SELECT coalesce((SELECT serial FROM access_filing WHERE shelf = %s), 0), (SELECT max(serial) FROM ledger_entry)"
)
_SET = "INSERT INTO access_filing (shelf, serial, room) VALUES (%s, %s, '')"


@transaction.atomic
def file_entries(*, now: datetime, most: int = BATCH) -> bool:
    """File the next entries, at most so many; whether there were any."""
    with connection.cursor() as cursor:
        if not _unfiled(cursor, most):
            return False
        _wait_for_releases(cursor)
        if span := _unfiled(cursor, most):
            over = {"over": connection.ops.adapt_datetimefield_value(now - ENDED_FOR)}
            cursor.execute(
                put("e.serial > %(after)s AND e.serial <= %(upto)s", released="r.ends > %(over)s"), span | over
            )
            cursor.execute("DELETE FROM access_filing WHERE shelf = %s", [MARK])
            cursor.execute(_SET, [MARK, span["upto"]])
    return True


def file_released(row: Release) -> None:
    """File what has been written about a record and about this release of it; inside the act that releases it."""
    adapt = Release._meta.get_field("record").get_db_prep_value
    about = {"record": adapt(row.record, connection), "release": adapt(row.pk, connection)}
    with connection.cursor() as cursor:
        cursor.execute(put("e.subject_id IN (%(record)s, %(release)s)"), about)


@transaction.atomic
def take_down_what_ended(*, now: datetime) -> int:
    """Take entries from the shelves on which they stood through releases that are over; how many."""
    moment = connection.ops.adapt_datetimefield_value
    until = now - ENDED_FOR
    with connection.cursor() as cursor:
        _wait_for_releases(cursor)
        cursor.execute(take_down(), {"since": moment(until - _LOOKED_BACK), "until": moment(until)})
        return int(cursor.rowcount)


def _wait_for_releases(cursor: CursorWrapper) -> None:
    """Let nobody release anything until this transaction ends (PostgreSQL; on SQLite nobody else writes).

    Two that cannot see each other, a release being written and an entry being filed, would both leave out the other.
    """
    if connection.vendor == "postgresql":
        cursor.execute("LOCK TABLE access_release IN SHARE MODE")


def _unfiled(cursor: CursorWrapper, most: int) -> dict[str, Any] | None:
    cursor.execute(_SPAN, [MARK])
    after, newest = cursor.fetchone()
    return {"after": after, "upto": min(newest, after + most)} if (newest or 0) > after else None
