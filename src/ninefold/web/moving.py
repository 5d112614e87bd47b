"""From the file in the workspace to a server: every row, in one transaction, compared with the ledger afterwards.

1. The other database must hold nothing; it gets this version's tables and triggers.
2. Every table is copied in one transaction, and counted again on the other side.
3. The rows of the ledger are read back and compared byte for byte.
Only then may the workspace say that its records lie on the server (`cli/move.py`).
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connections, models, transaction

from ninefold.errors import ConflictError, UnavailableError

_OTHER = "other"
_BATCH = 500


def open_other(settings: dict[str, Any]) -> None:
    """Name the other database; `ConflictError` unless it is empty, `UnavailableError` when it does not answer."""
    connections.settings[_OTHER] = connections.configure_settings({"default": {}, _OTHER: settings})[_OTHER]
    try:
        found = connections[_OTHER].introspection.table_names()
    except DatabaseError as error:
        raise UnavailableError(
            "The database does not answer: {why} Look at its address, and that it runs.",
            why=str(error).strip().splitlines()[0],
        ) from None
    if found:
        raise ConflictError("The database holds {count} tables already; name an empty one.", count=len(found))


def count_rows() -> int:
    """How many rows there are to copy, for a progress bar."""
    return sum(model._base_manager.count() for model in _models())


def copy_all(step: Callable[[int], None]) -> None:
    """Steps 1 to 3. `step` is told how many more rows are done; a failure leaves the other database without rows."""
    call_command("migrate", database=_OTHER, interactive=False, verbosity=0)
    with transaction.atomic(using=_OTHER):
        for model in _models():
            # What the tables' own making filled in (content types) is replaced by what this workspace has.
            model._base_manager.using(_OTHER).all().delete()
        for model in _models():
            _copy(model, step)
        _count_again()
        _reset_sequences()
    _compare_ledger()


def _models() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]


def _copy(model: type[models.Model], step: Callable[[int], None]) -> None:
    names = [field.attname for field in model._meta.concrete_fields if field.name != "pk"]
    batch: list[models.Model] = []
    for values in model._base_manager.values_list(*names).iterator(_BATCH):
        batch.append(model(**dict(zip(names, values, strict=True))))
        if len(batch) == _BATCH:
            _write(model, batch, step)
            batch = []
    _write(model, batch, step)


def _write(model: type[models.Model], batch: list[models.Model], step: Callable[[int], None]) -> None:
    if batch:
        model._base_manager.using(_OTHER).bulk_create(batch)
        step(len(batch))


def _count_again() -> None:
    for model in _models():
        here, there = (model._base_manager.using(name).count() for name in ("default", _OTHER))
        if here != there:
            raise ConflictError(
                "{table} has {here} rows here and {there} there; nothing was moved.",
                table=model._meta.db_table,
                here=here,
                there=there,
            )


def _reset_sequences() -> None:
    other = connections[_OTHER]
    with other.cursor() as cursor:
        from django.core.management.color import no_style  # noqa: PLC0415

        for statement in other.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)


def _compare_ledger() -> None:
    for model in apps.get_app_config("ledger").get_models():
        for here, there in zip(_cells(model, "default"), _cells(model, _OTHER), strict=True):
            if here != there:
                raise ConflictError(
                    "A row of {table} did not arrive as it was: {row}. Nothing was moved; empty the other database.",
                    table=model._meta.db_table,
                    row=here[0],
                )


def _cells(model: type[models.Model], name: str) -> Iterator[tuple[Any, ...]]:
    names = [field.attname for field in model._meta.concrete_fields if field.name != "pk"]
    rows = model._base_manager.using(name).order_by("pk").values_list(*names)
    for row in rows.iterator(_BATCH):
        yield tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)
