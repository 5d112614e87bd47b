"""What an act says can be erased; that it was said, and who erased it why, cannot."""

import json

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from ninefold.errors import ConflictError, InvalidError, RefusedError
from ninefold.ledger.actions import ERASED, erase
from ninefold.ledger.beat import beat
from ninefold.ledger.check import check
from ninefold.ledger.models import Body, Entry, Tombstone
from ninefold.ledger.openings import Opening

from .conftest import NOW

pytestmark = pytest.mark.django_db


def test_the_tombstone_says_by_whom_and_why(small_log):
    entry = small_log.entries[0]
    told = erase(entry=entry, reason="named a person", by="node", now=NOW)
    assert (told.kind, told.actor, told.marking) == (ERASED.name, "node", entry.marking)
    assert (told.subject_kind, told.subject_id) == (entry.subject_kind, entry.subject_id)
    assert json.loads(bytes(told.envelope))["links"] == [bytes(entry.commitment).hex()]
    assert json.loads(bytes(Body.objects.get(entry=told).text)) == {"entry": str(entry.id), "reason": "named a person"}
    assert Tombstone.objects.get(entry=entry).told == told


def test_body_and_key_are_gone_and_the_envelope_still_opens_its_leaf(small_log):
    entry = small_log.entries[0]
    erase(entry=entry, reason="asked for", by="node", now=NOW)
    assert not Body.objects.filter(entry=entry).exists()
    kept = Entry.objects.get(pk=entry.pk)
    assert Opening(bytes(kept.envelope), bytes(kept.key)).commitment() == bytes(kept.leaf.commitment)
    assert check().findings == []
    beat(NOW)
    assert check().findings == []


def test_an_entry_that_still_waits_can_be_erased(small_log):
    erase(entry=small_log.waiting, reason="asked for", by="node", now=NOW)
    beat(NOW)
    report = check()
    assert (report.findings, report.erased, report.waiting) == ([], 2, 0)


def test_what_cannot_be_erased(small_log):
    told = Tombstone.objects.get().told
    with pytest.raises(RefusedError, match="tombstone cannot be erased"):
        erase(entry=told, reason="hide it", by="node", now=NOW)
    with pytest.raises(ConflictError, match="already"):
        erase(entry=small_log.erased, reason="again", by="node", now=NOW)
    with pytest.raises(InvalidError, match="Say why"):
        erase(entry=small_log.entries[0], reason="  ", by="node", now=NOW)
    assert Tombstone.objects.count() == 1


def test_a_body_goes_only_with_its_tombstone(small_log):
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        Body.objects.filter(entry=small_log.entries[0]).delete()


@pytest.mark.django_db(transaction=True)
def test_an_erasure_that_fails_half_way_leaves_everything(small_log):
    entry = small_log.entries[0]
    with transaction.atomic():
        erase(entry=entry, reason="asked for", by="node", now=NOW)
        transaction.set_rollback(True)
    assert Body.objects.filter(entry=entry).exists()
    assert check().findings == []


@pytest.mark.django_db(transaction=True)
def test_the_words_are_nowhere_in_the_files_of_the_database(small_log):
    if connection.vendor != "sqlite":
        pytest.skip("looks into the files of SQLite")
    words = b"the name of a witness, spelled out"
    entry = small_log.act(7, body={"text": words.decode()})
    body_key = bytes(Body.objects.get(entry=entry).key)
    assert any(words in content for content in _files())
    erase(entry=entry, reason="asked for", by="node", now=NOW)
    assert not any(words in content or body_key in content for content in _files())


def _files():
    name = connection.settings_dict["NAME"]
    base = settings.WORKSPACE / name
    return [path.read_bytes() for path in base.parent.glob(base.name + "*")]
