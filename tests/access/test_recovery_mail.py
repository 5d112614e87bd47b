"""A forgotten password where a mail server is named: one letter to who has an account, and the same answer for all."""

import re
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from mail_room import mail_server

from ninefold import clock
from ninefold.access import recovery
from ninefold.access.models import Person, Recovery
from ninefold.jobs.queue import OUTSIDE
from ninefold.jobs.worker import Worker
from ninefold.keeping.picture import tables

from .test_signing_in import LOGIN, enrolled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
ADA, NOBODY = "ada@example.org", "nobody@example.org"
NEW = "five other words that nobody joins"


@pytest.fixture
def mail(tmp_path, settings):
    cache.clear()
    with mail_server(tmp_path) as (kept, post):
        settings.POST = post
        yield kept


@pytest.fixture
def forgetful(client, mail):
    """Ada has a password and a second factor, and is signed out."""
    enrolled(client)
    client.post("/sign-in/out/")
    return client


def ask(client, email):
    return client.post("/sign-in/recovery/", {"email": email})


def beat(now=None):
    now = now or clock.now()
    recovery.send_recoveries(now)
    Worker(clock=lambda: now, acts=()).run_ready(OUTSIDE)


def link_in(letter):
    found = re.search(r"(\S+?)(/sign-in/recovery/\S+)", letter.get_content())
    return found[1], found[2]


def test_a_letter_brings_the_link_and_names_nothing_else(forgetful, mail, mailoutbox):
    ask(forgetful, ADA)
    assert (mail.letters, mailoutbox) == ([], []), "no page waits for a mail server"
    beat()
    (letter,) = mail.letters
    assert (letter["To"], letter["Subject"]) == (ADA, "A new password for Ninefold")
    site, link = link_in(letter)
    assert site == django_settings.ADDRESS.url
    whole = letter.as_bytes().decode() + letter.get_content().replace(link, "")
    for name in (str(Person.objects.get(email=ADA).pk), "Ada ", "127.0.0.1", "testserver"):
        assert name not in whole
    form = forgetful.get(link, follow=True)
    forgetful.post(form.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    assert forgetful.post(LOGIN, {"login": ADA, "password": NEW}).url == "/sign-in/second-step/"
    assert not Recovery.objects.exists()


def test_who_has_no_account_is_sent_nothing_and_gets_the_same_answer(forgetful, mail, mailoutbox):
    known, unknown = (ask(forgetful, email) for email in (ADA, NOBODY))
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert Recovery.objects.count() == 2, "as much is written for both"
    beat()
    assert ([letter["To"] for letter in mail.letters], mailoutbox) == ([ADA], [])
    assert not Recovery.objects.exists()


def test_what_could_not_be_delivered_is_tried_again_and_at_last_no_more(forgetful, mail):
    ask(forgetful, ADA)
    mail.answer = "451 later"
    now = clock.now()
    beat(now)
    row = Recovery.objects.get()
    assert (row.tries, row.next_try) == (1, now + timedelta(seconds=30))
    beat(now + timedelta(seconds=29))
    assert Recovery.objects.get().tries == 1
    mail.answer = "250 OK"
    beat(now + timedelta(seconds=30))
    assert len(mail.letters) == 1
    ask(forgetful, ADA)
    beat(now + timedelta(hours=25))
    assert (len(mail.letters), Recovery.objects.count()) == (1, 0)


def test_a_refused_address_and_a_closed_account_end_it(forgetful, mail):
    ask(forgetful, ADA)
    mail.rejected.add(ADA)
    beat()
    assert not Recovery.objects.exists()
    mail.rejected.clear()
    ask(forgetful, ADA)
    Person.objects.update(is_active=False)
    beat()
    assert (mail.letters, Recovery.objects.count()) == ([], 0)


def test_nobodys_mailbox_is_filled_and_no_link_is_kept_or_copied(forgetful, mail):
    for _ in range(4):
        ask(forgetful, ADA)
    assert Recovery.objects.exclude(person=None).count() == 1
    beat()
    for _ in range(9):
        ask(forgetful, ADA)
        beat()
    assert len(mail.letters) <= 5
    assert Recovery not in tables()
    assert {field.name for field in Recovery._meta.fields} == {"id", "person", "tries", "asked_at", "next_try"}


def test_without_a_mail_server_it_waits_in_the_folder(forgetful, settings, mailoutbox):
    settings.POST = None
    ask(forgetful, ADA)
    assert len(mailoutbox) == 1
    assert not Recovery.objects.exists()
