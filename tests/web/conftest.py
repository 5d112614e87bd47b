"""The sample, entered once for each file of tests, and browsers that read it as one of its people."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from ninefold import clock
from ninefold.ledger import keeping
from ninefold.ledger.beat import beat
from ninefold.sample import build, sealed

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(scope="module")
def sample(static_files, django_db_setup, django_db_blocker):
    """The sample in a transaction round all tests of a file; each test has its own inside."""
    if not (settings.WORKSPACE / "keys" / "log.key").exists():
        keeping.create_log_key(settings.WORKSPACE, settings.LOG_ORIGIN)
    with django_db_blocker.unblock(), transaction.atomic():
        now = clock.now() - timedelta(minutes=2)
        yield build.prepare(settings.WORKSPACE, now)
        transaction.set_rollback(True)


@pytest.fixture
def stranger(sample, db):
    """A browser without an account, in English."""
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def reader(sample, db):
    """`reader("daro-helmin")`: a browser signed in as one of the five, in English whatever his account says."""

    def browser(key, language="en"):
        client = Client(headers={"accept-language": language})
        client.force_login(sample.people[key], backend=BACKEND)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        return client

    return browser


@pytest.fixture
def sealed_entry(sample, db):
    """The id of the entry that only the crisis desk may see."""
    return sealed.entry()


@pytest.fixture
def published(sample, db):
    """Every entry stands in the tree."""
    return beat(clock.now())
