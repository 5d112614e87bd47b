"""The pages of break-glass, for who asks, for who confirms, and for who reads the record."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from world import YEARS, build

from ninefold import clock
from ninefold.access.actions import NewRelease
from ninefold.decisions.models import BreakGlass
from ninefold.ledger.check import check
from ninefold.tracks import actions as tracks
from ninefold.tracks.models import Actor, Situation
from ninefold.words.text import in_one

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]


@pytest.fixture
def present():
    """The world of now, because pages ask the clock; the outsider holds an office of another body."""
    now = clock.now()
    world = build(now)
    releases = [NewRelease(None, "tlp:clear", now, now + YEARS)]
    relief = tracks.NewActor(uuid4(), in_one("en", "Relief agency"), None, [("private-citizens", "national")], releases)
    told = {"by": world.analyst, "now": now - timedelta(minutes=1)}
    tracks.enter_circle(**told, situation=Situation.objects.get(), actors=[relief], ties=[], marking="tlp:green")
    office = tracks.open_office(**told, actor=Actor.objects.get(pk=relief.id), title=in_one("en", "Convoy leader"))
    tracks.give_office(**told, office=office, person=world.outsider, starts=told["now"], ends=now + YEARS)
    return world


def visitor(person, code="en"):
    client = Client(headers={"accept-language": code})
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = code
    client.force_login(person, backend=BACKEND)
    return client


def test_ask_confirm_and_read(present):
    warning = present.sent()
    asker, second = visitor(present.outsider), visitor(present.head)
    address = reverse("warning:warning", args=[warning.pk])
    assert (asker.get(address).status_code, second.get(address).status_code) == (404, 200)
    form = {"record": f"warning:warning:{warning.pk}", "reason": "The convoy leaves in an hour."}
    page = asker.post("/decisions/glass/", form)["location"]
    assert "belong to one body" not in second.get(page).content.decode()
    assert b"A second person confirms" in asker.get(page).content
    assert second.post(page)["location"] == page
    assert asker.get(address).status_code == 200
    # Who was let in has no entry of a membership: the opening itself is what gave it.
    assert [finding for finding in check().findings if finding.part == "grant"] == []
    told = visitor(present.envoy).get("/decisions/glass/").content.decode()
    assert str(warning.pk) in told
    assert "outsider" in told


def test_nothing_typed_wrongly_is_lost_and_a_stranger_is_sent_to_sign_in(present):
    asker = visitor(present.outsider)
    answer = asker.post("/decisions/glass/", {"record": "the warning", "reason": "The convoy leaves."})
    assert answer.status_code == 422
    assert b"names no record" in answer.content
    assert b"The convoy leaves." in answer.content
    assert not BreakGlass.objects.exists()
    assert Client().get("/decisions/glass/").status_code == 302


def test_who_may_not_ask_sees_the_reason_beside_the_button(present):
    page = visitor(present.administrator).get("/decisions/glass/").content.decode()
    assert "An administrator reads no record, in an emergency neither." in page
