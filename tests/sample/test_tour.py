"""The ten-minute tour: every step in both languages, by people who exist in the sample."""

import pytest

from ninefold.sample import story, tour

ADDRESSES = {person.email for person in story.read().people}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_each_step_says_where_to_go_and_as_whom(language):
    steps = tour.steps(language)
    assert {step.person for step in steps} == {"", *ADDRESSES}
    assert all(step.title and step.text and step.path.startswith("/") for step in steps)
    assert [step.path for step in steps] == [step.path for step in tour.steps("en")]


def test_the_tour_is_read_in_ten_minutes():
    """At 120 words a minute, the pace of a page read in a foreign language, half the time is left for looking."""
    words = sum(len(step.text.split()) + len(step.title.split()) for step in tour.steps("en"))
    assert words / 120 < 5


def test_another_language_falls_back_in_its_own_order():
    assert tour.steps("ru") == tour.steps("en")
