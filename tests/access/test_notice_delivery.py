"""Messages on their way: in the reader's language, together, not in his quiet hours, and again where they failed."""

from datetime import time, timedelta
from itertools import pairwise

import pytest
from django.utils import translation
from mail_room import mail_server
from world import CLOCK, NOW, YEARS

from ninefold.access import actions, delivery
from ninefold.access.models import Channel, Item, Membership, Message
from ninefold.access.notice_models import GIVEN_UP, SENT, WAITING
from ninefold.errors import ConflictError, InvalidError
from ninefold.ledger.refs import Ref
from ninefold.words.languages import LANGUAGES

from .notice_scene import beat, mail_of, reached, told

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
WORDS = "You have an item in Ninefold"


@pytest.fixture
def mail(tmp_path, settings):
    with mail_server(tmp_path) as (kept, post):
        settings.POST = post
        yield kept


@pytest.fixture
def heard(world, mail, settings):
    reached(settings, world.head, world.now - SECOND, address="head@home.example")
    return world


def release(world, now=NOW):
    """An act that concerns everybody in the audience, and is not urgent."""
    what = Ref("warning", "warning", world.raised().pk)
    told_of = {"to": world.audience.pk, "marking": "tlp:amber", "ends": now + YEARS}
    actions.release(by=world.analyst, now=now, what=what, **told_of)


def terms(person, **changes):
    told_of = {"language": "en", "zone": "UTC", "quiet_from": None, "quiet_until": None, "wakes": False}
    actions.set_terms(by=person, **told_of | changes)


def test_the_letter_says_that_there_is_an_item_and_nothing_else(heard, mail):
    warning = heard.sent()
    beat(NOW)
    (letter,) = mail.letters
    assert letter["Subject"] == WORDS
    assert letter.get_content().split() == [*WORDS.split(), "http://localhost:8009/"]
    assert letter["To"] == "head@home.example"
    assert letter["Message-ID"].endswith("@talks.example>")
    whole = letter.as_bytes().decode() + letter.get_content()
    for name in (str(warning.pk), warning.pk.hex, str(heard.head.pk), str(heard.audience.pk), "Sudan", "analyst"):
        assert name not in whole


@pytest.mark.parametrize("code", LANGUAGES)
def test_it_speaks_the_readers_language(heard, mail, code):
    terms(heard.head, language=code)
    heard.sent()
    beat(NOW)
    (letter,) = mail.letters
    with translation.override(code):
        words = translation.gettext(WORDS)
    assert letter["Subject"] == words
    assert letter.get_content().startswith(words)


def test_an_address_is_sent_its_code_and_nothing_before_it_is_confirmed(world, mail, settings):
    channel = actions.ask_by_mail(by=world.head, now=NOW, address=" head@home.example ")
    world.sent()
    beat(NOW)
    (letter,) = mail.letters
    code = actions.code_of(channel)
    assert code in letter.get_content()
    assert code not in letter["Subject"]
    assert not Item.objects.exists()
    with pytest.raises(InvalidError, match="not the code"):
        actions.confirm_mail(by=world.head, now=NOW, code="AAAAAAAA")
    with pytest.raises(ConflictError, match="No address waits"):
        actions.confirm_mail(by=world.head, now=NOW + timedelta(hours=24), code=code)
    assert actions.confirm_mail(by=world.head, now=NOW, code=f" {code.lower()} ").confirmed
    world.sent()
    beat(NOW)
    assert len(mail.letters) == 2


def test_a_code_that_is_guessed_too_often_is_worth_nothing(world, mail):
    channel = actions.ask_by_mail(by=world.head, now=NOW, address="head@home.example")
    for _ in range(5):
        with pytest.raises(InvalidError):
            actions.confirm_mail(by=world.head, now=NOW, code="AAAAAAAA")
    with pytest.raises(ConflictError, match="too often"):
        actions.confirm_mail(by=world.head, now=NOW, code=actions.code_of(channel))


def test_nobody_is_written_to_over_and_over(world, mail):
    for _ in range(5):
        actions.ask_by_mail(by=world.envoy, now=NOW, address="victim@home.example")
    with pytest.raises(ConflictError, match="many codes"):
        actions.ask_by_mail(by=world.envoy, now=NOW, address="victim@home.example")


def test_without_a_mail_server_no_address_is_taken(world):
    with pytest.raises(ConflictError, match="no mail server"):
        actions.ask_by_mail(by=world.head, now=NOW, address="head@home.example")


def test_what_comes_together_is_told_together(heard, mail):
    for _ in range(3):
        release(heard)
    beat(NOW)
    assert (len(mail.letters), Item.objects.count()) == (1, 0), "what a sent message was about is forgotten"
    release(heard, NOW + SECOND)
    release(heard, NOW + MINUTE)
    beat(NOW + 2 * MINUTE)
    assert len(mail.letters) == 1
    beat(NOW + 5 * MINUTE)
    assert len(mail.letters) == 2
    beat(NOW + HOUR)
    assert len(mail.letters) == 2


def test_what_is_urgent_does_not_wait_for_the_window(heard, mail):
    release(heard)
    beat(NOW)
    heard.sent()
    beat(NOW + SECOND)
    assert len(mail.letters) == 2


def test_two_looks_make_one_message(heard, mail):
    heard.sent()
    for _ in range(3):
        delivery.send_what_is_due(NOW)
    assert Message.objects.count() == 1
    beat(NOW)
    assert len(mail.letters) == 1


def test_in_his_quiet_hours_it_is_held_until_they_end(heard, mail):
    terms(heard.head, zone="Africa/Nairobi", quiet_from=time(10), quiet_until=time(13, 30))
    heard.sent()
    beat(NOW)  # 11:30 in Nairobi
    beat(NOW + 2 * HOUR - SECOND)
    assert mail.letters == []
    beat(NOW + 2 * HOUR)
    assert len(mail.letters) == 1


def test_what_cannot_wait_wakes_who_wants_it(heard, mail):
    terms(heard.head, quiet_from=time(0), quiet_until=time(23, 59), wakes=True)
    release(heard)
    beat(NOW)
    assert mail.letters == []
    heard.sent()
    beat(NOW)
    assert len(mail.letters) == 1


def test_a_letter_that_failed_does_not_come_in_his_quiet_hours_either(heard, mail):
    terms(heard.head, quiet_from=time(9), quiet_until=time(10))
    mail.answer = "451 come back later"
    heard.sent()
    beat(NOW + 29 * MINUTE)
    mail.answer = "250 OK"
    beat(NOW + 31 * MINUTE)
    assert mail.letters == []
    for minute in range(32, 95):
        beat(NOW + minute * MINUTE)
    assert len(mail.letters) == 1


def test_it_is_tried_again_with_growing_delays_under_one_id_and_then_given_up(heard, mail):
    mail.answer = "451 come back later"
    release(heard)
    actions.gather(now=NOW)
    now, tries = NOW, []
    while Message.objects.filter(state=WAITING).exists():
        beat(now)
        tries.append(now)
        row = Message.objects.get(batch__isnull=False)
        if row.state == WAITING:
            beat(row.next_try - SECOND)
            assert Message.objects.get(pk=row.pk).tries == len(tries), "not before its time"
            now = row.next_try
    gaps = [later - earlier for earlier, later in pairwise(tries)]
    assert gaps == sorted(gaps)
    assert (gaps[0], gaps[-1], len(tries)) == (timedelta(seconds=30), 6 * HOUR, delivery.MOST_TRIES)
    assert [row.state for row in told(heard.head)] == [GIVEN_UP]
    assert mail_of(heard.head).failing_since == NOW.date()
    assert not Item.objects.filter(due=NOW).exists()


def test_a_channel_that_works_again_is_no_longer_said_to_fail(heard, mail):
    mail.rejected.add("head@home.example")
    heard.sent()
    beat(NOW)
    assert [row.state for row in told(heard.head)] == [GIVEN_UP], "refused for good is not tried again"
    assert mail_of(heard.head).failing_since == NOW.date()
    mail.rejected.clear()
    heard.sent()
    beat(NOW + MINUTE)
    assert [row.state for row in told(heard.head)] == [GIVEN_UP, SENT]
    assert mail_of(heard.head).failing_since is None


def test_who_loses_the_right_between_two_tries_is_told_nothing(heard, mail):
    mail.answer = "451 come back later"
    heard.sent()
    beat(NOW)
    actions.end_membership(by=heard.analyst, now=NOW, membership=Membership.objects.get(person=heard.head))
    mail.answer = "250 OK"
    beat(NOW + HOUR)
    assert mail.letters == []
    assert told(heard.head) == []


def test_turning_it_off_deletes_the_address_and_what_waited(heard, mail):
    heard.sent()
    delivery.send_what_is_due(NOW)
    actions.end_channel(by=heard.head, now=NOW, channel=mail_of(heard.head).pk)
    beat(NOW)
    assert mail.letters == []
    assert [kind.objects.count() for kind in (Channel, Message, Item)] == [0, 0, 0]


def test_what_was_sent_is_forgotten_after_two_weeks(heard, mail):
    heard.sent()
    beat(NOW)
    beat(NOW + CLOCK)
    actions.forget_what_ended(now=NOW + timedelta(days=15))
    assert told(heard.head) == []
    assert mail_of(heard.head)
