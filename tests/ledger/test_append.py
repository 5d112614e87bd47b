"""An act becomes an entry, once, in its own transaction; and nothing takes it back."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ninefold.errors import InvalidError
from ninefold.ledger.actions import append, append_many
from ninefold.ledger.canonical import canonical_json
from ninefold.ledger.kinds import entry_kind, kind_named, words_for
from ninefold.ledger.models import Body, Entry
from ninefold.ledger.openings import Opening
from ninefold.ledger.refs import Ref
from ninefold.ledger.writing import MOST_BODY, NewEntry

RAISED = entry_kind("warning.raised", "raised a warning")
NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
SUBJECT = Ref("warning", "warning", uuid4())
ACT = {
    "kind": RAISED,
    "actor": "clock",
    "subject": SUBJECT,
    "now": NOW,
    "marking": "tlp:amber+strict",
    "body": {"country": "Mali"},
}


def written(entry):
    """The same entry, as the table has it."""
    return Entry.objects.get(serial=entry.serial)


@pytest.mark.django_db
def test_the_entry_returned_is_the_entry_stored():
    entry = append(**ACT)
    stored = written(entry)
    for column in ("id", "kind", "actor", "subject_kind", "subject_id", "time", "marking"):
        assert getattr(entry, column) == getattr(stored, column)
    assert bytes(stored.commitment) == entry.commitment
    assert stored.id.version == 4


@pytest.mark.django_db
def test_the_envelope_says_everything_but_the_body():
    entry = append(**ACT)
    envelope = json.loads(bytes(entry.envelope))
    assert envelope == {
        "type": "warning.raised",
        "actor": "clock",
        "room": "warning",
        "subject": str(SUBJECT),
        "time": "2026-11-21T08:30:00.000000Z",
        "marking": "tlp:amber+strict",
        "links": [],
        "id": str(entry.id),
        "body": envelope["body"],
    }
    body = Body.objects.get(entry=entry)
    assert bytes(body.text) == b'{"country":"Mali"}'
    opening = Opening(bytes(entry.envelope), bytes(entry.key), bytes(body.text), bytes(body.key))
    assert opening.commitment() == entry.commitment


@pytest.mark.django_db
def test_the_commitment_is_the_keyed_digest_that_the_manual_states():
    entry = append(**ACT)
    message = b"ninefold entry v1\x00" + bytes(entry.envelope)
    assert hmac.new(entry.key, message, hashlib.sha256).digest() == entry.commitment
    assert append(**ACT).key != entry.key


WORDS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789:-", min_size=1, max_size=30).filter(
    lambda text: text[0].isalnum()
)


@pytest.mark.django_db
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    actor=WORDS,
    marking=WORDS,
    when=st.integers(-(10**16), 10**16).map(lambda microseconds: NOW + timedelta(microseconds=microseconds)),
    body=st.dictionaries(st.text(max_size=20), st.text() | st.integers(-(2**53) + 1, 2**53 - 1) | st.booleans()),
)
def test_whatever_is_written_is_in_its_one_spelling(actor, marking, when, body):
    entry = append(kind=RAISED, actor=actor, subject=SUBJECT, now=when, marking=marking, body=body)
    envelope = bytes(entry.envelope)
    assert canonical_json(json.loads(envelope)) == envelope
    assert bytes(Body.objects.get(entry=entry).text) == canonical_json(body)
    assert written(entry).time == when


@pytest.mark.django_db
def test_serials_have_no_gap_even_after_a_rollback():
    first = append(**ACT)
    with transaction.atomic():
        append(**ACT)
        transaction.set_rollback(True)
    assert append(**ACT).serial == first.serial + 1


@pytest.mark.django_db
def test_many_acts_get_consecutive_serials_in_their_order():
    acts = [NewEntry(RAISED, "node", SUBJECT, NOW, "tlp:red", {"n": number}) for number in range(5)]
    receipts = append_many(acts)
    assert [receipt.serial for receipt in receipts] == list(range(receipts[0].serial, receipts[0].serial + 5))
    bodies = Body.objects.filter(entry__serial__gte=receipts[0].serial).order_by("entry_id")
    assert [json.loads(bytes(body.text))["n"] for body in bodies] == [0, 1, 2, 3, 4]
    assert {receipt.id for receipt in receipts} == set(Entry.objects.values_list("id", flat=True))
    assert len({receipt.id for receipt in receipts}) == 5


@pytest.mark.django_db
def test_no_acts_are_no_entries():
    assert append_many([]) == []


@pytest.mark.django_db(transaction=True)
def test_an_entry_needs_the_transaction_of_its_act():
    with pytest.raises(transaction.TransactionManagementError, match="inside the transaction"):
        append(**ACT)
    assert Entry.objects.count() == 0


@pytest.mark.django_db
def test_a_link_is_the_commitment_of_an_entry():
    earlier = append(**ACT)
    later = append(**ACT, links=[bytes(earlier.commitment).hex()])
    assert json.loads(bytes(later.envelope))["links"] == [bytes(earlier.commitment).hex()]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"actor": 'a"b'}, "names no actor"),
        ({"actor": ""}, "names no actor"),
        ({"actor": "Ms A"}, "names no actor"),
        ({"actor": "clock\n"}, "names no actor"),
        ({"actor": "a" * 101}, "names no actor"),
        ({"marking": "TLP:RED"}, "is no marking"),
        ({"marking": ""}, "is no marking"),
        ({"links": ["0" * 63]}, "64 hexadecimal"),
        ({"links": ["G" * 64]}, "64 hexadecimal"),
        ({"links": ["0" * 64] * 1001}, "at most 1000"),
        ({"body": ["a list"]}, "JSON object"),
        ({"body": {"text": "x" * MOST_BODY}}, "JSON object of at most"),
        ({"body": {"number": float("nan")}}, "no such number"),
        ({"body": {"when": NOW}}, "no such value"),
        ({"now": NOW.replace(tzinfo=None)}, "no time zone"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused_and_nothing_stays(wrong, reason):
    with pytest.raises(InvalidError, match=reason):
        append(**ACT | wrong)
    assert not Entry.objects.exists()


def test_a_kind_is_registered_once_with_its_words():
    assert entry_kind("warning.raised", "raised a warning") is RAISED
    assert kind_named("warning.raised").room == "warning"
    assert words_for("warning.raised") == "raised a warning"
    assert words_for("gone.room") == "gone.room"
    with pytest.raises(InvalidError, match="already says"):
        entry_kind("warning.raised", "shouted")
    with pytest.raises(InvalidError, match="no type of entry"):
        entry_kind("Warning raised", "raised")
    with pytest.raises(InvalidError, match="No room writes"):
        kind_named("warning.sung")


TABLES = ("entry", "body", "tombstone", "leaf", "tile", "checkpoint")


def refused(statement, values=()):
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def full_log(log_key):
    """At least one row in every table."""
    from ninefold.ledger.actions import erase
    from ninefold.ledger.beat import beat

    entry = append(**ACT)
    append(**ACT)
    erase(entry=entry, reason="asked for", by="node", now=NOW)
    beat(NOW)


COLUMNS = {"entry": "marking", "body": "text", "tombstone": "told_id", "leaf": "commitment", "tile": "nodes",
           "checkpoint": "note"}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_the_database_refuses_to_change_or_delete_a_row(full_log, table):
    refused(f"UPDATE ledger_{table} SET {COLUMNS[table]} = {COLUMNS[table]}")
    refused(f"DELETE FROM ledger_{table}")


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_no_other_way_of_writing_gets_past_the_triggers(full_log, table):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        refused(f"TRUNCATE ledger_{table} CASCADE")
        return
    refused(f"INSERT OR REPLACE INTO ledger_{table} SELECT * FROM ledger_{table}")
    refused(f"REPLACE INTO ledger_{table} SELECT * FROM ledger_{table}")
    refused(f"UPDATE OR REPLACE ledger_{table} SET {COLUMNS[table]} = {COLUMNS[table]}")


@pytest.mark.django_db
def test_the_mapper_is_refused_as_well(full_log):
    entry = Entry.objects.order_by("serial").last()
    for change in (entry.delete, entry.save, lambda: Entry.objects.filter(pk=entry.pk).update(actor="node")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.django_db
def test_a_tile_gives_way_only_to_a_wider_one_with_the_same_beginning(log_key):
    from ninefold.ledger.beat import beat
    from ninefold.ledger.models import Tile

    beat(NOW)
    beat(NOW)
    tile = Tile.objects.get(level=0, width=8)
    Tile.objects.create(level=0, index=tile.index, width=9, nodes=b"another beginning".ljust(9 * 32, b"\0"))
    refused("DELETE FROM ledger_tile WHERE width = 8")
    Tile.objects.create(level=0, index=tile.index, width=10, nodes=bytes(tile.nodes)[:256] + bytes(64))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_tile WHERE width = 8")
    assert not Tile.objects.filter(width=8).exists()


@pytest.mark.django_db
def test_sqlite_waits_for_the_disk_and_sees_its_triggers():
    if connection.vendor != "sqlite":
        pytest.skip("settings of SQLite")
    with connection.cursor() as cursor:
        found = [
            cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "recursive_triggers", "wal_autocheckpoint")
        ]
    assert found == ["wal", 2, 1, 4000]
    assert isinstance(append(**ACT).id, UUID)
