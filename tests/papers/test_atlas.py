"""The atlas draws what it says it draws: equal areas, the United Nations' boundaries, every country with a value."""

import gzip
import re
from itertools import pairwise

import pytest
from shapely import Point, Polygon
from shapely.ops import unary_union

from ninefold.errors import InvalidError
from ninefold.papers.atlas.projection import HEIGHT, MIDDLE, WIDTH, equal_earth, on_sheet
from ninefold.papers.atlas.shapes import atlas
from ninefold.papers.atlas.world import Band, Key, Notes, around, key, sheet, world_map

from .conftest import HOSTILE

VIEWS = ("un", "natural-earth")
KEY = Key("Chance of 25 deaths", tuple(f"class {at}" for at in range(6)), "no data", "status not settled")
NOTES = Notes("The boundaries on this map do not imply endorsement. " * 4, "Shapes: UN Geodata")


def shape(path):
    """The area that an SVG path of closed rings fills (its rings never cross; holes are filled in)."""
    rings = []
    for ring in re.findall(r"M(-?\d+ -?\d+)l([^z]*)z", path):
        x, y = map(int, ring[0].split())
        points = [(x, y)]
        steps = [int(part) for part in re.findall(r"-?\d+", ring[1])]
        for dx, dy in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + dx, y + dy
            points.append((x, y))
        rings.append(Polygon(points).buffer(0))
    return unary_union(rings)


def filled(codes=("MLI", "UKR", "FJI", "MDV", "PSE")):
    return {code: Band(at % 6, f"{code}: likely") for at, code in enumerate(codes)}


def test_equal_earth_has_the_published_extent():
    """Savric, Patterson and Jenny 2019, section 3: the sphere is 2.05458 times as wide as high."""
    wide, high = equal_earth(180, 0)[0], equal_earth(0, 90)[1]
    assert wide == pytest.approx(2.70663, abs=1e-5)
    assert high == pytest.approx(1.31736, abs=1e-5)
    assert wide / high == pytest.approx(2.05458, abs=1e-4)
    assert equal_earth(-40, -30) == pytest.approx([-part for part in equal_earth(40, 30)])


@pytest.mark.parametrize(("low", "high"), [(0, 10), (30, 40), (60, 70)])
def test_equal_areas_stay_equal(low, high):
    """A cell of one degree by one has the same share of the map as of the sphere."""
    from math import radians, sin

    cell = Polygon([equal_earth(x, y) for x, y in ((0, low), (1, low), (1, high), (0, high))])
    sides = [Polygon([equal_earth(0, y), equal_earth(1, y), equal_earth(1, y + 0.1), equal_earth(0, y + 0.1)])
             for y in [low + at / 10 for at in range((high - low) * 10)]]  # fmt: skip
    true = radians(1) * (sin(radians(high)) - sin(radians(low)))
    assert sum(side.area for side in sides) == pytest.approx(true, rel=1e-4)
    assert cell.is_valid


def test_the_sheet():
    assert on_sheet(MIDDLE, 0)[0] == WIDTH / 2
    assert on_sheet(MIDDLE + 180, 0)[0] == pytest.approx(WIDTH)
    assert atlas().size == (WIDTH, HEIGHT)


# Square kilometres of land, from the countries' statistics; a unit of the sheet is WIDTH / (2 * 2.70663) to a radius.
AREAS = {"MLI": 1_240_192, "SDN": 1_861_484, "MNG": 1_564_116, "BRA": 8_515_767, "KEN": 580_367, "MDG": 587_041}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("code", AREAS)
def test_a_country_is_as_large_as_it_is(code, view):
    unit = (6371.0 * 2 * 2.70663 / WIDTH) ** 2
    assert atlas(view).shapes[code].area * unit == pytest.approx(AREAS[code], rel=0.04)


# Places and the country that the United Nations, and Natural Earth (who holds the ground), draws them in.
PLACES = {
    "Simferopol": (34.1, 44.95, "UKR", "RUS"),
    "the Golan": (35.8, 33.0, "SYR", "ISR"),
    "El Aaiun": (-13.0, 27.1, "ESH", "MAR"),
    "Srinagar": (74.8, 34.1, "XJK", "IND"),
    "Pristina": (21.2, 42.65, "SRB", "XKX"),
    "northern Cyprus": (33.55, 35.25, "CYP", "XNC"),
    "Hargeisa": (44.06, 9.56, "SOM", "XSO"),
    "Juba": (31.6, 4.85, "SSD", "SSD"),
    "Bamako": (-8.0, 12.6, "MLI", "MLI"),
    "Chukotka": (-175.0, 66.5, "RUS", "RUS"),
}  # fmt: skip


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", PLACES)
def test_whose_a_place_is_drawn(name, view):
    longitude, latitude, *codes = PLACES[name]
    east = longitude + 360 if longitude < MIDDLE - 180 else longitude
    code = codes[VIEWS.index(view)]
    assert shape(atlas(view).shapes[code].path).buffer(2).contains(Point(on_sheet(east, latitude)))


def test_territories_whose_status_is_open():
    disputed = {code for code, one in atlas().shapes.items() if one.disputed}
    assert disputed == {"ESH", "XAC", "XAP", "XBT", "XHT", "XIT", "XJK"}


@pytest.mark.parametrize("view", VIEWS)
def test_no_country_is_smeared_across_the_map(view):
    """A shape that was not cut where the sheet ends shows as a step of half the sheet."""
    for one in atlas(view).shapes.values():
        for ring in re.findall(r"l([^z]*)z", one.path):
            assert max(abs(int(step)) for step in re.findall(r"-?\d+", ring)) < WIDTH / 8, one.code


@pytest.mark.parametrize("view", VIEWS)
def test_the_file_says_where_it_comes_from(view):
    found = atlas(view)
    assert found.attribution
    assert found.source
    assert found.licence
    assert found.missing({"MLI", "QQQ", "FRA"}) == ["QQQ"]


def test_the_map_of_the_world_is_small_enough():
    codes = [code for code in atlas().shapes if not code.startswith("X")]
    values = {code: Band(at % 6, f"Country {at}: likely, 55-80 %") for at, code in enumerate(codes)}
    links = {code: f"/warning/{code}/" for code in codes}
    text = world_map(values, title="t", desc="d", links=links, no_data={})
    assert len(gzip.compress(text.encode())) < 60_000


def test_every_country_with_a_value_is_a_link_with_its_words(read):
    values = filled()
    links = {code: f"/warning/{code}/" for code in values}
    drawn = read(world_map(values, title="t", desc="d", links=links, no_data={"FRA": "France: no data"}))
    assert {one.get("href"): one[0].text for one in drawn.all("a")} == {links[c]: values[c].words for c in values}
    assert "France: no data" in [one.text for one in drawn.all("title")]
    assert drawn.root.get("role") == "group"


def test_a_small_country_can_be_hit(read):
    """It is a circle as well as a shape, and the link is on the circle, once."""
    drawn = read(world_map(filled(), title="t", desc="d", links={"MDV": "/m/", "MLI": "/w/"}, no_data={}))
    dots = drawn.all("circle")
    assert len(dots) == 3
    assert [one.get("href") for one in drawn.all("a")].count("/m/") == 1
    assert all(float(one.get("r")) >= 11 for one in dots)


def test_no_data_and_open_status_are_hatched_apart(read):
    drawn = read(world_map(filled(("MLI",)), title="t", desc="d", links={}, no_data={}))
    fills = [one.get("fill") for one in drawn.all("path")]
    assert fills.count("url(#world-disputed)") == 7
    assert fills.count("url(#world-no-data)") == len(atlas().shapes) - 8
    assert {one.get("id") for one in drawn.all("pattern")} == {"world-disputed", "world-no-data"}
    assert drawn.root.get("role") == "img"


def test_higher_classes_lie_above(read):
    drawn = read(world_map(filled(), title="t", desc="d", links={}, no_data={}))
    levels = [kind for one in drawn.all("path") for kind in one.get("class", "").split() if kind.startswith("f-risk")]
    assert levels == sorted(levels)


def test_a_country_and_its_neighbours(read):
    values = filled(("MLI", "NER", "AUS"))
    drawn = read(around("MLI", values, title="t", desc="d", links={"MLI": "/m/"}, no_data={}))
    x, y, wide, tall = map(float, drawn.root.get("viewBox").split())
    left, top, right, foot = atlas().shapes["MLI"].box
    assert x < left < right < x + wide
    assert y <= top < foot <= y + tall
    assert "NER: likely" in [one.text for one in drawn.all("title")]
    assert "AUS: likely" not in [one.text for one in drawn.all("title")]
    with pytest.raises(InvalidError, match="no country QQQ"):
        around("QQQ", values, title="t", desc="d", links={}, no_data={})


@pytest.mark.parametrize("way", ["ltr", "rtl"])
@pytest.mark.parametrize("compact", [False, True])
def test_the_key_has_six_classes_and_two_hatchings_in_reading_order(read, way, compact):
    drawn = read(key(KEY, direction=way, compact=compact))
    wide = float(drawn.root.get("viewBox").split()[2])
    boxes = [(float(one.get("y")), float(one.get("x"))) for one in drawn.all("rect")[2:]]
    assert len(boxes) == 8
    reading = [(y, x if way == "ltr" else wide - x) for y, x in boxes]
    assert all(one < after for one, after in pairwise(reading))
    assert all(0 <= x <= wide - 26 for _, x in boxes)


def test_the_printed_sheet_holds_the_disclaimer(read):
    drawn = read(sheet(filled(), title="Where", desc="d", texts=KEY, notes=NOTES, direction="ltr"))
    said = " ".join(drawn.words())
    assert "Where" in said
    assert NOTES.attribution in said
    assert said.count("do not imply endorsement") == 4
    foot = max(float(one.get("y")) for one in drawn.all("text"))
    _, y, _, tall = map(float, drawn.root.get("viewBox").split())
    assert foot < y + tall


def test_hostile_words_stay_words(read):
    values = {"MLI": Band(5, HOSTILE)}
    text = sheet(values, title=HOSTILE, desc=HOSTILE, texts=Key(HOSTILE, (HOSTILE,) * 6, HOSTILE, HOSTILE),
                 notes=Notes(HOSTILE, HOSTILE), direction="rtl")  # fmt: skip
    assert not read(text).all("script")
    with pytest.raises(InvalidError, match="cannot be linked"):
        world_map(values, title="", desc="", links={"MLI": "javascript:alert(1)"}, no_data={})


@pytest.mark.parametrize("level", [-1, 6])
def test_classes_run_from_0_to_5(level):
    with pytest.raises(InvalidError, match="classes run from 0 to 5"):
        Band(level, "")
    with pytest.raises(InvalidError, match="needs 6 labels; 5 came in"):
        Key("", ("",) * 5, "", "")
