"""The first page: for a stranger at once, for each reader from what he may see, in his language."""

import re
from uuid import uuid4

import pytest
from django.conf import settings

from ninefold.words.languages import COMPLETE, LANGUAGES


def main_of(answer):
    return re.search(r"<main.*?</main>", answer.content.decode(), re.DOTALL)[0]


def answer_of(page):
    return re.search(r'<div class="answer">(.*?)</div>', page, re.DOTALL)[1]


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_stranger_gets_it_at_once_in_the_language_of_his_browser(stranger, code):
    got = stranger.get("/", headers={"accept-language": code})
    assert got.status_code == 200
    page = got.content.decode()
    tag = "zh-Hans" if code == "zh-hans" else code
    # Where most words are still English, a screen reader is told so.
    spoken = code if code in COMPLETE else "en"
    assert f'<html lang="{spoken}" dir="{"rtl" if code == "ar" else "ltr"}">' in page
    assert got.headers["Content-Language"] == tag
    assert {"Accept-Language", "Cookie"} <= {name.strip() for name in got.headers["Vary"].split(",")}


@pytest.mark.parametrize(
    ("asked", "given"), [("zh-CN", "zh-Hans"), ("zh-TW", "zh-Hans"), ("fr-CA,de", "fr"), ("de, pt", "en"), ("", "en")]
)
def test_a_language_of_a_region_is_its_language(stranger, asked, given):
    assert stranger.get("/", headers={"accept-language": asked}).headers["Content-Language"] == given


def test_the_answer_stands_above_the_picture(stranger):
    page = main_of(stranger.get("/"))
    assert (
        page.index("<h1>Who carries the Kesh valley talks</h1>")
        < page.index('<div class="answer">')
        < page.index("<svg")
    )
    assert "All nine tracks are present." in answer_of(page)
    assert "Activism stands apart" in answer_of(page)
    assert "Business hangs on a single tie." in answer_of(page)


def test_the_picture_has_its_twin_as_a_table(stranger):
    page = main_of(stranger.get("/"))
    rows = re.findall(
        r'<tr><th scope="row"><a href="(/tracks/[^"]+)">([^<]+)</a></th><td class="number"[^>]*><bdi dir="ltr">(\d+)',
        page,
    )
    assert len(rows) == 9
    drawn = re.findall(r'<svg[^>]*class="picture circle".*?</svg>', page, re.DOTALL)[0]
    for href, name, count in rows:
        assert f'href="{href}"' in drawn
        assert name.split()[0] in drawn
        assert f">{count}</text>" in drawn or f"{count} organisation" in drawn


def test_the_page_changes_with_its_reader(stranger, reader):
    pages = {key: answer_of(main_of(reader(key).get("/"))) for key in ("daro-helmin", "velune-sarn", "hobren-tolvane")}
    assert "Activism" not in pages["daro-helmin"]
    assert pages["hobren-tolvane"] == answer_of(main_of(stranger.get("/")))
    assert pages["velune-sarn"] != pages["daro-helmin"]


def test_it_turns_round_in_arabic(reader):
    page = reader("elowa-dosse", "ar").get("/").content.decode()
    assert 'dir="rtl"' in page
    assert "محادثات وادي كِش" in page


def test_the_account_says_the_language_until_another_is_chosen(sample, db):
    from django.test import Client

    client = Client(headers={"accept-language": "fr"})
    client.force_login(sample.people["elowa-dosse"], backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/").headers["Content-Language"] == "ar"
    client.post("/language/", {"language": "ru", "next": "/"})
    assert client.get("/").headers["Content-Language"] == "ru"


def test_what_waits_for_the_reader_stands_beside(stranger, reader):
    assert "Sign in to see what waits for you." in main_of(stranger.get("/"))
    waits = main_of(reader("daro-helmin").get("/"))
    assert "Answer the warning on" in waits
    assert "TLP:AMBER" in waits
    assert 'class="sign clock"' in waits
    assert "Nothing waits for an answer" in main_of(reader("velune-sarn").get("/"))


def test_what_is_coming_is_told_as_a_replay(stranger):
    page = main_of(stranger.get("/"))
    assert "As known on <time" in page
    assert "30 April 2024" in page
    assert "A replay, not today’s risk." in page
    assert "almost certain" in page


def test_another_situation_is_chosen_by_its_id_and_remembered(stranger, sample):
    from ninefold.tracks.models import Situation

    here = Situation.objects.get()
    assert stranger.get(f"/?situation={here.pk}").status_code == 200
    assert stranger.cookies["situation"].value == str(here.pk)
    assert stranger.get("/").status_code == 200
    gone = stranger.get(f"/?situation={uuid4()}")
    assert gone.status_code == 404
    assert stranger.get("/?situation=planted").status_code == 404


def test_the_first_page_is_light(stranger):
    import gzip

    page = stranger.get("/")
    assert len(gzip.compress(page.content)) < 30_000
    assert len(page.content) < 150_000


def test_the_language_switch_goes_back_to_the_page_and_nowhere_else(stranger):
    got = stranger.post("/language/", {"language": "ar", "next": "/ledger/?room=tracks"})
    assert (got.status_code, got.headers["Location"]) == (302, "/ledger/?room=tracks")
    assert stranger.cookies[settings.LANGUAGE_COOKIE_NAME].value == "ar"
    for away in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""):
        assert stranger.post("/language/", {"language": "en", "next": away}).headers["Location"] == "/"
    assert stranger.post("/language/", {"language": "de"}).status_code == 422
    assert stranger.get("/language/").status_code == 405


def test_who_must_still_enrol_can_choose_his_language(sample, db):
    from django.test import Client

    from ninefold import clock
    from ninefold.access import actions
    from ninefold.words.text import in_one

    by = sample.people["hobren-tolvane"]
    invited = actions.invite(by=by, now=clock.now(), email="new@kesh.example", name=in_one("en", "New"))
    client = Client()
    client.force_login(invited.person, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/ledger/").headers["Location"] == "/access/enrol/"
    got = client.post("/language/", {"language": "ar", "next": "/access/enrol/"})
    assert got.headers["Location"] == "/access/enrol/"
    assert 'dir="rtl"' in client.get("/access/enrol/").content.decode()
