"""Statements that PostgreSQL plans once a connection: planning the policy's takes three times as long as its answer.

SQLite's driver keeps what it has compiled by itself; there a statement stays as it stands.
"""

import re
from weakref import WeakKeyDictionary

from django.db import connection

_TYPES = {
    "person": "uuid", "actor": "text", "now": "timestamptz", "since": "uuid", "id": "uuid", "room": "text",
    "of_room": "text", "size": "bigint", "most": "bigint", "many": "bigint", "upto": "bigint", "begin": "bigint",
    "serials": "bigint[]",
}  # fmt: skip
"""What stands in for each name that such a statement may have."""

_NAME = re.compile(r"%\((\w+)\)s")
_prepared: WeakKeyDictionary[object, dict[str, str]] = WeakKeyDictionary()


def prepared(statement: str) -> str:
    """How to run a statement with named values on this connection, with the same values.

    Preparing asks the tables nothing, and so counts for no query. A statement must name its columns: a plan is kept
    while tables grow, not while they change. The settings hold PostgreSQL to one plan for all values (`workspace.py`).
    """
    if connection.vendor != "postgresql":
        return statement
    connection.ensure_connection()
    known = _prepared.setdefault(connection.connection, {})
    if statement not in known:
        known[statement] = _prepare(statement, f"access_statement_{len(known)}")
    return known[statement]


def _prepare(statement: str, name: str) -> str:
    names = list(dict.fromkeys(_NAME.findall(statement)))
    numbered = _NAME.sub(lambda found: f"${names.index(found[1]) + 1}", statement).replace("%%", "%")
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(f"PREPARE {name} ({', '.join(_TYPES[each] for each in names)}) AS {numbered}")
    return f"EXECUTE {name} ({', '.join(f'%({each})s' for each in names)})"
