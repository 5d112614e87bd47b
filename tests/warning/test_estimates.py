import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.access.grades import likelihoods
from ninefold.errors import InvalidError
from ninefold.warning.estimates import SCALE, Estimate, word_for


@pytest.mark.parametrize(
    ("twelfths", "words"),
    [
        (0, "almost no chance"),
        (1, "very unlikely"),
        (2, "very unlikely"),
        (3, "unlikely"),
        (5, "unlikely"),
        (6, "roughly even chance"),
        (7, "likely"),
        (9, "likely"),
        (10, "very likely"),
        (11, "very likely"),
        (12, "almost certain"),
    ],
)
def test_twelve_months_in_words(twelfths, words):
    assert word_for(twelfths / 12).words == words


def test_the_scale_has_no_gap_and_bears_the_names_of_the_taxonomy():
    assert [word.least for word in SCALE] == [0.0, *(word.below for word in SCALE[:-1])]
    assert SCALE[-1].below == 1
    assert {word.slug for word in SCALE} <= set(likelihoods())


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_larger_probability_never_gets_a_smaller_word(one, other):
    small, large = sorted([one, other])
    assert SCALE.index(word_for(small)) <= SCALE.index(word_for(large))


def test_no_number_without_its_interval():
    assert Estimate(0.5, 0.3, 0.7).word.words == "roughly even chance"
    for wrong in ((0.5, 0.6, 0.7), (0.5, 0.3, 0.4), (1.1, 0.3, 1.2), (float("nan"), 0, 1)):
        with pytest.raises(InvalidError, match="lies within its interval"):
            Estimate(*wrong)


def test_what_is_no_probability_has_no_word():
    with pytest.raises(InvalidError, match="is not a probability"):
        word_for(1.2)
