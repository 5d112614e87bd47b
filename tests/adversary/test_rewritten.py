"""An administrator with the database, and in the end the log's key, tells another past: refused, or it shows."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction

from ninefold import clock
from ninefold.errors import RefusedError
from ninefold.ledger import append_only, keeping
from ninefold.ledger.actions import append
from ninefold.ledger.beat import beat
from ninefold.ledger.check import check
from ninefold.ledger.checkpoints import open_checkpoint
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.merkle import verify_consistency
from ninefold.ledger.models import Checkpoint, Entry
from ninefold.ledger.reads import consistency
from ninefold.ledger.refs import Ref

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_key")]
TESTED = entry_kind("test.made", "made a record")
DAY = timedelta(days=1)


def said():
    return [str(finding) for finding in check().findings if finding.part != "database"]


def entry(now):
    with transaction.atomic():
        return append(
            kind=TESTED, actor="node", subject=Ref("test", "record", uuid4()), now=now, marking="tlp:amber", body={}
        )


def test_a_time_that_is_changed_in_its_row_or_at_the_checkpoint_shows(db):
    first = entry(clock.now())
    beat(clock.now())
    append_only.remove(connection)
    Entry.objects.filter(pk=first.pk).update(time=first.time - DAY)
    assert any(str(first.serial) in one for one in said())
    Entry.objects.filter(pk=first.pk).update(time=first.time)
    assert said() == []
    last = Checkpoint.objects.latest("size")
    Checkpoint.objects.filter(pk=last.pk).update(time=last.time - DAY)
    assert any(one.startswith(f"The checkpoint at size {last.size} was changed") for one in said())
    append_only.install(connection)


def newest():
    """The last checkpoint, as somebody outside keeps it."""
    return open_checkpoint(Checkpoint.objects.latest("size").note, keeping.log_signer().verifier)[0]


def test_a_history_signed_anew_with_the_stolen_key_does_not_follow_from_a_kept_checkpoint(db):
    """He puts database and memory back to an earlier checkpoint and goes on from there: all of it holds in itself."""
    entry(clock.now())
    beat(clock.now())
    place = transaction.savepoint()
    entry(clock.now())
    beat(clock.now())
    kept = newest()
    transaction.savepoint_rollback(place)
    entry(clock.now())
    beat(clock.now())
    other = newest()
    assert said() == [], "nothing in the place itself can tell any more"
    assert (other.size, other.root == kept.root) == (kept.size, False)
    beat(clock.now())
    later = newest()
    verify_consistency(other.head, later.head, consistency(other.size, later.size))
    with pytest.raises(RefusedError):
        verify_consistency(kept.head, later.head, consistency(kept.size, later.size))
