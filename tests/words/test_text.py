"""A multilingual text keeps every word, its original, its translators and its machine marks, and takes nothing odd."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.errors import InvalidError
from ninefold.words.languages import LANGUAGES
from ninefold.words.text import LONGEST, Text, Version, best_of, in_one, parse, written

_LETTERS = st.characters(categories=["L", "N", "P", "Zs"])
_WORDS = st.text(_LETTERS, min_size=1, max_size=40).filter(lambda words: words.strip())


@st.composite
def texts(draw):
    """Any text that the constructor takes."""
    codes = draw(st.lists(st.sampled_from(LANGUAGES), min_size=1, unique=True))
    original = draw(st.sampled_from(codes))
    versions = [
        Version(
            code, draw(_WORDS), "" if code == original else draw(st.sampled_from(["", "person"])), draw(st.booleans())
        )
        for code in codes
    ]
    return Text(original, tuple(versions))


@given(texts())
def test_what_is_written_is_read_back(text):
    assert parse(json.loads(json.dumps(text.as_value()))) == text
    assert hash(parse(text.as_value())) == hash(text)


@given(texts(), st.sampled_from(LANGUAGES))
def test_every_reader_gets_words_and_is_told_when_they_are_not_his(text, code):
    shown = text.shown_to(code)
    assert shown.text == text.version(shown.language).text
    assert shown.fallback == (code not in text.languages)
    assert shown.machine_made == text.version(shown.language).machine_made


@given(texts(), st.sampled_from(LANGUAGES))
def test_a_machine_goes_last_among_languages_that_are_not_the_readers(text, code):
    shown = text.shown_to(code)
    if shown.fallback and shown.machine_made:
        assert all(version.machine_made for version in text.versions)


def test_the_order_of_arrival_does_not_matter():
    assert written({"en": "a", "ar": "ب"}, authoritative="en") == written({"ar": "ب", "en": "a"}, authoritative="en")


def test_a_reader_without_his_language_gets_the_next_one():
    text = written({"ar": "ماء", "ru": "вода", "fr": "eau"}, authoritative="ar")
    assert text.shown_to("es").text == "eau"
    assert text.shown_to("es").direction == "ltr"
    assert text.shown_to("zh-hans").language == "ru"
    assert not text.shown_to("es").authoritative


GOOD = {
    "texts": {"en": "Water", "ar": "ماء"},
    "authoritative": "en",
    "translated_by": {"ar": "x"},
    "machine_made": ["ar"],
}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"authoritative": "fr"}, "fr as its authoritative language"),
        ({"authoritative": 7}, "authoritative is one language"),
        ({"texts": {"de": "Wasser", "en": "Water", "ar": "ماء"}}, "'de' is not one of the languages"),
        ({"texts": []}, "texts is an object"),
        ({"texts": {"en": 7}}, "texts is an object"),
        ({"texts": {"en": "  ", "ar": "ماء"}}, "en is empty"),
        ({"texts": {"en": "Water\u202eretaW", "ar": "ماء"}}, r"hidden character U\+202E"),
        ({"texts": {"en": "Water\x00", "ar": "ماء"}}, r"hidden character U\+0000"),
        ({"texts": {"en": "a" * (LONGEST + 1), "ar": "ماء"}}, "shorten it to 20000"),
        ({"translated_by": {"en": "somebody"}}, "cannot be a translation"),
        ({"translated_by": {"fr": "somebody"}}, "something of fr"),
        ({"translated_by": {"ar": "x" * 201}}, "too long a name"),
        ({"machine_made": "ar"}, "machine_made is a list"),
        ({"machine_made": ["es"]}, "something of es"),
        ({"extra": 1}, "A text is an object with texts"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_odd_value_is_refused(change, reason):
    parse(GOOD)
    with pytest.raises(InvalidError, match=reason):
        parse(GOOD | change)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_anything_else_is_refused_with_a_sentence(value):
    with pytest.raises(InvalidError):
        parse(value)


def test_a_language_stands_once():
    with pytest.raises(InvalidError, match="twice"):
        Text("en", (Version("en", "a"), Version("en", "b")))


def test_an_edit_makes_the_changed_words_the_editors():
    old = parse(GOOD)
    new = old.revised({"en": "Water", "ar": "المياه", "fr": ""}, authoritative="en", by="access:person:1")
    assert new.version("ar") == Version("ar", "المياه", "access:person:1", machine_made=False)
    kept = old.revised({"en": "Rain", "ar": "ماء"}, authoritative="en", by="access:person:1")
    assert kept.version("ar") == old.version("ar")


def test_who_takes_a_machines_words_over_answers_for_them():
    taken = parse(GOOD).taken_over("ar", by="access:person:1")
    assert taken.version("ar") == Version("ar", "ماء", "access:person:1", machine_made=False)
    with pytest.raises(InvalidError, match="no words in fr"):
        taken.taken_over("fr", by="access:person:1")


def test_a_text_prints_as_its_original():
    assert str(in_one("ru", "вода")) == "вода"


def test_the_best_of_several_files_follows_the_same_order():
    assert best_of(["fr", "en"], "ar") == "en"
    assert best_of(["zh-hans"], "ar") == "zh-hans"
    assert best_of([], "ar") is None
