from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from panels import panel

from ninefold.errors import InvalidError
from ninefold.warning.board import build_board
from ninefold.warning.board_files import board_csv, board_json
from ninefold.warning.board_table import board_table
from ninefold.warning.months import Month
from ninefold.warning.vintages import bundled, bundled_card

TODAY = date(2026, 11, 21)
countries = st.dictionaries(
    st.sampled_from(["AFG", "KEN", "SDN", "UKR", "YEM"]),
    st.lists(st.one_of(st.none(), st.integers(0, 60)), min_size=15, max_size=15),
    min_size=1,
)


@given(countries)
def test_rows_fall_in_probability_and_abstentions_stand_last(counts):
    made = build_board(panel(counts), Month.parse("2020-12"))
    places = [-1.0 if row.estimate is None else row.estimate.probability for row in made.rows]
    assert places == sorted(places, reverse=True)
    assert sorted(row.iso3 for row in made.rows) == sorted(counts)


@given(countries, st.randoms())
def test_the_board_does_not_depend_on_the_order_of_rows(counts, random):
    shuffled = list(counts.items())
    random.shuffle(shuffled)
    origin = Month.parse("2020-12")
    assert build_board(panel(counts), origin) == build_board(panel(dict(shuffled)), origin)


@given(countries, st.lists(st.integers(0, 99), min_size=3, max_size=3))
def test_what_comes_after_the_origin_changes_nothing_but_the_outcome(counts, later):
    changed = {iso3: [*known[:12], *later] for iso3, known in counts.items()}
    origin = Month.parse("2020-12")
    one, other = build_board(panel(counts), origin), build_board(panel(changed), origin)
    assert [(row.iso3, row.estimate, row.sample, row.past) for row in one.rows] == [
        (row.iso3, row.estimate, row.sample, row.past) for row in other.rows
    ]


def test_the_board_of_the_last_origin_tells_no_outcome():
    counts, _ = bundled()
    made = build_board(counts, Month.parse("2024-04"))
    assert made.as_known_on == date(2024, 4, 30)
    assert all(row.outcome is None for row in made.rows)
    assert made.kept() == ()
    assert made.row("UKR").sample[-1] == 3804
    assert made.row("UKR").estimate.word.slug == "almost-certain"


def test_an_earlier_origin_shows_what_then_happened():
    counts, _ = bundled()
    made = build_board(counts, Month.parse("2023-04"))
    assert made.row("UKR").outcome[-1] == 3804
    kept = {one.word: one for one in made.kept()}
    assert sum(one.countries for one in kept.values()) == 191
    assert sum(one.months for one in kept.values()) == 191 * 12
    assert kept["almost-certain"].over / kept["almost-certain"].months > 0.8
    assert kept["almost-no-chance"].over / kept["almost-no-chance"].months < 0.02


def test_partly_known_months_stay_partly_unknown():
    counts, _ = bundled()
    outcome = build_board(counts, Month.parse("2023-10")).row("UKR").outcome
    assert [count is None for count in outcome] == [False] * 6 + [True] * 6


def test_it_abstains_before_a_country_existed():
    counts, _ = bundled()
    young = build_board(counts, Month.parse("2011-12")).row("SSD")
    assert young.estimate is None
    assert young.outcome is not None
    assert build_board(counts, Month.parse("2012-06")).row("SSD").estimate is not None


@pytest.mark.parametrize("origin", ["1989-12", "2024-05"])
def test_an_origin_outside_the_data_is_refused(origin):
    with pytest.raises(InvalidError, match="run from 1990-01 to 2024-04"):
        build_board(bundled()[0], Month.parse(origin))


def test_a_country_that_is_not_on_it_is_refused():
    made = build_board(panel({"KEN": [1] * 12}), Month.parse("2020-12"))
    assert made.row("KEN").iso3 == "KEN"
    with pytest.raises(InvalidError, match="no country 'SDN'"):
        made.row("SDN")


@pytest.mark.parametrize(
    ("today", "replay"), [(date(2020, 12, 31), False), (date(2021, 3, 3), False), (date(2021, 3, 4), True)]
)
def test_an_old_board_is_a_replay(today, replay):
    made = build_board(panel({"KEN": [1] * 12}), Month.parse("2020-12"))
    assert made.is_replay(today) is replay
    assert build_board(panel({"KEN": [1] * 13}), Month.parse("2020-12")).is_replay(date(2020, 12, 31))


def test_the_json_keeps_its_schema():
    counts, card = bundled()
    told = board_json(build_board(counts, Month.parse("2023-04")), card, today=TODAY)
    assert list(told) == [
        *("origin", "as_known_on", "replay", "method", "threshold", "unit", "horizons"),
        *("source", "licence", "vintage", "caution", "rows"),
    ]
    assert told["origin"] == "2023-04"
    assert told["as_known_on"] == "2023-04-30"
    assert told["replay"] is True
    assert told["horizons"] == list(range(1, 13))
    first = told["rows"][0]
    assert list(first) == [
        *("iso3", "probability", "interval", "word", "abstained", "sample", "median", "quantiles", "past", "outcome"),
    ]
    assert first["iso3"] == "UKR"
    assert first["probability"] == 1.0
    assert len(first["sample"]) == len(first["outcome"]) == 12
    assert list(first["quantiles"]) == ["0.025", "0.1", "0.25", "0.5", "0.75", "0.9", "0.975"]


def test_an_abstention_says_why():
    counts, card = bundled()
    told = board_json(build_board(counts, Month.parse("2011-12")), card, today=TODAY)
    (row,) = [row for row in told["rows"] if row["iso3"] == "SSD"]
    assert row["probability"] is None
    assert row["sample"] is None
    assert row["abstained"] == "Fewer than twelve months are known."


def test_the_csv_names_every_month_and_the_source():
    counts, card = bundled()
    lines = board_csv(build_board(counts, Month.parse("2023-04"), horizons=(1, 2)), card).splitlines()
    assert len(lines) == 192
    assert lines[0].startswith("iso3,probability,low,high,word,median,known 2022-05,")
    assert ",known 2023-04,then 2023-05,then 2023-06,as_known_on,source" in lines[0]
    assert lines[1].endswith(',2023-04-30,"UCDP GED, Uppsala University, via VIEWS; CC BY 4.0"')


def test_the_table_says_that_it_is_a_replay_and_whose_data():
    counts, _ = bundled()
    told = board_table(build_board(counts, Month.parse("2023-04")), bundled_card(), today=TODAY, limit=3)
    assert "As known on 30 April 2023; a replay, not today’s risk." in told
    assert "and 188 more" in told
    assert "CC BY 4.0" in told
    assert "12/12" in told
