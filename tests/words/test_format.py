"""Dates, numbers and shares as each language writes them; one set of digits, zones always named."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.errors import InvalidError
from ninefold.words import format as written
from ninefold.words.languages import LANGUAGES

NOON = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ar", "21 نوفمبر 2026، 14:05 UTC"),
        ("zh-hans", "2026年11月21日 14:05 UTC"),
        ("en", "21 November 2026, 14:05 UTC"),
        ("fr", "21 novembre 2026, 14:05 UTC"),
        ("ru", "21 ноября 2026 г., 14:05 UTC"),
        ("es", "21 de noviembre de 2026, 14:05 UTC"),
    ],
)
def test_a_moment(code, words):
    assert written.moment(NOON, code).replace("\u00a0", " ").replace("\u202f", " ") == words


@pytest.mark.parametrize(("zone", "name"), [("Europe/Vienna", "15:05 CET"), ("America/Caracas", "10:05 UTC-0400")])
def test_a_zone_is_always_named(zone, name):
    assert written.clock_time(NOON, "en", zone=ZoneInfo(zone)) == name


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(InvalidError, match="has no time zone"):
        written.moment(NOON.replace(tzinfo=None), "en")


@given(st.floats(-1e12, 1e12, allow_nan=False), st.sampled_from(LANGUAGES))
def test_digits_are_0_to_9_in_every_language(value, code):
    figures = [char for char in written.number(value, code) + written.percent(abs(value) % 1, code) if char.isdigit()]
    assert figures
    assert set(figures) <= set("0123456789")


@pytest.mark.parametrize(
    ("share", "words"), [(0, "0%"), (0.001, "<1%"), (0.004999, "<1%"), (0.55, "55%"), (0.999, ">99%"), (1, "100%")]
)
def test_a_small_share_is_never_none(share, words):
    assert written.percent(share, "en") == words


@pytest.mark.parametrize(
    ("code", "words"), [("en", "55–80%"), ("fr", "55–80\u202f%"), ("ar", "55–80\u200e%\u200e"), ("es", "55–80\u00a0%")]
)
def test_a_range_has_one_sign(code, words):
    said = written.percent_range(0.55, 0.8, code)
    assert said.replace("\u00a0", " ").replace("\u202f", " ").replace("\u200e", "") == words.replace(
        "\u00a0", " "
    ).replace("\u202f", " ").replace("\u200e", "")


def test_a_range_the_wrong_way_round_is_refused():
    assert written.percent_range(0.5, 0.501, "en") == "50%"
    with pytest.raises(InvalidError, match="lower end first"):
        written.percent_range(0.8, 0.5, "en")


def test_numbers_keep_the_places_asked_for():
    assert written.number(1234.5, "en", places=0) == "1,234"
    assert written.number(1234.5, "fr", places=2).replace("\u202f", " ").replace("\u00a0", " ") == "1 234,50"
    assert written.number_range(12, 340, "es") == "12–340"
    assert written.percent(0.1234, "en", places=1) == "12.3%"


@pytest.mark.parametrize("code", LANGUAGES)
def test_lengths_and_distances_are_words_of_the_language(code):
    said = written.duration(timedelta(hours=26, minutes=5), code)
    away = written.relative(NOON + timedelta(hours=3), code, now=NOON)
    assert "duration" not in said
    assert "3" in away


def test_a_duration_says_its_two_largest_parts():
    assert written.duration(timedelta(days=2, hours=3, minutes=4), "en") == "2 days and 3 hours"
    assert written.duration(timedelta(days=2, minutes=4), "en") == "2 days"
    assert written.duration(timedelta(seconds=5), "en") == "1 minute"


def test_a_duration_is_written_out():
    assert written.duration(timedelta(days=8, hours=23), "ar") == "8 أيام و23 ساعة"
    assert written.duration(timedelta(days=2, hours=1), "ar") == "يومان وساعة"
    assert written.duration(timedelta(hours=1, minutes=5), "zh-hans") == "1小时和5分钟"


def test_words_stand_together_as_a_list():
    assert written.together(["Ukraine", "Sudan", "Mali"], "en") == "Ukraine, Sudan and Mali"
    assert written.together(["أوكرانيا", "السودان"], "ar") == "أوكرانيا والسودان"


def test_months():
    assert written.month(date(2024, 4, 30), "ar") == "أبريل 2024"
    assert written.short_month(date(2024, 4, 30), "fr") == "avr. 2024"
