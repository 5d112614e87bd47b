"""An older database beside a newer key is told on the page, not only where the log refuses to sign."""

from datetime import timedelta

import pytest
from django.conf import settings

from ninefold import clock
from ninefold.ledger import keeping
from ninefold.ledger.beat import beat
from ninefold.ledger.models import Checkpoint
from ninefold.web.ledger.head import fault

pytestmark = pytest.mark.django_db


@pytest.fixture
def published():
    """A log with two checkpoints, and the note beside its key as of the second."""
    if not (settings.WORKSPACE / "keys" / "log.key").exists():
        keeping.create_log_key(settings.WORKSPACE, settings.LOG_ORIGIN)
    now = clock.now()
    beat(now)
    beat(now + timedelta(minutes=1))
    first, second = Checkpoint.objects.order_by("size")
    yield first.note, second.note
    (settings.WORKSPACE / "keys" / "log.head").unlink(missing_ok=True)


def test_a_log_as_it_was_signed_has_no_fault(published):
    keeping.remember(published[1])
    assert fault() == ""


def test_a_database_behind_its_key_is_told(published):
    from django.db import connection

    from ninefold.ledger import append_only

    keeping.remember(published[1])
    append_only.remove(connection)
    Checkpoint.objects.order_by("-size").first().delete()
    assert "older than what this log has signed" in fault()
