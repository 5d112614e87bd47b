"""Whoever uses every page leaves no address and no browser's name behind: not in the database, not in a file."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django_tasks_db.models import DBTaskResult

from ninefold import clock
from ninefold.access import actions, limits
from ninefold.access.actions import NewRelease
from ninefold.access.models import Session
from ninefold.access.sessions import SessionStore
from ninefold.ledger.refs import Ref

from .test_signing_in import PASSWORD, enrolled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]

ADDRESS, BROWSER = "203.0.113.77", "Marked-Browser/7.3 (probe 9fa1c4)"


@pytest.fixture
def marked():
    cache.clear()
    return Client(
        REMOTE_ADDR=ADDRESS,
        HTTP_USER_AGENT=BROWSER,
        HTTP_X_FORWARDED_FOR=ADDRESS,
        HTTP_REFERER=f"http://{ADDRESS}/",
        raise_request_exception=False,
    )


def test_using_every_page_leaves_no_trace(marked, settings):
    use_the_doors(marked)
    use_my_pages(marked, settings)
    use_every_page_that_opens(marked)
    assert not traces(ADDRESS)
    assert not traces(BROWSER)
    assert traces("laptop of the test"), "the search finds what was written"


def use_the_doors(marked):
    marked.post("/sign-in/", {"login": "nobody@example.org", "password": "wrong"})
    marked.post("/sign-in/recovery/", {"email": "nobody@example.org"})
    marked.post("/sign-in/passkey/", {"credential": "{}"})
    marked.get(f"/access/invitation/{uuid4()}/")
    enrolled(marked)
    marked.post("/sign-in/out/")
    marked.post("/sign-in/", {"login": "ada@example.org", "password": PASSWORD})
    marked.post("/sign-in/second-step/", {"code": "000000"})


def use_my_pages(marked, settings):
    other = Client(REMOTE_ADDR=ADDRESS, HTTP_USER_AGENT=BROWSER)
    person, _ = enrolled(other, "bob@example.org")
    # An act that waits for a renewed sign-in: allauth would keep the whole request until then.
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    assert "again" in other.post("/sign-in/app/remove/").url
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
    day = clock.now().date() + timedelta(days=9)
    page = other.post("/access/tokens/new/", {"name": "laptop of the test", "scope": "act", "until": day})
    secret = page.context["made"].secret
    api = {"authorization": f"Bearer {secret}"}
    other.get("/api/v1/access/me", headers=api)
    feed = actions.open_feed(by=person, now=clock.now()).secret
    assert other.get(f"/access/notices/feed/{feed}/").status_code == 200
    endpoint = {"endpoint": "https://push.example/x", "keys": {}}
    other.post("/access/notices/browser/", {"subscription": json.dumps(endpoint)})
    other.post("/api/v1/access/tokens/x/end", headers=api)
    with transaction.atomic():
        now = clock.now()
        record = Ref("test", "record", uuid4())
        new = NewRelease(None, "tlp:clear", now, now + timedelta(days=9))
        actions.place(record=record, releases=[new], now=now, by=person)
    other.post(
        reverse("access:record", args=[str(record)]), {"audience": "", "tlp": "clear", "until": day, "embargo": ""}
    )


def use_every_page_that_opens(marked):
    """Every address of the house that needs no part filled in, as a stranger with a mark opens and posts it."""
    opened = 0
    for path in sorted(addresses(get_resolver().url_patterns)):
        opened += marked.get(path).status_code == 200
        marked.post(path, {"a": "b"})
    assert opened > 5


def addresses(patterns, before="/"):
    for pattern in patterns:
        route = before + str(pattern.pattern).lstrip("^").rstrip("$")
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern.url_patterns, route)
        elif "<" not in route and "(" not in route:
            yield route


def traces(text):
    """Where a text stands: tables (sessions decoded), files of the workspace, counters in memory."""
    needle = text.encode()
    return [
        *(f"table {name}" for name, row in rows() if needle in row),
        *(f"session {row.pk}" for row in Session.objects.all() if text in str(SessionStore().decode(row.session_data))),
        *(str(file) for file in django_settings.WORKSPACE.rglob("*") if file.is_file() and needle in file.read_bytes()),
        *(key for key in cache._cache if text in key or needle in cache._cache[key]),
    ]


def rows():
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                yield (
                    table,
                    b"\x00".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row),
                )


def test_counters_end_within_the_hour_and_know_nobody():
    cache.clear()
    cache.set(f"allauth:rl:login:ip:{ADDRESS}", [1.0], timeout=None)
    cache.set("b", 1, timeout=10**6)
    assert all(key.isalnum() and len(key) == 64 for key in cache._cache)
    assert max(cache._expire_info.values()) <= clock.now().timestamp() + limits.HOUR + 1
    assert cache.get(f"allauth:rl:login:ip:{ADDRESS}") == [1.0]


def test_a_finished_job_leaves_nothing_of_its_caller():
    names = {field.name for field in DBTaskResult._meta.get_fields()}
    assert not names & {"address", "ip", "user_agent", "request"}
