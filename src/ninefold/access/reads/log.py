"""The newest entries of the log that a reader sees, page by page, at the pace of an unfiltered list.

1. His shelves are merged from their tops, no further than a page needs: the candidates.
2. `entries_visible_to` says which of them he sees. The mapper puts that question in ten milliseconds and a database
   answers it in a third of one, so its words are kept and only the reader and the moment are put in; PostgreSQL keeps
   its plan too.
3. Only if too many candidates fell away (a release that ended today, an embargo) is all asked that stands further down.

Entries that are not filed yet are asked for in step 2, without a shelf.
"""

import re
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection

from ninefold.access.models import ADMINISTRATOR, Person, Release
from ninefold.access.reads.authors import require_openable
from ninefold.access.reads.entries import entries_visible_to
from ninefold.access.reads.facts import actor_name
from ninefold.access.reads.prepared import prepared
from ninefold.access.reads.tops import MANY, OF_ROOM, tops_of_shelves
from ninefold.access.shelves import shelves_of
from ninefold.errors import InvalidError, NotThereError
from ninefold.ledger.models import Entry

_SPARE = 10
"""How many candidates more than entries are looked for, so that a few that fall away cost no further question."""

_SEEN = """
SELECT {columns}, l."index" AS leaf_index
FROM ledger_entry LEFT JOIN ledger_leaf l ON l.entry_id = ledger_entry.serial
WHERE ({policy}) AND {which} {room} ORDER BY ledger_entry.serial DESC LIMIT %(size)s
"""
_TOGETHER = "SELECT * FROM ({0}) a UNION ALL SELECT * FROM ({1}) b ORDER BY serial DESC LIMIT %(size)s"
# A release may have filed what the mark has not reached yet; that is among the late ones.
_SERIALS = {
    "sqlite": "ledger_entry.serial <= %(upto)s AND ledger_entry.serial IN (SELECT value FROM json_each(%(serials)s))",
    "postgresql": "ledger_entry.serial <= %(upto)s AND ledger_entry.serial = ANY(%(serials)s)",
}
_LATE = "ledger_entry.serial > %(upto)s AND ledger_entry.serial <= %(begin)s"
_FURTHER = """
ledger_entry.serial < %(floor)s AND ledger_entry.serial <= %(upto)s AND ledger_entry.serial IN (
  SELECT f.serial FROM access_filing f WHERE f.shelf IN (SELECT shelf FROM ({mine}) mine){room}
)
"""
_PLAIN = re.compile(r"[A-Za-z0-9:+._% -]*")

# They stand for the reader and the moment while a question is put into words.
_READER, _MOMENT = UUID(int=0x9F01D), datetime(1990, 1, 1, 9, tzinfo=UTC)


def newest_entries(
    person: Person | None,
    now: datetime,
    *,
    size: int,
    room: str = "",
    since: UUID | None = None,
    spare: int = _SPARE,
    many: int = MANY,
) -> list[Entry]:
    """The newest entries that he sees, or those from the entry `since` on, which is the first; in one room, or in all.

    `NotThereError` where he does not see `since`. The same as `entries_visible_to`, in two queries, three at most. Each
    entry bears `leaf_index`, the index of its leaf (None while it waits).
    """
    values = _values(person, now, room, since) | {"size": size, "most": size + spare, "many": many}
    found = tops_of_shelves(values)
    if found is None:
        raise NotThereError
    values |= found.as_values()
    late = (_LATE,) if found.begin > found.upto else ()
    rows = _seen(prepared(_statement(person, room, _SERIALS[connection.vendor], *late)), values)
    if len(rows) < size and len(found.serials) == values["most"]:
        further = _FURTHER.format(mine=shelves_of(stranger=person is None), room=OF_ROOM if room else "")
        values |= {"floor": found.serials[-1], "size": size - len(rows)}
        rows += _seen(_statement(person, room, further), values)
    if since and not (rows and rows[0].id == since):
        raise NotThereError
    return rows


def entry_seen(person: Person | None, now: datetime, entry: UUID) -> Entry:
    """One entry with its `leaf_index`; `NotThereError` if there is none, or none for him. One query."""
    id_ = Release._meta.get_field("record").get_db_prep_value(entry, connection)
    values = _values(person, now, "", None) | {"id": id_, "size": 1}
    rows = _seen(prepared(_statement(person, "", "ledger_entry.id = %(id)s")), values)
    if not rows:
        raise NotThereError
    return rows[0]


def entry_opened(person: Person | None, now: datetime, entry: UUID) -> Entry:
    """The same, to be shown with its opening; `RefusedError` where that would name who may not be named."""
    found = entry_seen(person, now, entry)
    require_openable(person, now, found)
    return found


def _seen(statement: str, values: dict[str, Any]) -> list[Entry]:
    return list(Entry.objects.raw(statement, values))


def _statement(person: Person | None, room: str, *which: str) -> str:
    """SELECT the newest of these entries that he sees. Apart, so that each comes straight from an index."""
    return _put_together(person is not None, bool(person and person.is_administrator), bool(room), which)


@cache
def _put_together(signed_in: bool, administrator: bool, in_room: bool, which: tuple[str, ...]) -> str:
    columns = ", ".join(f'ledger_entry."{field.column}"' for field in Entry._meta.concrete_fields)
    policy, room = _policy(signed_in, administrator), "AND ledger_entry.kind LIKE %(room)s" if in_room else ""
    each = [_SEEN.format(columns=columns, policy=policy, room=room, which=one) for one in which]
    return each[0] if len(each) == 1 else _TOGETHER.format(*each)


@cache
def _policy(signed_in: bool, administrator: bool) -> str:
    """The condition that `entries_visible_to` sets, with names where the reader and the moment go in."""
    person = Person(pk=_READER, roles=[ADMINISTRATOR] if administrator else []) if signed_in else None
    asked = entries_visible_to(person, _MOMENT).values("serial").query
    sql, given = asked.sql_with_params()
    places = {value: name for name, value in _reader(person, _MOMENT).items()} if person else {}
    places[_adapted(_MOMENT)] = "now"
    words = sql.partition(" WHERE ")[2].split("%s")
    filled = [f"%({places[value]})s" if value in places else _constant(value) for value in given]
    return "".join(word + value for word, value in zip(words, [*filled, ""], strict=True))


def _constant(value: object) -> str:
    """A marking, a kind or a rank as a statement spells it; text that could end a string has no place here."""
    if isinstance(value, int):
        return str(int(value))
    if not isinstance(value, str) or not _PLAIN.fullmatch(value):
        raise InvalidError("{value} is no constant of a filter.", value=repr(value))
    return f"'{value}'".replace("%", "%%")


def _values(person: Person | None, now: datetime, room: str, since: UUID | None) -> dict[str, Any]:
    values = _reader(person, now) if person else {}
    values["now"] = _adapted(now)
    if room:
        values |= {"room": f"{room}.%", "of_room": room}
    if since:
        values["since"] = Release._meta.get_field("record").get_db_prep_value(since, connection)
    return values


def _reader(person: Person, now: datetime) -> dict[str, Any]:
    id_ = Release._meta.get_field("record").get_db_prep_value(person.pk, connection)
    return {"person": id_, "actor": actor_name(person)}


def _adapted(moment: datetime) -> Any:  # noqa: ANN401 (text or moment, as the database has it)
    return connection.ops.adapt_datetimefield_value(moment)
