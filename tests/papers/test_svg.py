from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.errors import InvalidError
from ninefold.papers.svg import drawing, el, link, number, words

HOSTILE = "</title><script>alert(1)</script>\" onload='x' &lt; \x00\x0b\ufffe ]]> <!--"


@given(st.text())
def test_any_text_comes_back_as_text(text):
    """Content and attribute, for every string; what XML cannot hold becomes the replacement character."""
    root = ET.fromstring(el("g", words(text), data_said=text))
    legal = "".join(one if one in "\t\n\r" or (one >= " " and one not in "\ufffe\uffff") else "\ufffd" for one in text)
    assert root.get("data-said") == legal
    assert (root.text or "") == legal.replace("\r\n", "\n").replace("\r", "\n")
    assert list(root) == []


def test_hostile_words_stay_words():
    picture = drawing(words(HOSTILE), name="x", title=HOSTILE, desc=HOSTILE, box=(0, 0, 1, 1))
    root = ET.fromstring(picture)
    assert [one.tag.split("}")[1] for one in root] == ["title", "desc"]
    assert "<script" not in picture
    assert "\x00" not in picture


@pytest.mark.parametrize("href", ["javascript:alert(1)", "//elsewhere.org/", "data:text/html,x", "", "warning/", " /x"])
def test_a_picture_links_only_to_addresses(href):
    assert 'href="/warning/MLI/?a=1&amp;b=2"' in link("/warning/MLI/?a=1&b=2", title="Mali")
    with pytest.raises(InvalidError, match="cannot be linked"):
        link(href, title="Mali")


@pytest.mark.parametrize("name", ["", "Upper", "a b", '"x', "9lives"])
def test_a_picture_needs_a_plain_name(name):
    with pytest.raises(InvalidError, match="cannot name a picture"):
        drawing(name=name, title="t", desc="d", box=(0, 0, 1, 1))


def test_a_picture_with_links_is_a_group_and_without_is_an_image():
    """An image hides its links from a screen reader."""
    parts = {"name": "x", "title": "t", "desc": "d", "box": (0, 0, 1, 1)}
    assert 'role="img"' in drawing(**parts)
    assert 'role="group"' in drawing(**parts, live=True)
    assert 'aria-labelledby="x-title" aria-describedby="x-desc"' in drawing(**parts)


@pytest.mark.parametrize(("value", "text"), [(1.0, "1"), (-0.001, "0"), (2.345, "2.35"), (10.10, "10.1"), (100, "100")])
def test_numbers_are_short(value, text):
    assert number(value) == text
