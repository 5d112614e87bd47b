"""A worker is killed while a letter is on its way: nothing is lost, and what comes twice bears one id."""

import time

import pytest
from django.db import connection
from world import NOW, build

from ninefold.access.models import Item, Message
from ninefold.access.notice_models import SENT, WAITING
from ninefold.jobs import holds

from .mail_room import mail_server
from .mail_worker import MailWorker
from .notice_scene import reached

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


def set_clock(folder, moment):
    (folder / "clock.new").write_text(moment.isoformat())
    (folder / "clock.new").replace(folder / "clock")


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture
def start(tmp_path):
    started = []

    def begin(post):
        started.append(MailWorker(tmp_path, str(connection.settings_dict["NAME"]), post))
        return started[-1]

    yield begin
    for worker in started:
        worker.kill()


def test_a_letter_that_the_server_took_comes_again_under_its_id(tmp_path, settings, start):
    world = build()
    with mail_server(tmp_path) as (kept, post):
        settings.POST = post
        reached(settings, world.head, NOW)
        world.sent()
        set_clock(tmp_path, NOW)
        kept.go_on.clear()
        first = start(post)
        until(kept.held.is_set)
        first.kill()  # the server has the letter, and the worker has not heard so
        kept.go_on.set()
        assert Message.objects.get().state == WAITING
        set_clock(tmp_path, NOW + holds.LEASE)
        start(post)
        until(lambda: Message.objects.get().state == SENT)
        assert len(kept.letters) == 2
        assert len({letter["Message-ID"] for letter in kept.letters}) == 1
        assert not Item.objects.filter(due=NOW).exists()


def test_a_letter_that_never_left_is_sent_once(tmp_path, settings, start):
    world = build()
    with mail_server(tmp_path) as (kept, post):
        settings.POST = post
        reached(settings, world.head, NOW)
        world.sent()
        set_clock(tmp_path, NOW)
        kept.greeted.clear()
        kept.greet.clear()
        first = start(post)
        until(kept.greeted.is_set)
        first.kill()  # in the middle of the greeting
        kept.greet.set()
        set_clock(tmp_path, NOW + holds.LEASE)
        start(post)
        until(lambda: Message.objects.get().state == SENT)
        assert len(kept.letters) == 1
