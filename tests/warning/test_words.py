"""Every word that a page needs exists, and the bundled card can be translated."""

from datetime import timedelta

import pytest

from ninefold.decisions.rules import may_run
from ninefold.warning import labels, pictures
from ninefold.warning.board import CountryForecast
from ninefold.warning.estimates import SCALE, Estimate
from ninefold.warning.rules import OUTCOMES, STATES
from ninefold.warning.vintages import bundled_card, own_file


def test_every_state_outcome_and_word_has_a_name():
    assert set(labels.STATE_NAMES) == set(STATES)
    assert set(labels.OUTCOME_NAMES) == set(OUTCOMES)
    assert set(labels.ESTIMATE_NAMES) == set(labels.MAP_CLASS) == {word.slug for word in SCALE}


def test_the_classes_of_the_map_are_the_words_in_order():
    for word in SCALE:
        _, low, high = labels.MAP_NAMES[labels.MAP_CLASS[word.slug]]
        assert low <= word.least < word.below <= high


def test_every_offered_clock_may_run():
    assert all(may_run(timedelta(hours=hours)).allowed for hours in labels.CLOCKS)


def test_the_bundled_card_is_in_the_catalogue():
    card = bundled_card()
    assert {card.name, card.unit, card.vintage, card.caution} <= set(labels.CARD)


def test_the_card_of_own_data_is_in_the_catalogue(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text("unit,month,value\n" + "".join(f"KEN,2025-{month:02},30\n" for month in range(1, 13)))
    card = own_file(file)[1]
    assert {card.unit, card.caution} <= set(labels.CARD)


@pytest.mark.parametrize(("code", "isolated"), [("en", False), ("ar", True)])
def test_a_range_keeps_its_way_inside_a_sentence_from_the_right(code, isolated):
    row = CountryForecast("SDN", Estimate(0.1, 0.05, 0.2), (), (), None, None)
    assert ("\u2066" in pictures.estimate_words(row, code)) == isolated
