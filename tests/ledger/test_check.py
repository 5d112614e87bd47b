"""Whatever is changed behind the ledger's back is found, and named."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ninefold.ledger import append_only
from ninefold.ledger.actions import erase
from ninefold.ledger.beat import beat
from ninefold.ledger.check import check, steps
from ninefold.ledger.models import Body, Checkpoint, Entry, Leaf, Tile, Tombstone

from .conftest import NOW

pytestmark = pytest.mark.django_db


def change(statement, values=()):
    """As somebody does who owns the database: past the triggers."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def opened(small_log):
    """The small log with its triggers taken away; nothing else is wrong with it."""
    append_only.remove(connection)
    return small_log


def found():
    """The findings, but for the missing triggers."""
    return [finding for finding in check().findings if finding.part != "database"]


def test_an_honest_log_has_no_findings(small_log):
    done = []
    report = check(done.append)
    assert report.findings == []
    assert (report.entries, report.erased, report.waiting) == (7, 1, 1)
    assert (report.leaves, report.checkpoints) == (272, 3)
    assert sum(done) == steps() == 7 + 272 + 3


def test_an_empty_log_has_no_findings(log_key):
    assert check().findings == []


def test_missing_triggers_are_named(opened):
    names = {finding.name for finding in check().findings}
    assert names == set(append_only.triggers(connection.vendor))


def flip(value, at):
    """One bit of the byte at a place, wherever in the value that is."""
    at %= len(value)
    return value[:at] + bytes([value[at] ^ (1 << at % 8)]) + value[at + 1 :]


BYTES = [
    (Entry, "envelope", "entry"),
    (Entry, "key", "entry"),
    (Entry, "commitment", "entry"),
    (Body, "key", "body"),
    (Body, "text", "body"),
    (Leaf, "commitment", "leaf"),
    (Tile, "nodes", "tile"),
    (Checkpoint, "root", "checkpoint"),
    (Checkpoint, "last", "checkpoint"),
    (Checkpoint, "time_signature", "checkpoint"),
]


def where(row):
    """The condition that finds a row again, and its values."""
    names = row._meta.pk_fields
    return " AND ".join(f'"{field.column}" = %s' for field in names), [getattr(row, field.attname) for field in names]


def put(row, column, value):
    condition, key = where(row)
    field = row._meta.get_field(column)
    raw = field.get_db_prep_value(value, connection)
    change(f'UPDATE {row._meta.db_table} SET "{field.column}" = %s WHERE {condition}', [raw, *key])


@pytest.mark.parametrize(("model", "column", "part"), BYTES, ids=lambda value: getattr(value, "__name__", value))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_flipped_byte_is_found_and_named(opened, model, column, part, data):
    rows = list(model.objects.order_by("pk"))
    row = rows[data.draw(st.integers(0, len(rows) - 1))]
    honest = bytes(getattr(row, column))
    put(row, column, flip(honest, data.draw(st.integers(0, len(honest) - 1))))
    try:
        findings = found()
        assert {finding.part for finding in findings} == {part}
        assert {finding.name.split(" ")[0] for finding in findings} == {name_of(row)}
    finally:
        put(row, column, honest)
    assert found() == []


def name_of(row):
    if isinstance(row, Tile):
        return f"{row.level}/{row.index}"
    return str(row.pk)


def test_every_byte_of_the_note_counts(opened):
    row = Checkpoint.objects.order_by("size").first()
    honest = row.note
    for at in range(len(honest)):
        put(row, "note", honest[:at] + ("A" if honest[at] != "A" else "B") + honest[at + 1 :])
        assert [(finding.part, finding.name) for finding in found()] == [("checkpoint", "256")], at
    put(row, "note", honest + "— another+key AAAAAAAA\n")
    assert [finding.part for finding in found()] == ["checkpoint"]


TEXTS = {
    "kind": "warning.raisee",
    "actor": "clocl",
    "subject_kind": "warning:warninh",
    "marking": "tlp:greem",
}


@pytest.mark.parametrize("column", TEXTS)
def test_a_changed_column_of_an_entry_is_named(opened, column):
    put(opened.entries[2], column, TEXTS[column])
    (finding,) = found()
    assert str(finding) == f"The column {column} of entry {finding.name} was changed."
    assert finding.name == f"3 ({spelled(opened.entries[2].id)})"


@pytest.mark.parametrize("column", ["id", "subject_id"])
def test_a_changed_id_of_an_entry_is_named(opened, column):
    put(opened.entries[2], column, opened.entries[3].subject_id)
    (finding,) = found()
    assert finding.values == {"column": column}
    assert finding.name.startswith("3 ")


def test_a_changed_time_is_named(opened):
    put(opened.entries[2], "time", NOW.replace(microsecond=1))
    assert [finding.values for finding in found()] == [{"column": "time"}]
    put(opened.entries[2], "time", NOW)
    put(Checkpoint.objects.get(size=264), "time", NOW.replace(microsecond=1))
    assert [(finding.part, finding.name) for finding in found()] == [("checkpoint", "264")]


NUMBERS = [
    (Entry, "serial", 3, 1_000, ["body", "entry", "leaf"]),
    (Entry, "serial", 7, 1_000, ["body", "entry"]),
    (Entry, "serial", 3, -1, ["body", "entry", "leaf"]),
    (Body, "entry_id", 3, 1_000, ["body"]),
    (Tombstone, "entry_id", 2, 1_000, ["body", "tombstone"]),
    (Tombstone, "told_id", 2, 5, ["tombstone"]),
    (Leaf, "index", 17, 1 << 40, ["leaf"]),
    (Leaf, "index", 271, -4, ["checkpoint", "leaf", "tile"]),
    (Leaf, "index", 0, -4, ["leaf"]),
    (Checkpoint, "size", 264, 263, ["checkpoint"]),
    (Checkpoint, "size", 272, 1 << 40, ["checkpoint"]),
    (Checkpoint, "size", 256, -1, ["checkpoint"]),
    (Checkpoint, "before", 264, 17, ["checkpoint"]),
    (Checkpoint, "entries", 272, 17, ["checkpoint"]),
]


@pytest.mark.parametrize(("model", "column", "pk", "value", "parts"), NUMBERS, ids=str)
def test_a_changed_number_is_found(opened, model, column, pk, value, parts):
    row = model.objects.get(pk=pk)
    if connection.vendor == "sqlite":
        change("PRAGMA defer_foreign_keys = ON")
    condition, key = where(row)
    change(f'UPDATE {model._meta.db_table} SET "{column}" = %s WHERE {condition}', [value, *key])
    findings = found()
    assert sorted({finding.part for finding in findings}) == parts, [str(finding) for finding in findings]
    change(f'UPDATE {model._meta.db_table} SET "{column}" = %s WHERE "{column}" = %s', [getattr(row, column), value])
    assert found() == []


@pytest.mark.parametrize(("column", "value"), [("level", 3), ("index", 9), ("index", -1), ("width", 7), ("width", 255)])
def test_a_tile_in_a_wrong_place_is_found(opened, column, value):
    for tile in Tile.objects.all():
        condition, key = where(tile)
        change(f'UPDATE ledger_tile SET "{column}" = %s WHERE {condition}', [value, *key])
        assert {finding.part for finding in found()} == {"tile"}
        key[["level", "index", "width"].index(column)] = value
        change(f'UPDATE ledger_tile SET "{column}" = %s WHERE {condition}', [getattr(tile, column), *key])
    assert found() == []


@pytest.mark.parametrize(
    ("statement", "part", "name"),
    [
        ("DELETE FROM ledger_entry WHERE serial = 3", "entry", "3 to 3"),
        ("DELETE FROM ledger_entry WHERE serial = 1", "entry", "1 to 1"),
        ("DELETE FROM ledger_entry WHERE serial = 7", "body", "7"),
        ("DELETE FROM ledger_body WHERE entry_id = 3", "body", "3"),
        ("DELETE FROM ledger_tombstone", "body", "2"),
        ("DELETE FROM ledger_leaf WHERE \"index\" = 5", "leaf", "5 to 5"),
        ("DELETE FROM ledger_leaf WHERE \"index\" = 271", "checkpoint", "272"),
        ("DELETE FROM ledger_tile WHERE level = 1", "tile", "1/0"),
        ("DELETE FROM ledger_tile WHERE level = 0 AND \"index\" = 0", "tile", "0/0"),
        ("DELETE FROM ledger_checkpoint WHERE size = 264", "checkpoint", "264"),
        ("DELETE FROM ledger_checkpoint WHERE size = 272", "leaf", "264"),
    ],
)  # fmt: skip
def test_a_deleted_row_is_found(opened, statement, part, name):
    if connection.vendor == "postgresql":
        change("SET CONSTRAINTS ALL DEFERRED")
    else:
        change("PRAGMA defer_foreign_keys = ON")
    put_back = undo_of(statement)
    change(statement)
    findings = found()
    assert (part, name) in {(finding.part, finding.name.split(" (")[0]) for finding in findings}
    put_back()


def undo_of(statement):
    """Foreign keys are looked at when the test ends, so what was deleted comes back."""
    table, _, condition = statement.removeprefix("DELETE FROM ").partition(" WHERE ")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE {condition or '1 = 1'}")
        rows = cursor.fetchall()

    def put_back():
        for row in rows:
            change(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(row))})", row)
        assert found() == []

    return put_back


def test_a_leaf_that_forgets_its_entry_is_found(opened):
    last = Leaf.objects.filter(entry__isnull=False).order_by("entry").last()
    change('UPDATE ledger_leaf SET entry_id = NULL WHERE "index" = %s', [last.index])
    assert ("leaf", str(last.index)) in {(finding.part, finding.name) for finding in found()}
    first = Leaf.objects.filter(entry__isnull=False).order_by("entry").first()
    change('UPDATE ledger_leaf SET entry_id = NULL WHERE "index" = %s', [first.index])
    assert ("entry", "1") in {(finding.part, finding.name.split(" (")[0]) for finding in found()}


def test_a_leaf_that_names_another_entry_is_found(opened):
    leaf = Leaf.objects.get(entry_id=6)
    change('UPDATE ledger_leaf SET entry_id = 7 WHERE "index" = %s', [leaf.index])
    assert {finding.part for finding in found()} == {"leaf", "entry"}


def test_erased_is_told_from_tampered(opened):
    assert found() == []
    change("DELETE FROM ledger_body WHERE entry_id = 1")
    (finding,) = found()
    assert str(finding) == f"The body of entry {finding.name} is missing, and no tombstone says why."
    change("INSERT INTO ledger_tombstone (entry_id, told_id) VALUES (1, 3)")
    assert {finding.part for finding in found()} == {"tombstone"}


def test_a_body_that_comes_back_after_its_erasure_is_found(small_log):
    change("INSERT INTO ledger_body (entry_id, key, text) VALUES (2, %s, %s)", [b"k" * 32, b"{}"])
    assert [(finding.part, finding.name.split(" ")[0]) for finding in found()] == [("tombstone", "2")]


def test_a_rewritten_entry_is_found_by_its_leaf(opened):
    """Envelope, key and commitment changed together agree with each other, but not with the tree."""
    one, other = opened.entries[0], opened.entries[2]
    change("DELETE FROM ledger_body WHERE entry_id = 1")
    change("UPDATE ledger_body SET entry_id = 1 WHERE entry_id = 3")
    for column in ("kind", "actor", "subject_kind", "subject_id", "time", "marking", "envelope", "key", "commitment"):
        put(one, column, getattr(Entry.objects.get(pk=3), column))
    put(other, "id", opened.entries[3].subject_id)
    put(one, "id", other.id)
    parts = {(finding.part, finding.name.split(" ")[0]) for finding in found()}
    assert ("leaf", str(Leaf.objects.get(entry_id=1).index)) in parts


def test_a_link_to_nothing_is_found(small_log):
    broken = small_log.act(6, links=["0" * 64])
    (finding,) = found()
    assert (finding.part, finding.name) == ("entry", str(broken.serial))
    assert "which no earlier entry bears" in str(finding)


def test_a_tree_rewritten_to_the_top_is_found_by_its_checkpoints(opened):
    from ninefold.ledger.merkle import leaf_hash
    from ninefold.ledger.tiles import build_nodes, tile_root

    leaf = Leaf.objects.filter(index__lt=256, entry__isnull=True).first()
    forged = bytes(32)
    put(leaf, "commitment", forged)
    tile = Tile.objects.get(level=0, index=0)
    nodes = bytearray(bytes(tile.nodes)[: 256 * 32])
    nodes[leaf.index * 32 : leaf.index * 32 + 32] = leaf_hash(forged)
    put(tile, "nodes", build_nodes(bytes(nodes)))
    put(Tile.objects.get(level=1, index=0), "nodes", tile_root(build_nodes(bytes(nodes))))
    findings = found()
    assert [str(finding) for finding in findings] == [
        f"The leaves do not lead to the checkpoint at size {size}." for size in (256, 264, 272)
    ]


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("entry", "envelope"), ("entry", "key"), ("entry", "commitment"), ("entry", "kind"), ("entry", "time"),
        ("entry", "id"), ("body", "text"), ("body", "key"), ("leaf", "commitment"), ("tile", "nodes"),
        ("checkpoint", "root"), ("checkpoint", "note"), ("checkpoint", "time"), ("checkpoint", "time_signature"),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_named_and_stops_nothing(opened, table, column):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite lets a column hold anything")
    for value in ("'words'", "x'ff00ff'", "CAST(x'ff00ff' AS TEXT)", "17", "''", "'2026-13-45 08:30'"):
        change(f"UPDATE ledger_{table} SET {column} = {value} WHERE rowid = (SELECT min(rowid) FROM ledger_{table})")
        parts = {finding.part for finding in found()}
        assert table in parts
        assert "database" not in parts


def test_bytes_kept_as_text_are_named(opened):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite lets a column hold anything")
    change("UPDATE ledger_body SET text = CAST(text AS TEXT) WHERE entry_id = 3")
    assert [(finding.part, finding.name) for finding in found()] == [("body", "3")]


@pytest.mark.django_db(transaction=True)
def test_an_older_database_than_the_one_signed_is_found(small_log):
    """The head beside the key remembers what was published; the last checkpoint is taken out of the table."""
    append_only.remove(connection)
    change("DELETE FROM ledger_checkpoint WHERE size = 272")
    texts = [str(finding) for finding in found()]
    assert "This log signed a tree of size 272 that the database does not hold." in texts


def test_without_its_key_no_signature_is_called_good(small_log, settings, tmp_path):
    (tmp_path / "keys").mkdir()
    settings.WORKSPACE = tmp_path
    assert [finding.part for finding in found()] == ["key"]


def test_the_log_may_grow_after_a_check(small_log):
    check()
    erase(entry=small_log.act(9), reason="asked for", by="node", now=NOW)
    beat(NOW)
    assert check().findings == []


def spelled(uuid):
    return uuid.hex if connection.vendor == "sqlite" else str(uuid)


@pytest.mark.django_db(transaction=True)
def test_a_log_that_grows_while_it_is_checked_is_consistent(small_log):
    """The note beside the key must not be newer than the picture that is looked at."""
    grown = []

    def grow():
        grown.append(beat(NOW + timedelta(minutes=3)).size)
        connection.close()

    def step(_):
        if not grown:
            other = threading.Thread(target=grow)
            other.start()
            other.join()

    report = check(step)
    assert grown == [280]
    assert [str(finding) for finding in report.findings] == []
    assert report.leaves == 272
