"""The private feed: its address is its key, its entries say the day and nothing else, and nobody is noted."""

import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.core.cache import cache
from django.test import Client
from world import build

from ninefold import clock
from ninefold.access import actions
from ninefold.access.models import Channel, Item, Session

from .notice_scene import beat
from .test_signing_in import enrolled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
ATOM = "{http://www.w3.org/2005/Atom}"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _uncounted():
    cache.clear()


@pytest.fixture
def present():
    return build(clock.now())


def feed_of(person, now):
    return f"/access/notices/feed/{actions.open_feed(by=person, now=now).secret}/"


def read(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/atom+xml")
    return answer, ET.fromstring(answer.content)


def test_an_entry_says_that_something_came_and_on_which_day(present, client):
    path = feed_of(present.head, present.now)
    assert read(client, path)[1].findall(f"{ATOM}entry") == []
    warning = present.sent()
    beat(clock.now())
    answer, root = read(client, path)
    (entry,) = root.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == entry.findtext(f"{ATOM}content") == "You have an item in Ninefold"
    assert entry.findtext(f"{ATOM}updated") == f"{clock.now():%Y-%m-%d}T00:00:00Z"
    links = {link.get("href") for link in root.iter(f"{ATOM}link")}
    assert links == {"http://localhost:8009/"}
    text = answer.content.decode()
    for name in (str(warning.pk), str(present.head.pk), str(present.audience.pk), "Sudan", "head"):
        assert name not in text
    assert read(client, path)[0].content == answer.content, "an entry keeps its id"
    assert not Item.objects.filter(due__lte=clock.now()).exists()


def test_it_asks_for_no_sign_in_and_leaves_none(present):
    path = feed_of(present.head, present.now)
    stranger = Client()
    answer, _ = read(stranger, path)
    assert answer["Cache-Control"] == "private, no-store"
    assert not stranger.cookies
    assert not Session.objects.exists()
    assert stranger.post(path).status_code == 405


def test_only_the_hash_of_its_key_is_kept(present):
    secret = actions.open_feed(by=present.head, now=present.now).secret
    row = Channel.objects.get()
    assert secret.encode() not in bytes(row.digest)
    assert secret not in str(vars(row))


def test_it_ends_by_renewal_by_hand_and_after_a_year(present, client):
    first = feed_of(present.head, present.now)
    second = feed_of(present.head, present.now)
    channel = Channel.objects.get()
    assert channel.ends - channel.starts == timedelta(days=365)
    assert read(client, second)
    answers = [client.get(first), client.get("/access/notices/feed/ni_nonsense/"), client.get(first[:-2] + "é/")]
    Channel.objects.update(ends=clock.now())
    answers.append(client.get(second))
    third = feed_of(present.head, clock.now())
    actions.end_channel(by=present.head, now=clock.now(), channel=Channel.objects.get().pk)
    answers.append(client.get(third))
    fourth = feed_of(present.head, clock.now())
    actions.close_account(
        by=present.administrator, now=clock.now(), person=present.head, reason="left", orphans_read=True
    )
    answers.append(client.get(fourth))
    assert {answer.status_code for answer in answers} == {404}
    said = {re.search(r"<main.*?</main>", answer.text, re.DOTALL)[0] for answer in answers}
    assert len(said) == 1, "unknown, ended, and of a closed account look alike"


def test_who_asks_too_often_is_told_to_wait(present, client):
    path = feed_of(present.head, present.now)
    answers = [client.get(path).status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]
    assert client.get("/access/notices/feed/ni_nonsense/").status_code == 429


def test_the_page_makes_its_address_and_shows_it_once(client, db):
    enrolled(client)
    path = "/access/notices/feed/new/"
    assert client.get(path).status_code == 200
    assert not Channel.objects.exists(), "looking makes none"
    made = client.post(path)
    address = made.context["address"]
    assert (made.status_code, made["Cache-Control"]) == (200, "no-store")
    assert address in made.text
    assert client.get(address.removeprefix("http://localhost:8009")).status_code == 200
    page = client.get("/access/notices/")
    assert "Renew its address" in page.text
    assert address not in page.text


def test_who_did_not_prove_of_late_that_it_is_he_makes_none(client, settings, db):
    enrolled(client)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    assert "again" in client.post("/access/notices/feed/new/").url
    assert not Channel.objects.exists()


def test_an_address_with_quiet_hours_and_another_language(present, client):
    path = feed_of(present.head, present.now)
    now = clock.now()
    hours = {"quiet_from": (now - DAY / 4).time(), "quiet_until": (now + DAY / 4).time(), "wakes": False}
    actions.set_terms(by=present.head, language="ar", zone="UTC", **hours)
    present.sent()
    beat(clock.now())
    _, root = read(client, path)
    assert root.findall(f"{ATOM}entry") == []
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "ar"
