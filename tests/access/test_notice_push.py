"""Messages to a browser: only it reads them, its maker learns no more than that they come, and no other is called."""

import json
import os
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings
from mail_room import certificate
from world import NOW

from ninefold.access import actions
from ninefold.access.models import Channel, Item, Message
from ninefold.access.notice_models import GIVEN_UP, PUSH, SENT, WAITING
from ninefold.access.notices import pushing, webpush
from ninefold.access.notices.push_key import push_key
from ninefold.access.notices.pushing import Push, read_push
from ninefold.access.notices.sending import UndeliverableError
from ninefold.access.notices.webpush import Subscription, public_of, read_subscription
from ninefold.errors import ConflictError, InvalidError, RefusedError

from .notice_scene import beat, told
from .push_room import Browser, b64, key_of, maker, proven, unb64

CONTACT = "mailto:operator@talks.example"
SECOND = timedelta(seconds=1)


def test_the_vector_of_the_standard():
    """RFC 8291, appendix A."""
    to = Subscription(
        "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
        unb64("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
        unb64("BTBZMqHH6r4Tts7J_aSIgg"),
    )
    key, salt = key_of("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), unb64("DGv6ra1nlYgDCS1FRnbzlw")
    body = webpush.encrypt(b"When I grow up, I want to be a watermelon", to, key=key, salt=salt)
    assert b64(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4M"
        "qgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@pytest.fixture
def called(settings):
    settings.PUSH = Push(CONTACT, near=True)
    with maker() as (kept, address):
        yield kept, Browser(f"{address}/to/3f9")


@pytest.fixture
def heard(world, called):
    _, browser = called
    actions.open_push(by=world.head, now=NOW - SECOND, endpoint=browser.endpoint, keys=browser.handed_over["keys"])
    return world


def test_only_the_browser_reads_it_and_its_maker_sees_who_sends(heard, called):
    kept, browser = called
    warning = heard.sent()
    beat(NOW)
    ((path, headers, body),) = kept.asked
    assert path == "/to/3f9"
    assert json.loads(browser.read(body)) == {"text": "You have an item in Ninefold", "lang": "en", "dir": "ltr"}
    key = push_key(django_settings.WORKSPACE)
    claims = proven(headers["Authorization"], browser.endpoint.removesuffix("/to/3f9"), public_of(key))
    assert claims["sub"] == CONTACT
    assert 0 < claims["exp"] - NOW.timestamp() <= 24 * 3_600
    ours = {"authorization", "content-encoding", "content-type", "ttl", "urgency", "topic"}
    wire = {"host", "accept", "accept-encoding", "connection", "user-agent", "content-length"}
    assert {name.lower() for name in headers} == ours | wire
    assert headers["User-Agent"] == "Ninefold"
    assert (headers["Content-Encoding"], headers["Urgency"]) == ("aes128gcm", "high")
    for name in (str(warning.pk), warning.pk.hex, str(heard.head.pk), heard.head.pk.hex):
        assert name not in str(headers)
    assert [row.state for row in told(heard.head)] == [SENT]
    assert not Item.objects.filter(due=NOW).exists()


@pytest.mark.parametrize("code", ["en", "ar", "zh-hans"])
def test_its_length_does_not_tell_its_language(heard, called, code):
    kept, browser = called
    terms = {"zone": "UTC", "quiet_from": None, "quiet_until": None, "wakes": False}
    actions.set_terms(by=heard.head, language=code, **terms)
    heard.sent()
    beat(NOW)
    ((_, _, body),) = kept.asked
    assert len(body) == 16 + 4 + 1 + 65 + webpush.PADDED + 1 + 16
    assert json.loads(browser.read(body))["dir"] == ("rtl" if code == "ar" else "ltr")


def test_a_message_that_comes_twice_replaces_the_first(heard, called):
    kept, _ = called
    kept.status = 503
    heard.sent()
    beat(NOW)
    kept.status = 201
    beat(Message.objects.get().next_try)
    assert len({headers["Topic"] for _, headers, _ in kept.asked}) == 1
    assert len({body for _, _, body in kept.asked}) == 2, "salt and key are fresh each time"
    assert Message.objects.get().state == SENT


@pytest.mark.parametrize(
    ("status", "state"), [(410, None), (404, None), (403, GIVEN_UP), (500, WAITING), (302, WAITING)]
)
def test_what_the_maker_answers_is_heeded(heard, called, status, state):
    kept, _ = called
    kept.status = status
    heard.sent()
    beat(NOW)
    assert [row.state for row in told(heard.head)] == ([state] if state else [])
    assert Channel.objects.exists() == (state is not None), "a browser that is gone is forgotten"
    assert len(kept.asked) == 1, "no redirect is followed"


def test_a_browser_is_told_once_and_ten_at_most(world, called):
    _, browser = called
    keys = browser.handed_over["keys"]
    for _ in range(2):
        actions.open_push(by=world.head, now=NOW, endpoint=browser.endpoint, keys=keys)
    assert Channel.objects.count() == 1
    for number in range(9):
        actions.open_push(by=world.head, now=NOW, endpoint=f"{browser.endpoint}{number}", keys=keys)
    with pytest.raises(ConflictError, match="10 browsers"):
        actions.open_push(by=world.head, now=NOW, endpoint=f"{browser.endpoint}x", keys=keys)


def test_without_the_operators_word_no_browser_is_told(world):
    with pytest.raises(ConflictError, match="no messages to browsers"):
        actions.open_push(by=world.head, now=NOW, endpoint="https://a.example/", keys={})


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://10.0.0.7/x",
        "https://169.254.169.254/latest",
        "https://push.example:8443/x",
        "https://push.example:99999/x",
        "https://user@push.example/x",
        "https://push.example/x#y",
        "file:///etc/passwd",
        "https:///x",
        "https://[x",
    ],
)
def test_an_address_that_may_not_be_called_is_refused(world, settings, endpoint):
    settings.PUSH = Push(CONTACT)
    with pytest.raises(RefusedError, match="none to which messages may be sent"):
        actions.open_push(by=world.head, now=NOW, endpoint=endpoint, keys=Browser(endpoint).handed_over["keys"])
    assert not Channel.objects.exists()


def send(push, to):
    key = push_key(django_settings.WORKSPACE)
    pushing.send(push, to, b"{}", key=key, topic="t", urgent=False, now=datetime.now(UTC))


def test_a_name_that_leads_into_a_private_network_is_not_called():
    with maker() as (kept, _):
        browser = Browser("https://localhost/x")
        to = read_subscription(browser.endpoint, browser.handed_over["keys"])
        with pytest.raises(UndeliverableError, match="not a public address") as refused:
            send(Push(CONTACT), to)
    assert refused.value.for_good
    assert kept.asked == []


@pytest.fixture
def trusted(tmp_path):
    """A certificate for localhost that the program trusts as it trusts those of the system."""
    made, before = certificate(tmp_path), os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = str(made[1])
    yield made
    os.environ.pop("SSL_CERT_FILE")
    if before:
        os.environ["SSL_CERT_FILE"] = before


def test_the_certificate_must_bear_the_name_though_its_address_is_called(trusted):
    with maker(trusted) as (kept, address):
        there, elsewhere = (Browser(f"{address.replace('localhost', name)}/x") for name in ("localhost", "127.0.0.1"))
        send(Push(CONTACT, near=True), read_subscription(there.endpoint, there.handed_over["keys"]))
        to = read_subscription(elsewhere.endpoint, elsewhere.handed_over["keys"])
        with pytest.raises(UndeliverableError, match="ConnectError"):
            send(Push(CONTACT, near=True), to)
    assert len(kept.asked) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"auth": "AAAA"},
        {"p256dh": b64(b"\x04" + bytes(64))},
        {"p256dh": b64(b"\x02" * 33)},
        {"p256dh": 5},
        {"auth": "ü" * 22},
        {"p256dh": "A" * 5_000},
    ],
    ids=str,
)
def test_what_is_no_subscription_is_refused(changes):
    keys = Browser("https://a.example/").handed_over["keys"]
    assert read_subscription("https://a.example/", keys)
    with pytest.raises(InvalidError, match="no subscription"):
        read_subscription("https://a.example/", keys | changes)
    for endpoint in (None, 5, "https://a.example/\n", "https://a.example/" + "x" * 1_000):
        with pytest.raises(InvalidError, match="no subscription"):
            read_subscription(endpoint, keys)


def test_the_operators_word_is_read_strictly():
    assert read_push("", "") is None
    assert read_push(CONTACT, "1") == Push(CONTACT, near=True)
    with pytest.raises(InvalidError, match="mailto"):
        read_push("operator", "")


def test_the_page_turns_a_browser_on_and_off(world, called, client, static_files):
    _, browser = called
    client.force_login(world.head)
    page = client.get("/access/notices/")
    assert b64(public_of(push_key(django_settings.WORKSPACE))) in page.text
    assert "tells the maker of this browser" in page.text
    for nonsense in ("", "x", "[]", json.dumps({"endpoint": browser.endpoint})):
        client.post("/access/notices/browser/", {"subscription": nonsense})
        assert not Channel.objects.exists()
    client.post("/access/notices/browser/", {"subscription": json.dumps(browser.handed_over)})
    channel = Channel.objects.get(kind=PUSH)
    page = client.get("/access/notices/")
    assert browser.endpoint not in page.text
    client.post(f"/access/notices/{channel.pk}/end/")
    assert not Channel.objects.exists()


def test_the_key_is_private_and_stays(world):
    key = push_key(django_settings.WORKSPACE)
    path = django_settings.WORKSPACE / "keys" / "push.key"
    assert path.stat().st_mode & 0o077 == 0
    assert public_of(push_key(django_settings.WORKSPACE)) == public_of(key)
