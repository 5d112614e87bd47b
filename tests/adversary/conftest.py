"""What an adversary meets: a small house made through its own acts, and the sample as each of its people sees it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from ninefold import clock
from ninefold.access import actions
from ninefold.access.actions import NewRelease
from ninefold.ledger import keeping
from ninefold.ledger.refs import Ref
from ninefold.sample import build
from ninefold.words.text import in_one

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SPAN = timedelta(days=90)


class House:
    """`root` administers; `person("ada")` has an account in use, `invited("bob")` one that nobody has taken up."""

    def __init__(self):
        self.root = actions.found(now=clock.now(), email="root@example.org", name=in_one("en", "Root"), invented=True)
        self.root = self.root.person

    def invited(self, name, *, invented=False, roles=()):
        return actions.invite(
            by=self.root,
            now=clock.now(),
            email=f"{name}@example.org",
            name=in_one("en", name.title()),
            roles=roles,
            invented=invented,
        )

    def person(self, name, **more):
        return self.invited(name, invented=True, **more).person

    def audience(self, name, keeper, *members):
        now = clock.now()
        made = actions.open_audience(by=self.root, now=now, name=in_one("en", name), custodian=keeper)
        for member in members:
            actions.add_member(by=keeper, now=now, audience=made, person=member, ends=now + SPAN)
        return made

    @transaction.atomic
    def record(self, audience, marking, by):
        """A record released to one audience; its reference and its release."""
        now, ref = clock.now(), Ref("test", "record", uuid4())
        (row,) = actions.place(record=ref, releases=[NewRelease(audience.pk, marking, now, now + SPAN)], now=now, by=by)
        return ref, row


@pytest.fixture
def house(db, static_files):
    return House()


@pytest.fixture
def visitor():
    """`visitor(person)`: a browser of somebody signed in, in English."""

    def signed_in(person=None, **options):
        client = Client(headers={"accept-language": "en"}, **options)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        if person is not None:
            client.force_login(person, backend=BACKEND)
        return client

    return signed_in


@pytest.fixture(scope="session")
def log_key():
    """The workspace's log can be signed."""
    if not (settings.WORKSPACE / "keys" / "log.key").exists():
        keeping.create_log_key(settings.WORKSPACE, settings.LOG_ORIGIN)


@pytest.fixture(scope="module")
def sample(log_key, static_files, django_db_setup, django_db_blocker):
    """The sample in a transaction round all tests of a file; each test has its own inside."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build.prepare(settings.WORKSPACE, clock.now() - timedelta(minutes=2))
        transaction.set_rollback(True)
