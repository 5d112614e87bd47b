import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.papers.lettering import isolate, lines, shorten, width

# Measured in a browser with the shipped fonts, weight 600, font size 100.
MEASURED = {
    "Research and education": 1169, "Conflict resolution": 898, "12,345": 314, "Частные граждане": 947,
    "Урегулирование конфликтов": 1469, "التقدير الأوسط": 612, "البحث والتعليم والتدريب": 1030, "ما حدث": 331,
    "كما كان معروفًا في 30 نيسان/أبريل 2024": 1701, "لا بيانات": 349,
}  # fmt: skip


@pytest.mark.parametrize(("text", "measured"), MEASURED.items())
def test_a_width_is_a_close_upper_bound(text, measured):
    assert measured <= width(text, 100) <= measured * 1.12


@given(st.text(max_size=60), st.floats(20, 400))
def test_a_shortened_text_fits(text, room):
    short = shorten(text, 13, room)
    assert width(short, 13) <= room or short == "…"
    assert short == text or short.endswith("…")


@given(st.text(max_size=80))
def test_lines_keep_the_words(text):
    rows = lines(text, 10, 1e6)
    assert " ".join(rows) == " ".join(text.split())


def test_two_lines_are_even():
    assert lines("Research, training and education", 16, 180) == ["Research, training", "and education"]
    assert lines("Funding", 16, 150) == ["Funding"]
    assert lines("", 16, 150) == []


def test_more_lines_fill_up():
    text = "The boundaries and names on this map do not imply that anybody endorses them in any way."
    rows = lines(text, 11.5, 200, most=4)
    assert " ".join(rows) == text
    assert all(width(row, 11.5) <= 200 for row in rows)


def test_only_words_from_the_right_are_isolated():
    assert isolate("Mali, 5-10 %", "ltr") == "Mali, 5-10 %"
    assert isolate("مالي", "ltr") == "\u2066مالي\u2069"
    assert isolate("مالي", "rtl") == "\u2067مالي\u2069"


@pytest.mark.parametrize("numbers", ["55–80 %", "5-10", "<5 %", "1,234.5", "14:00 UTC", "97"])
def test_numbers_inside_words_from_the_right_read_from_the_left(numbers):
    assert isolate(f"مرجح {numbers} جدًا", "rtl") == f"\u2067مرجح \u2066{numbers}\u2069 جدًا\u2069"
