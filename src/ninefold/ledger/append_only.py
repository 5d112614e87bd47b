"""The triggers that let the ledger's tables grow and nothing else, for SQLite and PostgreSQL.

They stop mistakes and this program; a person who owns the database file can remove them, and then `check` and the
checkpoints that others hold tell. On SQLite every connection also sets `recursive_triggers`: without it,
`INSERT OR REPLACE` deletes a row and no trigger sees it.
"""

from collections.abc import Iterator

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

_NEVER = (
    *("entry", "tombstone", "leaf", "checkpoint", "loss", "keychange", "timestamp"),
    *("listed", "planted", "witnesskey"),
)
_DELETED = ("body", "tile", "cosignature")
_ERASABLE = "EXISTS (SELECT 1 FROM ledger_tombstone t WHERE t.entry_id = OLD.entry_id)"
# What `outdated.py` forgets: its witness has signed a newer line, and no stamped proof needs it.
_OUTDATED = (
    "EXISTS (SELECT 1 FROM ledger_cosignature s"
    " WHERE s.witness_id = OLD.witness_id AND s.checkpoint_id > OLD.checkpoint_id)"
    " AND NOT EXISTS (SELECT 1 FROM ledger_timestamp t WHERE t.checkpoint_id = OLD.checkpoint_id)"
)
_REPLACED = {
    "sqlite": (
        'EXISTS (SELECT 1 FROM ledger_tile t WHERE t.level = OLD.level AND t."index" = OLD."index"'
        " AND t.width > OLD.width AND substr(t.nodes, 1, 32 * OLD.width) = substr(OLD.nodes, 1, 32 * OLD.width))"
    ),
    "postgresql": (
        'EXISTS (SELECT 1 FROM ledger_tile t WHERE t.level = OLD.level AND t."index" = OLD."index"'
        " AND t.width > OLD.width"
        " AND substring(t.nodes FROM 1 FOR 32 * OLD.width) = substring(OLD.nodes FROM 1 FOR 32 * OLD.width))"
    ),
}


def triggers(vendor: str) -> dict[str, str]:
    """The name of each trigger and the statement that makes it, for `sqlite` or `postgresql`."""
    allowed = dict(zip(_DELETED, (_ERASABLE, _REPLACED[vendor], _OUTDATED), strict=True))
    rules = [*_never_changed(), *(rule for table in _DELETED for rule in _deleted_only_when(table, allowed[table]))]
    write = {"sqlite": _sqlite, "postgresql": _postgresql}[vendor]
    made = {f"ledger_{table}_no_{act.lower()}": write(table, act, when) for table, act, when in rules}
    if vendor == "postgresql":
        made |= {f"ledger_{table}_no_truncate": _no_truncate(table) for table in (*_NEVER, *_DELETED)}
    return made


def install(database: BaseDatabaseWrapper) -> None:
    """Put up every trigger of the tables that are there; what stood before is replaced."""
    remove(database)
    standing = database.introspection.table_names()
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute(_REFUSE)
        for name, statement in triggers(database.vendor).items():
            # An early migration meets fewer tables than there are now; the one that makes a table comes here again.
            if _table(name) in standing:
                cursor.execute(statement)


def remove(database: BaseDatabaseWrapper) -> None:
    """Take down every trigger; only a test's tidying and the way back of the migration do this."""
    standing = set(database.introspection.table_names())
    with database.cursor() as cursor:
        for name in triggers(database.vendor):
            if _table(name) not in standing:
                continue
            table = f" ON {_table(name)}" if database.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{table}")


def missing() -> list[str]:
    """The triggers that no longer stand in this database, by name."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled = 'O' AND NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(query[connection.vendor])
        standing = {name for (name,) in cursor.fetchall()}
    return sorted(triggers(connection.vendor).keys() - standing)


def _table(trigger: str) -> str:
    return trigger.partition("_no_")[0]


def _never_changed() -> Iterator[tuple[str, str, str]]:
    for table in _NEVER:
        yield table, "UPDATE", ""
        yield table, "DELETE", ""


def _deleted_only_when(table: str, allowed: str) -> Iterator[tuple[str, str, str]]:
    yield table, "UPDATE", ""
    yield table, "DELETE", f"NOT ({allowed})"


def _sqlite(table: str, act: str, when: str) -> str:
    condition = f" WHEN {when}" if when else ""
    return (
        f"CREATE TRIGGER ledger_{table}_no_{act.lower()} BEFORE {act} ON ledger_{table}{condition}"
        f" BEGIN SELECT RAISE(ABORT, 'The ledger only grows: {act} on {table} is blocked.'); END"
    )


_REFUSE = """
CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'The ledger only grows: % on % is blocked.', TG_OP, TG_ARGV[0] USING ERRCODE = '23514'; END
$$
"""


def _postgresql(table: str, act: str, when: str) -> str:
    if not when:
        return (
            f"CREATE TRIGGER ledger_{table}_no_{act.lower()} BEFORE {act} ON ledger_{table}"
            f" FOR EACH ROW EXECUTE FUNCTION ledger_refuse('{table}')"
        )
    # A WHEN clause may not hold a query here, so the condition goes into a function of its own.
    return (
        f"CREATE OR REPLACE FUNCTION ledger_{table}_{act.lower()}() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN IF {when} THEN RAISE EXCEPTION 'The ledger only grows: {act} on {table} is blocked.'"
        f" USING ERRCODE = '23514'; END IF; RETURN OLD; END $$;"
        f" CREATE TRIGGER ledger_{table}_no_{act.lower()} BEFORE {act} ON ledger_{table}"
        f" FOR EACH ROW EXECUTE FUNCTION ledger_{table}_{act.lower()}()"
    )


def _no_truncate(table: str) -> str:
    return (
        f"CREATE TRIGGER ledger_{table}_no_truncate BEFORE TRUNCATE ON ledger_{table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse('{table}')"
    )
