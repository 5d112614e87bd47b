"""The tables of a copy, put into an empty database of either engine."""

from collections.abc import Callable, Collection, Iterator
from typing import Any
from uuid import UUID

from django.core.management.color import no_style
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps

from ninefold.errors import ConflictError, InvalidError
from ninefold.keeping.manifest import Manifest, Table
from ninefold.keeping.opening import Opened
from ninefold.keeping.picture import known_points
from ninefold.keeping.rows import Model, insert, read_line
from ninefold.ledger.models import Entry

_ENTRIES, _BODIES = "ledger.Entry", "ledger.Body"
# The tree of a log, and what points into it; a successor plants the tags of its directory anew.
_TREE = {f"ledger.{name}" for name in ("Leaf", "Tile", "Checkpoint", "Loss", "Planted", "KeyChange", "TimeStamp")}


def make_tables(manifest: Manifest) -> StateApps:
    """The tables as they were when the copy was made; the models that fit them. The database must be empty."""
    if unknown := set(manifest.schema) - known_points():
        raise InvalidError(
            "The copy was made by a newer version, {program} ({point}); use that one.",
            program=manifest.program,
            point=".".join(min(unknown)),
        )
    executor = MigrationExecutor(connection)
    state = executor.migrate(list(manifest.schema))
    if Entry.objects.exists():
        raise ConflictError("The database holds something already; name an empty one.")
    return state.apps


def load(
    opened: Opened,
    manifest: Manifest,
    apps: StateApps,
    *,
    erased: Collection[UUID],
    successor: bool,
    step: Callable[[int], None],
) -> None:
    """Every row of the copy, but not the text of entries that were erased since, and not a log that ends here."""
    shredded: set[int] = set()
    # Entries come before their bodies, so that the text of an erased one never touches the disk.
    for table in sorted(manifest.tables, key=lambda one: one.name != _ENTRIES):
        model = apps.get_model(table.name)
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608
        if successor and table.name in _TREE:
            continue
        for rows in _rows(opened, table):
            step(len(rows))
            if table.name == _ENTRIES:
                shredded |= _serials(table, rows, erased)
            insert(model, table.columns, [row for row in rows if not _is_shredded(table, row, shredded)])
    _count_on([apps.get_model(table.name) for table in manifest.tables])


def bring_up_to_date() -> None:
    """The tables of this version."""
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def _rows(opened: Opened, table: Table) -> Iterator[list[list[Any]]]:
    for lines in opened.lines(table.pieces):
        yield [read_line(line) for line in lines]


def _serials(table: Table, rows: list[list[Any]], erased: Collection[UUID]) -> set[int]:
    serial, id_ = table.columns.index("serial"), table.columns.index("id")
    return {row[serial] for row in rows if row[id_] in erased}


def _is_shredded(table: Table, row: list[Any], shredded: set[int]) -> bool:
    return table.name == _BODIES and row[table.columns.index("entry_id")] in shredded


def _count_on(found: list[Model]) -> None:
    """On PostgreSQL a counter does not know of rows that came with their numbers."""
    counted = [model for model in found if isinstance(model._meta.pk, models.AutoField)]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), counted):
            cursor.execute(statement)
