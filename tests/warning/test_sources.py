"""The bundled series against its card, and the adapter against files that lie."""

from dataclasses import replace
from hashlib import sha256

import duckdb
import numpy as np
import pytest

from ninefold.errors import InvalidError
from ninefold.warning.months import Month
from ninefold.warning.sources.ucdp_cm import adapter
from ninefold.words.countries import country_name, iso2
from ninefold.words.languages import LANGUAGES

FILE = adapter.FOLDER / adapter.source().yields.file


def test_the_bundled_series_is_what_its_card_says():
    panel = adapter.panel()
    assert panel.values.shape == (191, 412)
    assert (panel.first, panel.last) == (Month.parse("1990-01"), Month.parse("2024-04"))
    assert np.isnan(panel.values).sum() == 78_692 - 76_287


def test_known_figures_stand_where_they_belong():
    """Two well-known months of UCDP GED: Rwanda in April 1994, Ukraine in March 2022."""
    panel = adapter.panel()
    assert panel.values[panel.row("UKR"), panel.column(Month.parse("2022-03"))] > 10_000
    assert np.isnan(panel.values[panel.row("SSD"), panel.column(Month.parse("2011-06"))])
    assert panel.values[panel.row("SSD"), panel.column(Month.parse("2011-07"))] >= 0


def test_the_same_figures_as_where_they_came_from(field_data):
    """Against the original file, cell by cell, through another way of reading it."""
    origin = field_data / "early-warning" / "ucdp" / "cm_ged_sb_panel_1990_2024.parquet"
    codes = field_data / "early-warning" / "ucdp" / "views_country_crosswalk.csv"
    totals = """
        SELECT coalesce(iso3, 'XKX') AS iso3, sum(ged_sb)::BIGINT
        FROM read_parquet(?) JOIN read_csv(?) USING (country_id) GROUP BY 1
    """
    found = duckdb.execute(totals, [str(origin), str(codes)]).fetchall()
    panel = adapter.panel()
    assert dict(found) == dict(zip(panel.units, np.nansum(panel.values, axis=1).astype(int).tolist(), strict=True))


def test_every_country_has_a_name_in_every_language():
    for iso3 in adapter.panel().units:
        assert iso2(iso3)
        for language in LANGUAGES:
            assert country_name(iso3, language) != iso3
    assert country_name("XKX", "fr") == "Kosovo"
    assert country_name("SDN", "ar") == "السودان"


@pytest.mark.parametrize("code", ["XXX", "SUN", "KE", "ken", "KENYA", "", "12A", "EUR"])
def test_what_is_no_present_country_has_no_code(code):
    assert iso2(code) is None
    assert country_name(code, "en") == code


ONE = "country_id = 1 AND month_id = 200"
LIES = {
    "a row is missing": (f"SELECT * FROM panel WHERE NOT ({ONE})", "rows should be 78692"),
    "a row stands twice": (
        f"SELECT * FROM panel WHERE NOT ({ONE}) UNION ALL SELECT * FROM panel WHERE country_id = 1 AND month_id = 201",
        "rows that differ in country or month should be 78692",
    ),
    "a column is renamed": ("SELECT * RENAME (ged_sb AS ged_ns) FROM panel", "columns should be"),
    "a count is negative": (
        f"SELECT * REPLACE (CASE WHEN {ONE} THEN -1 ELSE ged_sb END AS ged_sb) FROM panel",
        "counts below zero or with a fraction should be 0 and is 1",
    ),
    "a year is wrong": (
        f"SELECT * REPLACE (CASE WHEN {ONE} THEN 2000 ELSE year END AS year) FROM panel",
        "year and month disagree",
    ),
    "a value is lost": (
        f"SELECT * REPLACE (CASE WHEN {ONE} THEN NULL ELSE ged_sb END AS ged_sb) FROM panel",
        "gaps inside a country's series",
    ),
    "a country is unknown": (
        "SELECT * REPLACE (CASE WHEN country_id = 1 THEN 9999 ELSE country_id END AS country_id) FROM panel",
        "country codes should be 78692",
    ),
    "every month lies one ahead": (
        """SELECT * REPLACE (month_id + 1 AS month_id, month_id // 12 + 1980 AS year, month_id % 12 + 1 AS month)
           FROM panel""",
        "first month should be 1990-01",
    ),
}


@pytest.mark.parametrize(("query", "reason"), LIES.values(), ids=LIES)
def test_a_file_that_differs_is_refused_by_name(tmp_path, query, reason):
    lie = tmp_path / "panel.parquet"
    with duckdb.connect() as engine:
        engine.execute("CREATE VIEW panel AS SELECT * FROM read_parquet($file)".replace("$file", f"'{FILE}'"))
        engine.execute(f"COPY ({query}) TO '{lie}'")
    card = adapter.source()
    forged = replace(card, yields=replace(card.yields, sha256=sha256(lie.read_bytes()).hexdigest()))
    with pytest.raises(InvalidError, match=reason):
        adapter.read(lie, forged)


def test_one_changed_byte_is_refused(tmp_path):
    assert adapter.read(FILE, adapter.source()).values.shape == (191, 412)
    changed = bytearray(FILE.read_bytes())
    changed[5_000] ^= 1
    (tmp_path / "panel.parquet").write_bytes(changed)
    with pytest.raises(InvalidError, match="digest should be"):
        adapter.read(tmp_path / "panel.parquet", adapter.source())


def test_the_card_names_publisher_licence_and_vintage():
    card = adapter.source()
    assert card.licence == "CC BY 4.0"
    assert "Uppsala" in card.publisher
    assert card.attribution
    assert card.citation
    assert "revised" in card.caution
