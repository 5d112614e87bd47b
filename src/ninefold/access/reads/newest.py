"""The newest records that a reader sees, page by page, at the pace of an unfiltered list.

Measured (benchmarks/access.py, 100,000 records, 200 audiences): walking the list and asking of each record whether it
is visible is quick for who sees much and slow for who sees little; collecting all that he sees and sorting it is the
other way round. So a page looks first at the newest releases to anybody, as far as that is cheap, and keeps his own.
When they do not fill it, it merges the tops of his audiences, each read straight from its index, no further back than
the page can reach.
The statements are written out by hand because the mapper can express neither.
"""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from ninefold.access.models import Person, Release

SIZE = 50
LOOKED_AT = 16
"""How many of the newest releases are looked at for each record of a page. Raise it if most readers are in fewer than
one of ten audiences; lower it if most are in one or two."""

_FEW = 8
"""How many records of each audience are looked at to find how far back a page can reach at most."""

_OPEN = "{r}starts <= %(now)s AND {r}ends > %(now)s AND ({r}embargo_until IS NULL OR {r}embargo_until <= %(now)s)"
_AFTER = " AND ({r}listed, {r}record) < (%(listed)s, %(record)s)"
_MINE = (
    "SELECT audience_id FROM access_membership WHERE person_id = %(person)s AND starts <= %(now)s AND ends > %(now)s"
)
_NEWEST = """
SELECT DISTINCT listed, record FROM (
  SELECT * FROM access_release r WHERE r.kind = %(kind)s{after} ORDER BY r.listed DESC, r.record DESC LIMIT %(most)s
) w WHERE {open} AND (rank = 0 OR audience_id IN ({mine})) ORDER BY listed DESC, record DESC LIMIT %(size)s
"""
# A record may have been released to one audience twice: it stands in the list once.
_TOP = """
SELECT {columns} FROM access_release x WHERE x.kind = %(kind)s AND {which} AND {open}{after}
GROUP BY x.listed, x.record ORDER BY x.listed DESC, x.record DESC LIMIT {most}
"""
# SQLite has no LATERAL; its planner drives the inner table by a correlated list of row numbers just as well.
_EACH = {
    "postgresql": "SELECT t.listed, t.record FROM mine a CROSS JOIN LATERAL ({top}) t",
    "sqlite": "SELECT t.listed, t.record FROM mine a CROSS JOIN access_release t ON t.rowid IN ({top})",
}
_WITHIN = " AND x.listed >= (SELECT listed FROM bound)"
_BEGINNING = {"postgresql": "'-infinity'", "sqlite": "''"}
# The few newest of each audience bound the page: what is older than the last of them that fits is not read at all.
_MERGED = """
WITH mine AS (SELECT DISTINCT audience_id FROM ({mine}) m),
bound AS (SELECT coalesce((
  SELECT f.listed FROM ({few}) f GROUP BY f.listed, f.record ORDER BY f.listed DESC LIMIT 1 OFFSET %(size)s - 1
), {beginning}) AS listed)
SELECT e.listed, e.record FROM ({everybody}) e UNION {each} ORDER BY 1 DESC, 2 DESC LIMIT %(size)s
"""


class Place(NamedTuple):
    """Where a record stands in its list: by time, newest first, then by id."""

    listed: datetime
    record: UUID


class Page(NamedTuple):
    """The records of one page in order. `after` is where the next page begins, None on the last."""

    places: list[Place]
    after: Place | None

    @property
    def ids(self) -> list[UUID]:
        """The records' ids, in order."""
        return [place.record for place in self.places]


def newest(
    person: Person | None,
    now: datetime,
    kind: str,
    *,
    after: Place | None = None,
    size: int = SIZE,
    looked_at: int = LOOKED_AT,
) -> Page:
    """The newest records of a kind that he sees: the same as `visible_to`, in at most two queries.

    The order is by `Release.listed`, which `place` sets. Nothing is counted that he may not see.
    """
    values = _values(person, now, kind, after) | {"size": size + 1, "most": looked_at * size}
    found = _rows(_newest(person, after), values)
    if len(found) <= size:
        found = _rows(_merged(person, after), values)
    places = found[:size]
    return Page(places, places[-1] if len(found) > size else None)


def _newest(person: Person | None, after: Place | None) -> str:
    opened = _OPEN.format(r="w.")
    return _NEWEST.format(after=_AFTER.format(r="r.") if after else "", open=opened, mine=_audiences(person))


def _merged(person: Person | None, after: Place | None) -> str:
    """The tops of his audiences and of what everybody reads, one behind the other in order."""
    everybody = _top("x.listed, x.record", "x.rank = 0", after)
    if not _reads_by_membership(person):
        return everybody
    vendor = connection.vendor
    columns = "min(x.rowid)" if vendor == "sqlite" else "x.listed, x.record"
    of_each = "x.audience_id = a.audience_id"
    few = _EACH[vendor].format(top=_top(columns, of_each, after, most=str(_FEW)))
    each = _EACH[vendor].format(top=_top(columns, of_each + _WITHIN, after))
    return _MERGED.format(mine=_MINE, few=few, beginning=_BEGINNING[vendor], everybody=everybody, each=each)


def _top(columns: str, which: str, after: Place | None, *, most: str = "%(size)s") -> str:
    rest = _AFTER.format(r="x.") if after else ""
    return _TOP.format(columns=columns, which=which, open=_OPEN.format(r="x."), after=rest, most=most)


def _audiences(person: Person | None) -> str:
    return _MINE if _reads_by_membership(person) else "NULL"


def _reads_by_membership(person: Person | None) -> bool:
    return person is not None and not person.is_administrator


def _values(person: Person | None, now: datetime, kind: str, after: Place | None) -> dict[str, Any]:
    moment = connection.ops.adapt_datetimefield_value
    identity = Release._meta.get_field("record").get_db_prep_value
    values: dict[str, Any] = {"kind": kind, "now": moment(now)}
    if person is not None:
        values["person"] = identity(person.pk, connection)
    if after is not None:
        values |= {"listed": moment(after.listed), "record": identity(after.record, connection)}
    return values


def _rows(statement: str, values: dict[str, Any]) -> list[Place]:
    listed = Release._meta.get_field("listed")
    converters = connection.ops.get_db_converters(listed.get_col("access_release"))
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    for convert in converters:
        rows = [(convert(moment, listed, connection), record) for moment, record in rows]
    return [Place(moment, UUID(str(record))) for moment, record in rows]
