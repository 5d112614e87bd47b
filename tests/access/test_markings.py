"""Markings and grades: one spelling each, the strictest wins, anything else is refused with what to write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.access import grades, markings
from ninefold.access.markings import PAP, TLP, Marking, highest, read, texts_of
from ninefold.errors import InvalidError

every = st.builds(Marking, st.sampled_from(TLP), st.booleans(), st.sampled_from(["", *PAP]))


@given(every)
def test_a_marking_reads_back(marking):
    assert read(str(marking)) == marking
    assert str(marking) in texts_of(marking.rank)
    assert len(str(marking)) <= 40


@given(st.text(max_size=80))
def test_any_other_text_is_refused(text):
    known = {each for rank in range(len(TLP)) for each in texts_of(rank)}
    if text not in known:
        with pytest.raises(InvalidError):
            read(text)


@pytest.mark.parametrize(
    "text",
    ["TLP:RED", "tlp:white", "tlp:unclear", "tlp:amber PAP:AMBER tlp:ex:chr", "tlp:red ", "ex:chr", "tlp:ex:chr", ""],
)
def test_near_misses_are_refused(text):
    with pytest.raises(InvalidError, match="tlp:"):
        read(text)


@given(st.lists(every, min_size=1), st.randoms())
def test_the_strictest_of_each_part_wins_in_any_order(given_markings, random):
    found = highest(given_markings)
    assert found.rank == max(one.rank for one in given_markings)
    assert found.chatham_house == any(one.chatham_house for one in given_markings)
    assert all(PAP.index(one.pap) <= PAP.index(found.pap) for one in given_markings if one.pap)
    shuffled = list(given_markings)
    random.shuffle(shuffled)
    assert highest(shuffled) == found


def test_a_derived_record_needs_a_source():
    with pytest.raises(InvalidError, match="at least one"):
        highest([])


def test_names_words_and_colours_are_those_of_the_taxonomies():
    strict = read("tlp:amber+strict tlp:ex:chr PAP:RED")
    assert strict.name == "TLP:AMBER+STRICT"
    assert strict.colour == "#FFC000"
    assert [Marking(name).colour for name in TLP] == ["#FFFFFF", "#33FF00", "#FFC000", "#FFC000", "#FF2B2B"]
    assert len(strict.words) == 3
    assert all(len(Marking(name).words) == 1 for name in TLP)


def test_grades_read_back():
    grade = grades.read_grade("B2")
    assert str(grade) == "B2"
    assert grade.words == ("Usually reliable", "Probably true")
    assert grade.tags[0] == 'admiralty-scale:source-reliability="b"'
    assert list(grades.likelihoods())[4] == "likely"
    assert list(grades.confidences()) == ["low", "moderate", "high"]


@pytest.mark.parametrize("text", ["b2", "B", "B22", "H1", "A0", "A7", "²2", ""])
def test_other_grades_are_refused(text):
    with pytest.raises(InvalidError, match="B2"):
        grades.read_grade(text)


def test_the_order_is_from_the_mildest_to_the_strictest():
    assert [read(f"tlp:{name}").rank for name in markings.TLP] == [0, 1, 2, 3, 4]
