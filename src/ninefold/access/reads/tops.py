"""The tops of a reader's shelves, merged: which entries may be on a page of his list, and no further than it needs."""

import json
from functools import cache
from typing import Any, NamedTuple

from django.db import connection

from ninefold.access.reads.prepared import prepared
from ninefold.access.shelves import MARK, shelves_of

MANY = 32
"""From so many shelves on, PostgreSQL looks at the newest entries of all first: each shelf costs it microseconds."""

OF_ROOM = " AND f.room = %(of_room)s"

# SQLite takes the rows of a recursion from a queue in the order that is asked for, and none that nobody reads: the
# tops of all shelves stand in the queue, and the newest makes way for the next of its own (lang_with.html, section 3).
_SQLITE = """
SELECT DISTINCT serial FROM (
  WITH RECURSIVE walk (serial, shelf) AS (
    SELECT (SELECT max(serial) FROM access_filing f WHERE f.shelf = m.shelf{room} AND f.serial <= {begin}), m.shelf
    FROM mine m
    UNION ALL
    SELECT (SELECT max(serial) FROM access_filing f WHERE f.shelf = w.shelf{room} AND f.serial < w.serial), w.shelf
    FROM walk w WHERE w.serial IS NOT NULL
    ORDER BY 1 DESC
  )
  SELECT serial FROM walk WHERE serial IS NOT NULL
) LIMIT %(most)s
"""
# PostgreSQL has no such queue. 1. Who has many shelves probably stands on one of them with what is newest of all: that
# is looked at first. 2. Otherwise the few newest are read of each shelf; the last of them that fits the page is how far
# down the shelves go on whose few were all newer.
_POSTGRESQL = """
WITH glance AS MATERIALIZED (
  SELECT DISTINCT f.serial FROM access_filing f
  WHERE (SELECT count(*) FROM mine) >= %(many)s AND f.serial <= {begin} AND f.serial > {begin} - 5 * %(most)s{room}
  AND f.shelf IN (SELECT shelf FROM mine)
), enough AS MATERIALIZED (SELECT count(*) >= %(most)s AS said FROM glance),
few AS MATERIALIZED (SELECT 1 + 2 * %(most)s / count(*) AS number FROM mine),
tops AS MATERIALIZED (
  SELECT m.shelf, t.serial FROM mine m CROSS JOIN LATERAL (
    SELECT f.serial FROM access_filing f WHERE f.shelf = m.shelf{room} AND f.serial <= {begin}
    ORDER BY f.serial DESC LIMIT (SELECT number FROM few)
  ) t WHERE NOT (SELECT said FROM enough)
), bound AS MATERIALIZED (SELECT coalesce((
  SELECT serial FROM tops GROUP BY serial ORDER BY serial DESC LIMIT 1 OFFSET %(most)s - 1
), 0) AS serial)
SELECT serial FROM glance WHERE (SELECT said FROM enough)
UNION SELECT serial FROM tops WHERE serial >= (SELECT serial FROM bound)
UNION SELECT t.serial FROM (
  SELECT shelf, min(serial) AS lowest FROM tops GROUP BY shelf
  HAVING count(*) = (SELECT number FROM few) AND min(serial) > (SELECT serial FROM bound)
) s CROSS JOIN LATERAL (
  SELECT f.serial FROM access_filing f WHERE f.shelf = s.shelf{room} AND f.serial < s.lowest
  AND f.serial >= (SELECT serial FROM bound) ORDER BY f.serial DESC LIMIT %(most)s
) t
ORDER BY 1 DESC LIMIT %(most)s
"""
_MERGED = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}
_BEGIN = {
    False: "(SELECT coalesce(max(serial), 0) FROM ledger_entry)",
    True: "(SELECT serial FROM ledger_entry WHERE id = %(since)s)",
}
# The first row comes always: how far the log is filed, and where the page begins.
_TOPS = """
WITH mine AS MATERIALIZED ({mine})
SELECT coalesce((SELECT serial FROM access_filing WHERE shelf = '{mark}'), 0), {begin}, c.serial
FROM (SELECT 1) one LEFT JOIN ({merged}) c ON TRUE
"""


class Tops(NamedTuple):
    """How far the log is filed, where the page begins, and which serials may be on it, the newest first."""

    upto: int
    begin: int
    serials: list[int]

    def as_values(self) -> dict[str, Any]:
        """As a statement takes them: a list is JSON on SQLite."""
        listed = json.dumps(self.serials) if connection.vendor == "sqlite" else self.serials
        return {"upto": self.upto, "begin": self.begin, "serials": listed}


def tops_of_shelves(values: dict[str, Any]) -> Tops | None:
    """The first `most` entries on the shelves of `person` (left out: a stranger) at the moment `now`, of the room
    `of_room` or of all, from `since` or the newest on; None where there is no entry from which to begin.
    """
    statement = _statement("person" not in values, "of_room" in values, "since" in values, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(prepared(statement), values)
        rows = cursor.fetchall()
    upto, begin, _ = rows[0]
    return None if begin is None else Tops(upto, begin, [serial for _, _, serial in rows if serial is not None])


@cache
def _statement(stranger: bool, of_room: bool, since: bool, vendor: str) -> str:
    begin = _BEGIN[since]
    merged = _MERGED[vendor].format(room=OF_ROOM if of_room else "", begin=begin)
    return _TOPS.format(mine=shelves_of(stranger=stranger), merged=merged, begin=begin, mark=MARK)
