from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


@pytest.fixture
def log_key():
    """The key of this workspace's log."""
    from django.conf import settings

    from ninefold.ledger import keeping

    if not (settings.WORKSPACE / "keys" / "log.key").exists():
        keeping.create_log_key(settings.WORKSPACE, settings.LOG_ORIGIN)
    return keeping.log_signer()


@pytest.fixture
def small_log(log_key):
    """Acts, a link, an erasure, three published trees and one act that waits."""
    from django.db import transaction

    from ninefold.ledger.actions import append, erase
    from ninefold.ledger.beat import beat
    from ninefold.ledger.kinds import entry_kind
    from ninefold.ledger.refs import Ref

    raised = entry_kind("warning.raised", "raised a warning")

    def act(number, **more):
        with transaction.atomic():
            given = {"now": NOW, "actor": "clock", "marking": "tlp:green", "body": {"number": number, "text": "héllo"}}
            return append(kind=raised, subject=Ref("warning", "warning", uuid4()), **given | more)

    entries = [act(number) for number in range(3)]
    entries.append(act(3, links=[bytes(entries[0].commitment).hex()], marking="tlp:clear"))
    beat(NOW)
    entries.append(act(4))
    with transaction.atomic():
        entries.append(erase(entry=entries[1], reason="a person asked", by="node", now=NOW))
    beat(NOW + timedelta(minutes=1))
    beat(NOW + timedelta(minutes=2))
    entries.append(act(5))
    return SimpleNamespace(act=act, entries=entries, erased=entries[1], waiting=entries[-1], size=272)


@pytest.fixture
def restored_log(small_log):
    """A log that was put back as in a copy of size 264 with 6 entries, and caught up with what was published since.

    The tree of 288 leaves was put back; those of 272 and 280 are lost, and so are the entries 7 and 8. Another act
    waits. The triggers are gone.
    """
    from django.db import connection

    from ninefold.ledger import append_only
    from ninefold.ledger.beat import beat
    from ninefold.ledger.models import Tile
    from ninefold.ledger.regrowing import grown_since, regrow
    from ninefold.ledger.tiles import build_nodes

    beat(NOW + timedelta(minutes=3))
    small_log.act(8)
    beat(NOW + timedelta(minutes=4))
    growth = grown_since(264)
    append_only.remove(connection)
    kept = build_nodes(bytes(Tile.objects.get(level=0, index=1).nodes)[: 8 * 32])
    with connection.cursor() as cursor:
        for statement in (
            'DELETE FROM ledger_leaf WHERE "index" >= 264',
            "DELETE FROM ledger_body WHERE entry_id > 6",
            "DELETE FROM ledger_entry WHERE serial > 6",
            "DELETE FROM ledger_checkpoint WHERE size > 264",
            'DELETE FROM ledger_tile WHERE level = 0 AND "index" = 1',
        ):
            cursor.execute(statement)
    Tile.objects.create(level=0, index=1, width=8, nodes=kept)
    regrow(growth, NOW + timedelta(minutes=5))
    return SimpleNamespace(act=small_log.act, waiting=small_log.act(9))
