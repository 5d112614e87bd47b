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
from ninefold.decisions.pasted import read_record
from ninefold.errors import InvalidError
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


@pytest.mark.parametrize(
    "spelled", ["http://localhost:8000{}", "{}", "kesh.example{}brief.pdf", "http://x{}?page=2#top"]
)
def test_the_address_of_a_page_says_which_record_is_meant_and_nothing_whether_it_is_there(present, spelled):
    asker = visitor(present.outsider)
    for record in (present.sent().pk, uuid4()):
        pasted = spelled.format(reverse("warning:warning", args=[record]))
        answer = asker.post("/decisions/glass/", {"record": f" {pasted} ", "reason": "The convoy leaves."})
        assert answer.status_code == 302
        assert str(BreakGlass.objects.get(record=record)) == f"warning:warning:{record}"


def test_the_closest_record_of_an_address_is_meant():
    ids = [uuid4() for _ in range(3)]
    change = reverse("tracks:change_office", args=ids)
    assert str(read_record(change)) == f"tracks:office:{ids[1]}"
    assert str(read_record(reverse("tracks:actor", args=ids[:2]))) == f"tracks:actor:{ids[1]}"
    assert str(read_record(reverse("tracks:situation", args=ids[:1]).rstrip("/"))) == f"tracks:situation:{ids[0]}"
    for wrong in (
        "",
        "/",
        "/decisions/",
        "//[",
        "http://",
        "/warning/warnings/1/",
        "x/y",
        f"/access/people/{ids[0]}/close/",
    ):
        with pytest.raises(InvalidError, match="paste the address of its page"):
            read_record(wrong)


def test_who_may_confirm_finds_the_request_in_his_list_and_nobody_else(present):
    warning = present.sent()
    asker = visitor(present.outsider)
    page = asker.post("/decisions/glass/", {"record": f"warning:warning:{warning.pk}", "reason": "Now."})["location"]
    assert page in visitor(present.head).get("/decisions/glass/").content.decode()
    for other in (present.analyst, present.administrator):
        assert page not in visitor(other).get("/decisions/glass/").content.decode()
    assert b"A second person is asked for" not in asker.get("/decisions/glass/").content


def test_what_is_not_there_says_to_everybody_signed_in_where_to_ask(present):
    asker, stranger = visitor(present.outsider), Client()
    hidden, absent = (reverse("warning:warning", args=[one]) for one in (present.sent().pk, uuid4()))
    pages = [asker.get(address).content for address in (hidden, absent, "/nothing/at/all/")]
    assert all(reverse("decisions:glasses").encode() in page for page in pages)
    assert reverse("decisions:glasses").encode() not in stranger.get("/nothing/at/all/").content


def test_who_may_not_ask_sees_the_reason_beside_the_button(present):
    page = visitor(present.administrator).get("/decisions/glass/").content.decode()
    assert "An administrator reads no record, in an emergency neither." in page
