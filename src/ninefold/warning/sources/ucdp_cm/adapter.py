"""Read the bundled UCDP series strictly: in doubt it stops instead of passing ambiguous data on."""

import hashlib
from functools import cache
from pathlib import Path

import duckdb
import numpy as np

from ninefold.errors import InvalidError
from ninefold.warning.months import Month
from ninefold.warning.panel import Panel, from_rows
from ninefold.warning.sources.source import Source, read_source

FOLDER = Path(__file__).parent
_COLUMNS = "month_id year month country_id gwcode country ged_sb source"
# VIEWS counts months from 1980-01 = 1.
_MONTHS_BEFORE = 1980 * 12 - 1
_COUNTED = """
    SELECT count(*) AS rows, count(DISTINCT (country_id, month_id)) AS cells, count(DISTINCT country_id) AS countries,
           min(month_id) AS first, max(month_id) AS last,
           count(*) FILTER (year * 12 + month - 1 <> month_id + {before}) AS misdated,
           count(*) FILTER (ged_sb < 0 OR ged_sb <> floor(ged_sb)) AS uncountable,
           count(*) FILTER (country_id IS NULL OR month_id IS NULL) AS unnamed
    FROM read_parquet(?)
"""
_CELLS = """
    SELECT countries.iso3 AS unit, panel.month_id + {before} AS month, coalesce(panel.ged_sb, 'nan'::DOUBLE) AS value
    FROM read_parquet(?) AS panel JOIN read_csv(?, header = true) AS countries USING (country_id)
"""


@cache
def source() -> Source:
    """The card of this source."""
    return read_source(FOLDER)


@cache
def panel() -> Panel:
    """191 countries (ISO 3166 alpha-3; Kosovo as XKX) x 412 months of deaths, as bundled. Read once a process."""
    return read(FOLDER / source().yields.file, source())


def read(file: Path, card: Source) -> Panel:
    """The series in `file`, refused with `InvalidError` wherever it is not what the card says."""
    _require("digest", hashlib.sha256(file.read_bytes()).hexdigest(), card.yields.sha256)
    with duckdb.connect(config={"threads": 1}) as engine:
        _require_figures(engine, file, card)
        cells = engine.execute(
            _CELLS.format(before=_MONTHS_BEFORE), [str(file), str(FOLDER / "countries.csv")]
        ).fetchnumpy()
    _require("country codes", len(cells["unit"]), card.yields.rows)
    return _require_no_gaps(from_rows(cells["unit"], cells["month"], cells["value"]))


def _require_figures(engine: duckdb.DuckDBPyConnection, file: Path, card: Source) -> None:
    named = engine.execute("SELECT * FROM read_parquet(?) LIMIT 0", [str(file)]).description or []
    _require("columns", " ".join(column[0] for column in named), _COLUMNS)
    found = engine.execute(_COUNTED.format(before=_MONTHS_BEFORE), [str(file)]).fetchone()
    rows, cells, countries, first, last, misdated, uncountable, unnamed = found or (0,) * 8
    _require("rows", rows, card.yields.rows)
    _require("rows that differ in country or month", cells, card.yields.rows)
    _require("countries", countries, card.yields.countries)
    _require("first month", str(Month(first + _MONTHS_BEFORE)), str(card.yields.first))
    _require("last month", str(Month(last + _MONTHS_BEFORE)), str(card.yields.last))
    _require("rows whose year and month disagree with the number of the month", misdated, 0)
    _require("counts below zero or with a fraction", uncountable, 0)
    _require("rows without a country or a month", unnamed, 0)


def _require_no_gaps(panel: Panel) -> Panel:
    """A country may begin late; once it is observed, it stays observed."""
    seen = ~np.isnan(panel.values)
    _require("gaps inside a country's series", int((seen[:, :-1] & ~seen[:, 1:]).sum()), 0)
    return panel


def _require(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise InvalidError(
            "The bundled UCDP series: {what} should be {expected} and is {found}. Install Ninefold again.",
            what=what,
            expected=expected,
            found=found,
        )
