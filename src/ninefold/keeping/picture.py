"""A still picture of the database, while others go on writing; and which tables a copy holds."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from ninefold.errors import UnavailableError
from ninefold.keeping.rows import Model

# Who was signed in, links and answers that sign in once, and who asked for a new password: they end at a restore, so no
# copy holds them. The same with notices: a copy would tell of old items again, and write to an address that its owner
# has turned off since.
_LEFT_OUT = {
    "access.Session",
    "access.Link",
    "access.HeardAnswer",
    "access.Recovery",
    "sessions.Session",
    "access.Channel",
    "access.Item",
    "access.Message",
}

Point = tuple[str, str]  # a migration: its room and its name


@contextmanager
def picture() -> Iterator[None]:
    """Everything read inside is of one moment. Nobody waits for it, and nothing may be written inside."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        else:
            cursor.execute("BEGIN DEFERRED")
            cursor.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def tables() -> list[Model]:
    """The tables of every room and of what stands below, by name."""
    found = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return sorted((m for m in found if not m._meta.proxy and m._meta.label not in _LEFT_OUT), key=_label)


def schema() -> list[Point]:
    """The last migrations that made these tables. Tables of another version than the program's are refused."""
    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()
    if executor.migration_plan(leaves):
        raise UnavailableError("The tables are of an older version; start the workspace once, then make the backup.")
    return sorted((room, name) for room, name in leaves)


def known_points() -> set[Point]:
    """Every migration that this version knows."""
    return set(MigrationLoader(connection).graph.nodes)


def _label(model: Model) -> str:
    return model._meta.label
