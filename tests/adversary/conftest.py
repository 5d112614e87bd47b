"""The sample as an adversary meets it: browsers for each of its people, and a walk along every link that they find."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from ninefold import clock
from ninefold.ledger import keeping
from ninefold.sample import build

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(scope="module")
def sample(static_files, django_db_setup, django_db_blocker):
    """The sample in a transaction round all tests of a file; each test has its own inside."""
    if not (settings.WORKSPACE / "keys" / "log.key").exists():
        keeping.create_log_key(settings.WORKSPACE, settings.LOG_ORIGIN)
    with django_db_blocker.unblock(), transaction.atomic():
        yield build.prepare(settings.WORKSPACE, clock.now() - timedelta(minutes=2))
        transaction.set_rollback(True)


@pytest.fixture
def reader(sample, db):
    """`reader("daro-helmin")`: a browser of one of the five, `reader(None)` a stranger's, in English."""

    def browser(key):
        client = Client(headers={"accept-language": "en"}, raise_request_exception=False)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        if key:
            client.force_login(sample.people[key], backend=BACKEND)
        return client

    return browser
