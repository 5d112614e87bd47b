"""The state of the log, and proofs that hold against an independent tree."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ninefold.errors import ConflictError, InvalidError
from ninefold.ledger import reads
from ninefold.ledger.actions import erase
from ninefold.ledger.beat import beat, publish
from ninefold.ledger.merkle import TreeHead, leaf_hash, verify_consistency, verify_inclusion
from ninefold.ledger.models import Checkpoint, Leaf
from ninefold.ledger.verify import verify_proof

from .conftest import NOW

pytestmark = pytest.mark.django_db


def test_a_fresh_node(log_key):
    status = reads.status()
    assert (status.size, status.root, status.published, status.waiting) == (0, "", None, 0)
    assert (status.witnessed, status.witnesses) == (0, 0)
    assert status.key == str(log_key.verifier)


def test_the_state_of_a_log(small_log):
    status = reads.status()
    assert (status.origin, status.size, status.waiting) == (settings.LOG_ORIGIN, 272, 1)
    assert status.root == bytes(Checkpoint.objects.get(size=272).root).hex()
    assert status.published == NOW + timedelta(minutes=2)
    assert status.next_beat == status.published + timedelta(seconds=settings.BEAT_SECONDS)


@pytest.fixture
def large_log(small_log):
    """More than one full tile, with heads at several sizes."""
    for leaves in (1, 240, 700, 8, 8):
        publish(NOW, leaves=leaves)
    return small_log


def head_at(size):
    row = Checkpoint.objects.get(size=size)
    return TreeHead(row.size, bytes(row.root))


def test_inclusion_is_proved_for_every_leaf_with_one_query(large_log):
    sizes = list(Checkpoint.objects.values_list("size", flat=True))
    for leaf in Leaf.objects.all()[::37]:
        hashed = leaf_hash(bytes(leaf.commitment))
        for size in sizes:
            if leaf.index < size:
                with CaptureQueriesContext(connection) as queries:
                    proof = reads.inclusion(leaf.index, size)
                assert len(queries) <= 1
                verify_inclusion(hashed, leaf.index, proof, head_at(size))


def test_consistency_is_proved_between_any_two_published_trees(large_log):
    sizes = sorted(Checkpoint.objects.values_list("size", flat=True))
    for first in sizes:
        for second in sizes:
            if first <= second:
                verify_consistency(head_at(first), head_at(second), reads.consistency(first, second))


@pytest.mark.parametrize(("first", "second"), [(0, 256), (264, 256), (256, 273), (-1, 5)])
def test_consistency_is_refused_for_trees_that_were_not(small_log, first, second):
    with pytest.raises(InvalidError, match="The log has 272 leaves"):
        reads.consistency(first, second)


def test_a_proof_file_convinces_a_stranger(small_log, log_key):
    entry = small_log.entries[0]
    report = verify_proof(reads.proof_of(entry).text(), [str(log_key.verifier)])
    assert report.entry["id"] == str(entry.id)
    assert report.body == {"number": 0, "text": "héllo"}
    assert report.size == 272


def test_the_proof_of_an_erased_entry_shows_that_it_was(small_log):
    report = verify_proof(reads.proof_of(small_log.erased).text())
    assert report.body is None
    assert report.entry["id"] == str(small_log.erased.id)


def test_an_entry_that_waits_says_when_to_come_back_and_not_how_many_wait(small_log):
    acts = [small_log.act(number) for number in range(20)]
    for waiting in (small_log.waiting, acts[-1]):
        with pytest.raises(ConflictError, match=r"due at 2026-11-21 08:33:00 UTC"):
            reads.proof_of(waiting)
    beat(NOW)
    assert reads.proof_of(small_log.waiting).index >= 272


def test_before_the_founding_beat_there_is_nothing_to_prove(log_key):
    from ninefold.ledger.actions import append
    from ninefold.ledger.kinds import entry_kind
    from ninefold.ledger.refs import Ref

    kind = entry_kind("warning.raised", "raised a warning")
    entry = append(
        kind=kind, actor="node", subject=Ref("warning", "warning", uuid4()), now=NOW, marking="tlp:red", body={}
    )
    with pytest.raises(ConflictError, match="not been published yet"):
        reads.proof_of(entry)


def test_a_cover_leaf_and_no_leaf_are_told_alike(small_log):
    assert reads.entry_at(10_000) is None
    assert {reads.entry_at(leaf.index) for leaf in Leaf.objects.filter(entry=None)} == {None}
    leaf = Leaf.objects.filter(entry__isnull=False).first()
    assert reads.entry_at(leaf.index) == leaf.entry


def test_the_body_is_no_longer_in_the_proof_once_it_is_erased(small_log):
    entry = small_log.entries[3]
    assert b"number" not in reads.opening_of(entry).envelope
    assert reads.opening_of(entry).says() == {"number": 3, "text": "héllo"}
    erase(entry=entry, reason="asked for", by="node", now=NOW)
    assert reads.opening_of(entry).says() is None
