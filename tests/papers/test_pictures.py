"""What holds for every picture: no inline style, no script, only known classes, only the palette's colours."""

import re

import pytest

from ninefold.papers import emblem
from ninefold.papers.atlas.world import Band, Key, Notes, around, key, sheet, world_map
from ninefold.papers.charts import fan, strip
from ninefold.papers.circle import draw
from ninefold.papers.palette import TONES, stylesheet

from .conftest import WAYS

SIGNS = ("present", "isolated", "absent", "local", "national", "international", "tie", "heard", "answered")
# Classes that only name a part, for tests and scripts; everything else must be in the style sheet.
PARTS = {"picture", "grid", "bands", "happened", "months", "ties", "spokes", "point"}
TAGS = {"svg", "g", "a", "title", "desc", "path", "circle", "ellipse", "rect", "text", "defs", "pattern"}
VALUES = {"MLI": Band(5, "Mali"), "MDV": Band(0, "Maldives"), "FRA": Band(2, "France")}
NOTES = Notes("n", "a")
KEY = Key("Chance", ("a", "b", "c", "d", "e", "f"), "no data", "open")


@pytest.fixture
def pictures(circle, chart):
    found = {f"circle-{lang}-{small}": draw(circle(lang), direction=WAYS[lang], compact=small, name="circle")
             for lang in WAYS for small in (False, True)}  # fmt: skip
    for way in ("ltr", "rtl"):
        found |= {
            f"fan-{way}": fan.draw(chart(), direction=way, name="fan"),
            f"fan-{way}-small": fan.draw(chart(kind="linear"), direction=way, compact=True, name="fan"),
            f"key-{way}": key(KEY, direction=way, name="key"),
            f"strip-{way}": strip.draw(low=0, point=0.1, high=1, title="t", direction=way, threshold=0.5),
            f"sheet-{way}": sheet(VALUES, title="t", desc="d", texts=KEY, notes=NOTES, direction=way, name="map"),
        }
    found["world"] = world_map(VALUES, title="t", desc="d", links={"MLI": "/m/"}, no_data={"USA": "USA"}, name="map")
    found["around"] = around("MLI", VALUES, title="t", desc="d", links={}, no_data={}, name="map")
    found |= {"emblem": emblem.emblem(title="Ninefold"), "favicon": emblem.favicon()}
    return found | {name: emblem.sign(name) for name in SIGNS}


def test_nothing_that_a_strict_policy_forbids(pictures, read):
    for name, text in pictures.items():
        for one in read(text).root.iter():
            tag = one.tag.split("}")[1]
            assert tag in {
                "svg",
                "g",
                "a",
                "title",
                "desc",
                "path",
                "circle",
                "ellipse",
                "rect",
                "text",
                "defs",
                "pattern",
            }
            assert not [key for key in one.attrib if key == "style" or key.startswith("on")], name


def test_every_class_is_in_the_style_sheet(pictures, read):
    known = set(re.findall(r"\.([a-z][a-z0-9-]*)", stylesheet())) | PARTS
    for name, text in pictures.items():
        root = read(text).root
        own = set(root.get("class", "").split())
        used = {kind for one in root.iter() if one is not root for kind in one.get("class", "").split()}
        assert used <= known, (name, used - known)
        assert name == "favicon" or "picture" in own


def test_every_colour_is_the_palettes_and_themed(pictures, read):
    """Each painted attribute is a light tone, with the class of the same tone beside it."""
    for name, text in pictures.items():
        if name == "favicon":
            continue
        for one in read(text).root.iter():
            for attribute, letter in (("fill", "f"), ("stroke", "s")):
                colour = one.get(attribute, "none")
                if colour != "none" and not colour.startswith("url(#"):
                    tones = [tone for tone in TONES if f"{letter}-{tone}" in one.get("class", "").split()]
                    assert [TONES[tone].light for tone in tones] == [colour], (name, one.attrib)


def test_every_hatching_is_there(pictures):
    for name, text in pictures.items():
        assert set(re.findall(r"url\(#([^)]*)\)", text)) <= set(re.findall(r'id="([^"]*)"', text)), name


def test_all_text_is_at_least_nine_units(pictures, read):
    """On a phone, compact pictures are shown about one to one."""
    for name, text in pictures.items():
        sizes = [float(one.get("font-size")) for one in read(text).all("text")]
        assert min(sizes, default=9) >= 8.5, name


def test_the_mark_is_decoration_beside_the_name_and_has_a_title_alone():
    assert 'aria-hidden="true"' in emblem.emblem()
    assert "<title>Ninefold</title>" in emblem.emblem(title="Ninefold")
    assert emblem.emblem().count("<circle") == 9
