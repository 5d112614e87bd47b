"""Charts show the numbers they are given: nothing without its doubt, nothing without its zero."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.errors import InvalidError
from ninefold.papers.charts import fan, strip
from ninefold.papers.charts.scale import Scale, fitted, marks
from ninefold.papers.charts.sheet import apart

from .conftest import HOSTILE

VALUES = st.lists(st.floats(0, 1e6), min_size=1, max_size=20)


@given(VALUES, st.sampled_from(["linear", "log1p"]))
def test_a_scale_shows_every_value_between_zero_and_its_top(values, kind):
    scale = fitted(kind, values, foot=300, head=50)
    assert scale.at(0) == 300
    assert all(50 <= scale.at(value) <= 300 for value in values)
    assert [scale.at(value) for value in sorted(values)] == sorted((scale.at(value) for value in values), reverse=True)


@given(VALUES, st.sampled_from(["linear", "log1p"]))
def test_marks_begin_at_zero_and_stay_on_the_scale(values, kind):
    scale = fitted(kind, values, foot=300, head=50)
    found = marks(scale)
    assert found[0] == 0
    assert 3 <= len(found) <= 9
    assert found == sorted(set(found))
    assert found[-1] <= scale.top * (1 + 1e-9)


def test_round_marks():
    assert marks(fitted("linear", [430], foot=1, head=0)) == [0, 200, 400, 600]
    assert marks(fitted("log1p", [430], foot=1, head=0)) == [0, 1, 10, 100]
    assert marks(fitted("log1p", [12], foot=1, head=0)) == [0, 1, 2, 5, 10]


def test_log1p_is_the_logarithm_of_one_more():
    scale = Scale("log1p", top=99, foot=100, head=0)
    assert scale.at(9) == pytest.approx(50)


@given(st.lists(st.floats(0, 300), max_size=6))
def test_labels_are_moved_apart(heights):
    found = apart(sorted(heights), 16, 300)
    assert all(after - one >= 16 - 1e-6 for one, after in pairwise(found))
    assert all(height <= 300 for height in found)


def ends(path):
    """The numbers of a path as points."""
    numbers = [float(part) for part in re.findall(r"-?[\d.]+", path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def lines(drawn, kind):
    return [ends(one.get("d")) for one in drawn.all("path", kind)]


@pytest.mark.parametrize("compact", [False, True])
def test_arabic_runs_the_other_way(chart, read, compact):
    """The same heights at mirrored places: time runs with the reading."""
    left, right = (read(fan.draw(chart(), direction=way, compact=compact)) for way in ("ltr", "rtl"))
    wide = float(left.root.get("viewBox").split()[2])
    for kind in ("s-ink", "s-risk-5", "f-risk-0", "f-risk-2", "s-accent"):
        for one, mirrored in zip(lines(left, kind), lines(right, kind), strict=True):
            assert [(pytest.approx(wide - x, abs=0.02), y) for x, y in one] == mirrored
    assert [one.get("text-anchor") for one in left.all("text")] != [one.get("text-anchor") for one in right.all("text")]


def test_the_bands_lie_inside_each_other_and_the_median_inside_all(chart, read):
    drawn = read(fan.draw(chart(), direction="ltr"))
    spans = [[y for _, y in lines(drawn, f"f-risk-{level}")[0]] for level in (0, 1, 2)]
    for outer, inner in pairwise(spans):
        assert min(outer) < min(inner) < max(inner) < max(outer)
    middle = lines(drawn, "s-risk-5")[0][0][1]
    assert min(spans[2]) < middle < max(spans[2])


def test_what_happened_is_a_dot_a_month_that_the_data_tell(chart, read):
    drawn = read(fan.draw(chart(), direction="ltr"))
    months = [float(one.get("cx")) for one in drawn.all("g", "happened")[0]]
    assert len(months) == 2
    assert "what happened" in drawn.words()
    silent = read(fan.draw(chart(happened=()), direction="ltr"))
    assert "what happened" not in silent.words()
    assert not silent.all("g", "happened")


def test_nothing_lies_above_or_below_the_plot(chart, read):
    drawn = read(fan.draw(chart(history=[0.0] * 3, happened=(1e5,)), direction="ltr"))
    heights = [y for one in drawn.all("path") for _, y in ends(one.get("d"))]
    assert max(heights) <= 380
    assert min(heights) >= 0


def test_labels_of_months_never_touch(chart, read):
    crowded = chart(ticks=[(at, f"Month {at} 2024") for at in range(-35, 13)])
    drawn = read(fan.draw(crowded, direction="ltr", compact=True))
    row = [one for one in drawn.all("g", "months")[0] if one.tag.endswith("text")]
    places = [float(one.get("x")) for one in row]
    assert 2 <= len(places) < 8
    assert min(after - one for one, after in pairwise(places)) > 80


def test_the_page_writes_its_own_figures(chart, read):
    drawn = read(fan.draw(chart(figures=lambda value: f"<{value:.0f}>"), direction="ltr"))
    assert "<100>" in drawn.words()


def test_hostile_words_stay_words(chart, read):
    words = fan.FanWords(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, (HOSTILE,) * 3)
    text = fan.draw(chart(words=words, ticks=[(0, HOSTILE)], threshold=(25.0, HOSTILE)), direction="rtl", compact=True)
    assert not read(text).all("script")


def test_one_month_is_enough(chart, read):
    one = chart(history=[5.0], forecast=chart().forecast[:1], happened=(), ticks=[])
    assert len(read(fan.draw(one, direction="ltr")).all("circle")) == 1


def test_what_cannot_be_drawn_is_refused(chart):
    crossed = replace(chart().forecast[0], inner=(50, 80))
    for changes, reason in (
        ({"history": []}, "at least one month"),
        ({"forecast": []}, "at least one month"),
        ({"happened": (1.0,) * 13}, "13 months"),
        ({"forecast": [crossed]}, "month 1 are not in order"),
    ):
        with pytest.raises(InvalidError, match=reason):
            fan.draw(chart(happened=(), **changes) if "happened" not in changes else chart(**changes), direction="ltr")


@pytest.mark.parametrize("way", ["ltr", "rtl"])
def test_a_strip_shows_interval_and_estimate(read, way):
    drawn = read(strip.draw(low=0.55, point=0.67, high=0.8, title="likely, 55-80 %", direction=way))
    bar, dot = drawn.all("rect")[0], float(drawn.all("circle")[0].get("cx"))
    begin = float(bar.get("x"))
    assert begin < dot < begin + float(bar.get("width"))
    assert (dot > strip.WIDE / 2) is (way == "ltr")
    assert drawn.root[0].text == "likely, 55-80 %"


@pytest.mark.parametrize(("low", "point", "high"), [(0.5, 0.4, 0.6), (-0.1, 0.1, 0.2), (0.8, 0.9, 1.1)])
def test_an_estimate_outside_its_interval_is_refused(low, point, high):
    with pytest.raises(InvalidError, match="does not lie in its interval"):
        strip.draw(low=low, point=point, high=high, title="", direction="ltr")
