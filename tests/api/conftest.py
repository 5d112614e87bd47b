"""The sample in the test's own transaction, and a token of its analyst."""

from datetime import timedelta

import pytest
from django.conf import settings

from ninefold import clock
from ninefold.access import actions as access
from ninefold.ledger import keeping
from ninefold.sample import build


@pytest.fixture
def prepared(db, static_files):
    if not (settings.WORKSPACE / "keys" / "log.key").exists():
        keeping.create_log_key(settings.WORKSPACE, settings.LOG_ORIGIN)
    yield build.prepare(settings.WORKSPACE, clock.now())
    (settings.WORKSPACE / "keys" / "log.head").unlink(missing_ok=True)


@pytest.fixture
def token_of(prepared):
    """Makes a token for one of the five people, by his key."""

    def made(key, scopes=("read", "act")):
        now = clock.now()
        issued = access.issue_token(
            by=prepared.people[key], now=now, name="tests", scopes=scopes, ends=now + timedelta(days=1)
        )
        return issued.secret

    return made
