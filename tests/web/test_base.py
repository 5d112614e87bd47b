"""What every page has: one heading, landmarks, its marking, its rooms, its foot, its headers, and nothing inline."""

import re

import pytest

PAGES = ["/", "/tour/", "/never/", "/sources/", "/ledger/", "/nothing-here/"]
KEYS = ["teya-orvane", "hobren-tolvane"]


@pytest.fixture(params=[None, *KEYS])
def visitor(request, stranger, reader):
    return reader(request.param) if request.param else stranger


@pytest.mark.parametrize("address", PAGES)
def test_a_page_stands_on_its_landmarks(visitor, address):
    page = visitor.get(address).content.decode()
    assert page.count("<h1>") == 1
    for landmark in (
        '<main id="main"',
        '<nav class="rooms" aria-label=',
        '<header class="top">',
        '<footer class="foot">',
    ):
        assert page.count(landmark) == 1
    assert page.index('class="skip" href="#main"') < page.index('class="band')
    assert re.search(r"<title>[^<]+ · Ninefold</title>", page)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("address", PAGES)
def test_nothing_is_inline_and_nothing_comes_from_elsewhere(visitor, address):
    page = visitor.get(address).content.decode()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|javascript:", page)
    assert not re.search(r"<script(?![^>]*src=)", page)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


@pytest.mark.parametrize("address", PAGES)
def test_the_headers_keep_the_page_to_itself(visitor, address):
    headers = visitor.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert headers["Cache-Control"] in {"no-store", "private, no-cache"}


def test_a_signed_in_page_stays_on_no_machine(reader):
    assert reader("teya-orvane").get("/").headers["Cache-Control"] == "no-store"


def test_the_sample_says_that_it_is_invented(visitor):
    assert "INVENTED sample" in visitor.get("/never/").content.decode()


def band(page):
    return re.search(r'<div class="band (tlp-\w+)"', page)[1]


def test_the_band_is_the_highest_marking_of_the_page(stranger, reader):
    assert band(stranger.get("/").content.decode()) == "tlp-clear"
    assert band(reader("daro-helmin").get("/").content.decode()) == "tlp-amberstrict"
    assert band(reader("daro-helmin").get("/never/").content.decode()) == "tlp-clear"


def test_a_chip_anywhere_on_the_page_raises_the_band(rf):
    from django.template import RequestContext, Template

    from ninefold.access.markings import read

    page = Template(
        "{% load house %}{% hold page %}{% include 'web/signs/marking.html' with marking=shown %}{% endhold %}"
        "{% band %}"
    )
    request = rf.get("/")
    told = page.render(RequestContext(request, {"shown": "tlp:amber+strict", "marks": [read("tlp:green")]}))
    assert band(told) == "tlp-amberstrict"


def rooms(page):
    side = re.search(r'<nav class="rooms".*?</nav>', page, re.DOTALL)[0]
    return re.findall(r'href="([^"]+)"', side)


def test_only_doors_that_the_reader_may_open_are_shown(stranger, reader):
    open_to_all, signed_in = (
        rooms(stranger.get("/").content.decode()),
        rooms(reader("teya-orvane").get("/").content.decode()),
    )
    assert "/decisions/" in signed_in
    assert "/decisions/" not in open_to_all
    for address in open_to_all:
        assert stranger.get(address).status_code == 200
    for address in signed_in:
        assert reader("teya-orvane").get(address).status_code == 200


def test_the_side_bar_says_where_the_reader_is(stranger):
    page = stranger.get("/ledger/").content.decode()
    assert '<a href="/ledger/" aria-current="page">' in page
    assert page.count("aria-current=") == 1


def test_the_foot_tells_the_head_of_the_log(stranger, published):
    page = stranger.get("/never/").content.decode()
    foot = re.search(r'<footer class="foot">.*?</footer>', page, re.DOTALL)[0]
    root = published.root.hex()
    assert f"{root[:4]}…{root[-4:]}" in foot
    assert "Witnessed by 0 of 0" in foot
    assert "verified" not in foot


def test_an_invented_person_can_go_on_as_another(reader, stranger, sample):
    page = reader("teya-orvane").get("/").content.decode()
    others = set(re.findall(r'<button name="person" value="([^"]+)">', page))
    assert others == {str(person.pk) for key, person in sample.people.items() if key != "teya-orvane"}
    assert 'name="person"' not in stranger.get("/").content.decode()


def test_languages_that_are_not_complete_say_so(stranger):
    assert "Not all words" not in stranger.get("/never/").content.decode()
    page = stranger.get("/never/", headers={"accept-language": "ru"}).content.decode()
    assert "Русский" in re.search(r'<p class="notice">.*?</p>', page)[0]


def test_the_way_to_the_sign_in_leads_back_and_never_into_itself(stranger):
    def way(address):
        return re.search(r'class="button" href="(/sign-in/[^"]*)"', stranger.get(address).content.decode())[1]

    assert way("/warning/?origin=2023-04") == "/sign-in/?next=/warning/%3Forigin%3D2023-04"
    assert way("/sign-in/?next=/ledger/") == "/sign-in/?next=/ledger/"
    assert way("/sign-in/recovery/") == "/sign-in/"
