"""What was taken away whole, by somebody who owns the database: a checkpoint, an entry with its body, an act.

And what a restore lost, which looks the same and is told from it.
"""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from ninefold.ledger import append_only
from ninefold.ledger.beat import beat, publish
from ninefold.ledger.check import check
from ninefold.ledger.checkpoints import Checkpoint as SignedHead
from ninefold.ledger.models import Checkpoint, Entry, Leaf

from .conftest import NOW

pytestmark = pytest.mark.django_db


def change(*statements):
    """As somebody does who owns the database: past the triggers, and past the keys between tables."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA defer_foreign_keys = ON" if connection.vendor == "sqlite" else "SELECT 1")
        for statement in statements:
            cursor.execute(statement)


def said():
    return [str(finding) for finding in check().findings if finding.part != "database"]


@pytest.fixture
def opened(small_log):
    """The small log without its triggers: trees of 256, 264 and 272 leaves; the entry 7 waits, 6 is the last before."""
    append_only.remove(connection)
    return small_log


# ---- Checkpoints


@pytest.mark.parametrize(
    ("gone", "missing"), [({256}, 256), ({264}, 264), ({256, 264}, 264), ({264, 272}, 272), ({272, 280}, 280)], ids=str
)
def test_a_checkpoint_that_was_taken_away_is_named(opened, gone, missing):
    beat(NOW)
    beat(NOW)
    change(f"DELETE FROM ledger_checkpoint WHERE size IN ({', '.join(map(str, gone))})")
    assert said() == [f"The checkpoint at size {missing} is missing."]


def test_the_newest_checkpoint_leaves_its_leaves_behind(opened):
    """Also where nothing beside the key remembers it."""
    change("DELETE FROM ledger_checkpoint WHERE size = 272")
    assert {f"The leaf {index} is under no checkpoint." for index in range(264, 272)} <= set(said())


# ---- Entries


def take_away(serial):
    return f"DELETE FROM ledger_body WHERE entry_id = {serial}", f"DELETE FROM ledger_entry WHERE serial = {serial}"


def test_an_entry_that_is_passed_off_as_a_cover_leaf_is_missed(opened):
    """Its leaf names no entry any more, as that of a cover leaf; nothing else in the tables speaks of it."""
    beat(NOW)
    change("UPDATE ledger_leaf SET entry_id = NULL WHERE entry_id = 7", *take_away(7))
    missed = "The entry 7, the last one when the tree of size 280 was signed, is missing or another one."
    assert said() == [missed]
    opened.act(8)
    assert Entry.objects.latest("serial").serial == 7, "the next act takes its number"
    assert missed in said()


def test_an_entry_that_waits_is_missed_once_a_checkpoint_was_signed_after_it(opened):
    opened.act(8)
    publish(NOW, leaves=1)
    assert not Leaf.objects.filter(entry=8).exists()
    change(*take_away(8))
    assert said() == ["The entry 8, the last one when the tree of size 273 was signed, is missing or another one."]


def test_until_the_next_checkpoint_nothing_speaks_of_the_last_act(opened):
    """The limit that the manual states: an act since the last checkpoint, taken away with all its rows."""
    change(*take_away(7))
    assert said() == []


# ---- What a restore lost


LOST = "Lost by the restore of 2026-11-21T08:35:00.000000Z: what was published between the sizes 264 and 288"
NOT_SIGNED = "The record of what a restore lost before size 288 is not signed by the log: it was changed or made up."
GAP = "The checkpoint at size 280 is missing."
NO_ENTRY = "The entry 8, the last one when the tree of size 288 was signed, is missing or another one."


def test_what_a_restore_lost_is_told_and_nothing_wrong(restored_log):
    report = check()
    assert said() == []
    assert [str(lost) for lost in report.lost] == [f"{LOST}, and the entries 7 to 8."]
    restored_log.act(10)
    beat(NOW + timedelta(minutes=6))
    assert said() == []
    assert Entry.objects.latest("serial").serial == 8, "its numbers are given again"


def test_without_its_record_a_loss_is_a_gap(restored_log):
    change("DELETE FROM ledger_loss")
    assert said() == [GAP, NO_ENTRY]


@pytest.mark.parametrize(
    "forged",
    [
        "UPDATE ledger_loss SET before = 256",
        "UPDATE ledger_loss SET kept = 5",
        "UPDATE ledger_loss SET time = '2026-11-21 08:36:00'",
        "UPDATE ledger_loss SET signature = (SELECT time_signature FROM ledger_checkpoint WHERE size = 288)",
    ],
)
def test_a_changed_record_excuses_nothing(restored_log, forged):
    change(forged)
    assert said() == [NOT_SIGNED, GAP, NO_ENTRY]


def test_a_record_that_was_made_up_excuses_nothing(opened):
    """The database alone is not enough: it takes the key of the log."""
    beat(NOW)
    beat(NOW)
    change("DELETE FROM ledger_checkpoint WHERE size = 272")
    with connection.cursor() as cursor:
        values = [280, 264, 6, NOW.replace(tzinfo=None) if connection.vendor == "sqlite" else NOW, bytes(64)]
        cursor.execute(
            "INSERT INTO ledger_loss (size, before, kept, time, signature) VALUES (%s, %s, %s, %s, %s)", values
        )
    assert said() == [NOT_SIGNED.replace("288", "280"), "The checkpoint at size 272 is missing."]


def test_a_record_does_not_stand_for_another_gap(restored_log):
    """Neither at another checkpoint, nor for what is taken away besides."""
    beat(NOW + timedelta(minutes=6))
    beat(NOW + timedelta(minutes=7))
    change("UPDATE ledger_loss SET size = 304", "DELETE FROM ledger_checkpoint WHERE size = 296")
    assert said() == [GAP, NO_ENTRY, NOT_SIGNED.replace("288", "304"), "The checkpoint at size 296 is missing."]


def test_the_last_checkpoint_of_the_copy_is_missed(restored_log):
    change("DELETE FROM ledger_checkpoint WHERE size = 264")
    assert said() == ["The checkpoint at size 264 is missing."]


def test_an_entry_that_the_restore_kept_is_missed(restored_log):
    forget = "DELETE FROM ledger_tombstone", "UPDATE ledger_leaf SET entry_id = NULL WHERE entry_id = 6"
    change(*forget, *take_away(7), *take_away(6))
    missed = "The entry 6, the last one when the tree of size 264 was signed, is missing or another one."
    assert missed in said()


def test_a_record_whose_checkpoint_is_gone_is_named(restored_log):
    beat(NOW + timedelta(minutes=6))
    change("DELETE FROM ledger_checkpoint WHERE size = 288")
    assert said() == [
        "The checkpoint at size 288 is missing.",
        "The record of what a restore lost before size 288 has no checkpoint.",
    ]


# ---- A database from before checkpoints remembered one another


@pytest.fixture
def older(log_key, transactional_db):
    """The tables as they were, with three checkpoints as they were signed; then brought up to date."""
    beat(NOW)
    beat(NOW)
    beat(NOW)
    call_command("migrate", "ledger", "0006", verbosity=0)
    append_only.remove(connection)
    with connection.cursor() as cursor:
        for size, root in Checkpoint.objects.values_list("size", "root"):
            head = SignedHead(log_key.name, size, bytes(root)).text()
            signature = log_key.sign(f"ninefold published v1\n2026-11-21T08:30:00.000000Z\n{head}".encode())
            cursor.execute("UPDATE ledger_checkpoint SET time_signature = %s WHERE size = %s", [signature, size])
    append_only.install(connection)
    call_command("migrate", "ledger", verbosity=0)


def test_an_older_database_is_read_and_goes_on(older):
    assert append_only.missing() == []
    assert list(Checkpoint.objects.values_list("before", "entries", "last").distinct()) == [(None, None, None)]
    assert check().findings == []
    beat(NOW)
    assert check().findings == []
    append_only.remove(connection)
    change("DELETE FROM ledger_checkpoint WHERE size = 272")
    assert said() == ["The checkpoint at size 272 is missing."]


def test_of_an_older_database_no_gap_can_be_seen_before_its_last_checkpoint(older):
    beat(NOW)
    append_only.remove(connection)
    change("DELETE FROM ledger_checkpoint WHERE size = 264")
    assert said() == []
    change("UPDATE ledger_checkpoint SET before = 0 WHERE size = 272")
    (finding,) = said()
    assert finding.startswith("The checkpoint at size 272 was changed: The signature")
