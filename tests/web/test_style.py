"""The style sheet: no physical direction, colours that can be read in both themes, nothing from elsewhere."""

import re
from itertools import product
from pathlib import Path

import pytest

import ninefold.web
from ninefold.papers.emblem import favicon
from ninefold.papers.palette import TONES, contrast, stylesheet

STATIC = Path(ninefold.web.__file__).parent / "static" / "web"
SHEET = (STATIC / "ninefold.css").read_text(encoding="utf-8")
TEMPLATES = sorted(Path(ninefold.web.__file__).parent.parent.rglob("templates/**/*.html"))

# CSS Logical Properties 1 and Box Alignment name a logical twin for each of these.
_SIDES = "left|right|top|bottom"
_PHYSICAL = re.compile(
    rf"""(?:^|[;{{\s])(?:
        (?:margin|padding|border|scroll-margin|scroll-padding)-(?:{_SIDES})\b[\w-]*\s*:
      | (?:{_SIDES})\s*:
      | (?:min-|max-)?(?:width|height)\s*:(?![^()]*\)\s*\{{)
      | border-(?:top|bottom)-(?:left|right)-radius\s*:
      | (?:text-align|float|clear|caption-side)\s*:\s*(?:left|right)
      | (?:margin|padding|inset)\s*:\s*[^;\s]+(?:\s+[^;\s]+){{3}}\s*;
    )""",
    re.VERBOSE,
)


def physical(sheet):
    """Declarations that name a side of the screen; a media query asks for the screen and may."""
    bare = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    bare = re.sub(r"@media[^{]*", "@media ", bare)
    return [found[0].strip() for found in _PHYSICAL.finditer(bare)]


def test_no_declaration_names_a_side_of_the_screen():
    assert physical(SHEET) == []


@pytest.mark.parametrize(
    "planted",
    [
        "margin-left: 1rem;",
        "left: 0;",
        "text-align: right;",
        "padding: 1px 2px 3px 4px;",
        "width: 4rem;",
        "border-top-left-radius: 2px;",
        "float: left;",
        "border-right-color: red;",
    ],
)
def test_a_planted_side_is_caught(planted):
    assert physical(SHEET + f"\n.planted {{ {planted} }}") != []


def test_the_sheet_keeps_its_measure():
    assert len(SHEET.splitlines()) <= 400


def test_the_palette_is_the_pictures_palette():
    assert (STATIC / "palette.css").read_text(encoding="utf-8") == stylesheet()


def test_the_mark_is_the_pictures_mark():
    assert (STATIC / "mark.svg").read_text(encoding="utf-8").strip() == favicon()


def tokens(theme):
    """The colours of a theme by name: the pictures' and the sheet's own."""
    own = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})\b", SHEET.split("@media screen")[0]))
    if theme == "dark":
        block = re.search(r"prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}", SHEET, re.DOTALL)[1]
        own |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})\b", block))
    return own | {name: getattr(tone, theme) for name, tone in TONES.items()}


TEXTS = [*product(("ink", "muted", "link", "alarm"), ("paper", "surface")), ("on-accent", "accent"), ("ink", "soft")]
BAND = [("tlp-ground", colour) for colour in ("tlp-clear", "tlp-green", "tlp-amber")]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), [*TEXTS, *BAND])
def test_text_reaches_the_strictest_contrast(theme, text, ground):
    colours = tokens(theme)
    assert contrast(colours[text], colours[ground]) >= 7


def test_the_red_band_is_large_bold_text():
    colours = tokens("light")
    assert contrast(colours["tlp-ground"], colours["tlp-red"]) >= 4.5
    rule = re.search(r"\.band\.tlp-red \{([^}]*)\}", SHEET)[1]
    size = float(re.search(r"font-size: ([\d.]+)rem", rule)[1])
    assert size * 16 >= 14 * 4 / 3
    assert "font-weight: 700" in rule


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), list(product(("border", "accent"), ("paper", "surface"))))
def test_edges_and_focus_are_seen(theme, edge, ground):
    colours = tokens(theme)
    assert contrast(colours[edge], colours[ground]) >= 3


def test_every_colour_that_is_used_is_known():
    used = set(re.findall(r"var\(--([\w-]+)\)", SHEET))
    assert used - tokens("light").keys() - {"step", "sans", "serif", "mono", "shade"} == set()


def test_nothing_comes_from_elsewhere():
    for file in [*STATIC.rglob("*.css"), *STATIC.rglob("*.js")]:
        assert "http" not in re.sub(r"http://www\.w3\.org/\S+", "", file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_template_holds_style_or_script(template):
    source = template.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|<style|javascript:", source)
    assert not re.search(r"<script(?![^>]*\s(?:src=|type=\"application/json\"))", source)
