"""Any one cell of any table of the ledger is changed, any one row is taken away: the check finds it and names it."""

import re
from contextlib import contextmanager, suppress

import pytest
from django.conf import settings as django_settings
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ninefold.ledger import keeping
from ninefold.ledger.check import check
from ninefold.ledger.models import Checkpoint

pytestmark = pytest.mark.django_db

# The columns of each table, and of what a finding calls a row of it.
TABLES = {
    "entry": ("serial id kind actor subject_kind subject_id time marking envelope key commitment", "serial"),
    "body": ("entry_id key text", "entry_id"),
    "tombstone": ("entry_id told_id", "entry_id"),
    "leaf": ("index commitment entry_id", '"index"'),
    "tile": ("level index width nodes", "level || '/' || \"index\""),
    "checkpoint": ("size root note time before entries last time_signature", "size"),
    "loss": ("size before kept time signature", "size"),
}
CELLS = [(table, column) for table, (columns, _) in TABLES.items() for column in columns.split()]
# Other values made of the one that is there, among them the same bytes as a value of another type.
MADE = [
    *("CAST({0} AS BLOB)", "CAST({0} AS TEXT)", "CAST({0} AS INTEGER)", "CAST({0} AS REAL)"),
    *("{0} + 1", "{0} - 1", "-{0}", "upper({0})", "{0} || ' '", "substr({0}, 2)", "NULL", "''", "zeroblob(32)"),
]
ANYTHING = st.one_of(
    st.integers(-(1 << 63), (1 << 63) - 1), st.floats(allow_nan=False), st.text(max_size=40), st.binary(max_size=40)
)


def ask(statement, values=()):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def change(statement, values=()):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def opened(restored_log):
    """A small log with a loss, without its triggers, and the last note beside its key."""
    keeping.remember(Checkpoint.objects.latest("size").note)
    yield restored_log
    (django_settings.WORKSPACE / "keys" / "log.head").unlink()


@contextmanager
def undone():
    """What is done in here is taken back."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def said():
    """The findings as a person reads them, but for the missing triggers."""
    return [str(finding) for finding in check().findings if finding.part != "database"]


def test_no_column_is_forgotten():
    with connection.cursor() as cursor:
        for table, (columns, _) in TABLES.items():
            found = connection.introspection.get_table_description(cursor, f"ledger_{table}")
            assert {column.name for column in found} == set(columns.split())


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite lets a column hold anything")
@pytest.mark.parametrize(("table", "column"), CELLS)
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_changed_cell_is_found_and_named(opened, table, column, data):
    rows = ask(f"SELECT rowid, {TABLES[table][1]} FROM ledger_{table} ORDER BY rowid")
    cells = f'SELECT typeof("{column}"), hex("{column}") FROM ledger_{table} ORDER BY rowid'
    honest = ask(cells)
    row, name = data.draw(st.sampled_from(rows))
    made = [form.format(f'"{column}"') for form in MADE]
    taken = [f'(SELECT "{column}" FROM ledger_{table} WHERE rowid = {other})' for other, _ in rows]
    other, *values = data.draw(st.sampled_from([[form] for form in made + taken]) | ANYTHING.map(lambda it: ["%s", it]))
    with undone():
        with suppress(DatabaseError):  # the column does not take such a value
            change(f'UPDATE ledger_{table} SET "{column}" = {other} WHERE rowid = {row}', values)
        assume(ask(cells) != honest)
        assert any(re.search(rf"\b{name}\b", text) for text in said()), (row, other, values, said())


@pytest.mark.parametrize("table", TABLES)
def test_a_missing_row_is_found_and_named(opened, table):
    called = TABLES[table][1]
    names = [name for (name,) in ask(f"SELECT {called} FROM ledger_{table} ORDER BY 1")]
    for name in {*names[:: 1 + len(names) // 20], names[-1]}:
        with undone():
            change(f"DELETE FROM ledger_{table} WHERE {called} = %s", [name])
            assert any(re.search(rf"\b{name}\b", text) for text in said()), (name, said())
