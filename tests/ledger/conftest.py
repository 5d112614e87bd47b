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
