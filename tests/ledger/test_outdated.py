"""Cosignatures that no proof needs any more are forgotten; those that one needs stay, whatever is done to the table."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from ninefold.ledger import reads
from ninefold.ledger.beat import beat
from ninefold.ledger.check import check
from ninefold.ledger.cosignatures import Cosigner
from ninefold.ledger.models import Checkpoint, Cosignature, TimeStamp, WitnessKey
from ninefold.ledger.notes import cosign, split_note
from ninefold.ledger.outdated import NEWEST, forget_outdated

from .conftest import NOW

pytestmark = pytest.mark.django_db
EDDA, MILA = Cosigner("witness.example/edda", 4, b"e" * 32), Cosigner("witness.example/mila", 6, b"m" * 32)
FIRST, STAMPED = 272, 288
AT = 1_795_248_000


@pytest.fixture
def policy(settings, tmp_path, log_key):
    """Both witnesses together are the quorum."""
    lines = [f"witness {name} {key.verifier} http://127.0.0.1:9/" for name, key in (("e", EDDA), ("m", MILA))]
    settings.WITNESS_POLICY = tmp_path / "policy"
    settings.WITNESS_POLICY.write_text(
        "\n".join([f"log {log_key.verifier}", *lines, "group g all e m", "quorum g", ""])
    )


@pytest.fixture
def lasting(small_log, policy):
    """Both cosigned the tree of 272; then only Edda, 30 times. One of those trees was time-stamped."""
    sign(FIRST, EDDA, MILA)
    for _ in range(30):
        sign(beat(NOW).size, EDDA)
    TimeStamp.objects.create(checkpoint_id=STAMPED, authority="clock", time=NOW, response=b"stamp")
    return small_log


def sign(size, *keys):
    text = split_note(Checkpoint.objects.get(size=size).note).text
    for key in keys:
        row, _ = WitnessKey.objects.get_or_create(key=str(key.verifier))
        line, moment = cosign(text, key, time=AT).line, datetime.fromtimestamp(AT, UTC)
        Cosignature.objects.create(checkpoint_id=size, witness=row, line=line, time=moment)


def sizes():
    return list(Cosignature.objects.order_by("checkpoint", "pk").values_list("checkpoint", flat=True))


def test_what_no_proof_needs_is_forgotten(lasting):
    newest = sizes()[-NEWEST:]
    assert forget_outdated() == 30 - NEWEST - 1
    assert sizes() == [FIRST, FIRST, STAMPED, *newest]
    assert forget_outdated() == 0
    # An entry of the oldest tree is proved with the newest one that the quorum cosigned.
    assert f"\n{FIRST}\n" in reads.proof_of(lasting.entries[0]).checkpoint
    sign(newest[-1], MILA)
    assert forget_outdated() == 2
    assert sizes() == [STAMPED, *newest, newest[-1]]
    assert f"\n{newest[-1]}\n" in reads.proof_of(lasting.entries[0]).checkpoint
    assert {finding.part for finding in check().findings} <= {"time stamp"}


def test_a_quorum_that_does_not_come_again_is_kept(lasting):
    for _ in range(30):
        sign(beat(NOW).size, EDDA)
        forget_outdated()
    assert sizes()[:3] == [FIRST, FIRST, STAMPED]
    assert len(sizes()) == NEWEST + 3


def test_without_a_quorum_each_witness_is_still_known_by_its_newest_line(lasting, settings):
    settings.WITNESS_POLICY.unlink()
    forget_outdated()
    assert sizes()[:2] == [FIRST, STAMPED], "the newest that Mila signed, and the stamped one"


@pytest.mark.parametrize("size", [FIRST, STAMPED, 512])
def test_the_database_lets_no_line_go_that_may_be_needed(lasting, size):
    """The newest line of either witness, and one that was time-stamped."""
    with pytest.raises(DatabaseError, match="DELETE on cosignature is blocked"), transaction.atomic():
        Cosignature.objects.filter(checkpoint=size).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_cosignature WHERE checkpoint_id = 296")
        assert cursor.rowcount == 1
