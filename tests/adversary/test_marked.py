"""A page or file bears the highest mark of what stands on it, however it was reached."""

import re

import pytest
from django.urls import reverse

from ninefold import clock
from ninefold.access.models import Audience
from ninefold.tracks.models import Situation
from ninefold.tracks.rules import TRACKS
from ninefold.warning.actions import load_own

pytestmark = pytest.mark.django_db

LEVELS = ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]


def band(page):
    """The marking at the head of a page."""
    return re.search(r'class="band [^"]*".*?<bdi[^>]*>([^<]+)<', page.text, re.DOTALL)[1]


@pytest.mark.parametrize("key", ["daro-helmin", "teya-orvane", "elowa-dosse"])
def test_pages_of_organisations_bear_the_marks_of_their_ties(sample, visitor, key):
    """Together the pages of the tracks show what the circle shows, so their highest band is the circle's."""
    client = visitor(sample.people[key])
    situation = Situation.objects.get()
    circle = band(client.get("/"))
    assert LEVELS.index(circle) >= LEVELS.index("TLP:AMBER")
    tracks = [client.get(reverse("tracks:track", args=[situation.pk, track])) for track in TRACKS]
    assert max((band(page) for page in tracks), key=LEVELS.index) == circle
    organisations = re.findall(rf"/tracks/{situation.pk}/organisation/[0-9a-f-]+/", "".join(p.text for p in tracks))
    assert max((band(client.get(path)) for path in set(organisations)), key=LEVELS.index) == circle


def test_a_stranger_sees_clear_pages_only(sample, visitor):
    for track in TRACKS:
        page = visitor().get(reverse("tracks:track", args=[Situation.objects.get().pk, track]))
        assert band(page) == "TLP:CLEAR"


@pytest.fixture
def kept_close(sample, tmp_path):
    """Series of her own that the analyst loaded for her readers alone, under TLP:RED."""
    file = tmp_path / "own.csv"
    rows = [f"UKR,{2024 + at // 12}-{at % 12 + 1:02},{at * 7}" for at in range(16)]
    file.write_text("\n".join(["unit,month,value", *rows]), encoding="utf-8")
    by = sample.people["teya-orvane"]
    return load_own(
        by=by,
        now=clock.now(),
        file=file,
        name="Counted by us",
        attribution="The cell",
        licence="None",
        marking="tlp:red",
        audiences=[Audience.objects.get(custodian=by).pk],
    )


@pytest.mark.parametrize("path", ["/", "/sources/", "/warning/", "/warning/UKR/", "/warning/data/"])
def test_what_is_drawn_from_a_red_series_is_red(sample, visitor, kept_close, path):
    assert band(visitor(sample.people["daro-helmin"]).get(path)) == "TLP:RED"
    page = visitor(sample.people["velune-sarn"]).get(path)
    assert "Counted by us" not in page.text
    assert band(page) != "TLP:RED"


def test_files_bear_the_mark_of_their_series(sample, visitor, kept_close):
    inside, outside = visitor(sample.people["daro-helmin"]), visitor(sample.people["velune-sarn"])
    for path in ["/warning/board.csv", "/warning/panel.csv", "/warning/UKR/forecast.csv"]:
        assert '.tlp-red.csv"' in inside.get(path)["Content-Disposition"]
        assert "tlp" not in outside.get(path)["Content-Disposition"]
    for path in ["/warning/board.json", "/warning/UKR/forecast.json", "/api/v1/warning/board"]:
        assert outside.get(path).json()["marking"] == "tlp:clear"
    assert inside.get("/warning/board.json").json()["marking"] == "tlp:red"
    assert inside.get("/warning/UKR/forecast.json").json()["marking"] == "tlp:red"
