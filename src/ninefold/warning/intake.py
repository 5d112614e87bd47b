"""Read a panel file of one's own (CSV or Parquet: unit, month, value), and say which cells are wrong."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ninefold.errors import InvalidError
from ninefold.warning.baseline import DRAWS
from ninefold.warning.panel import MOST, Panel, from_rows
from ninefold.words.countries import iso2

COLUMNS = ("unit", "month", "value")
MOST_BYTES = 8 * 2**20
MOST_ROWS = 500_000
_MOST_UNPACKED = 256 * 2**20
_MOST_COLUMNS = 200
_SHOWN = 20
_LINE = re.compile(r"CSV Error on Line: ([0-9]+)\n")

# Written as errors, so that the catalogue of words finds them.
UNIT_WRONG = InvalidError("Write the country as its three-letter code (ISO 3166), such as KEN.").text
MONTH_WRONG = InvalidError("Write the month as year and month, such as 2024-04.").text
VALUE_WRONG = InvalidError(
    "Write a whole number from 0 to 10000000, or leave the cell empty where nothing was observed."
).text
TWICE = InvalidError("The same country and month stands in another row too; keep one of them.").text

_PROBLEMS = """
    WITH cells AS (SELECT *, try_cast(value AS DOUBLE) AS number FROM panel),
    found AS (
        SELECT row, 'unit' AS name, unit AS held, ? AS problem FROM cells
        WHERE NOT coalesce(list_contains(?, unit), false)
        UNION ALL
        SELECT row, 'month', month, ? FROM cells
        WHERE NOT coalesce(regexp_full_match(month, '[1-9][0-9]{3}-(0[1-9]|1[0-2])'), false)
        UNION ALL
        SELECT row, 'value', value, ? FROM cells
        WHERE value IS NOT NULL AND NOT coalesce(number BETWEEN 0 AND ? AND number = floor(number), false)
        UNION ALL
        SELECT max(row), 'month', any_value(unit || ' ' || month), ? FROM cells GROUP BY unit, month HAVING count(*) > 1
    )
    SELECT row, name, held, problem FROM found ORDER BY row, name LIMIT ?
"""
_READ_CSV = """
    read_csv(?, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', nullstr = '',
             max_line_size = 65536, columns = {{{columns}}})
"""
_TABLE = """
    CREATE TEMP TABLE panel AS SELECT row_number() OVER () + 1 AS row, {picked} FROM {source} LIMIT {most}
"""
_CELLS = """
    SELECT unit, month[:4]::BIGINT * 12 + month[6:]::BIGINT - 1 AS month,
           coalesce(try_cast(value AS DOUBLE), 'nan'::DOUBLE) AS value
    FROM panel
"""


@dataclass(frozen=True)
class WrongCell:
    """One cell: the row as a spreadsheet numbers it (the header is row 1), what it holds, what to write."""

    row: int
    column: str
    held: str
    problem: str


class WrongCellsError(InvalidError):
    """A file whose form is right and some of whose cells are not; `cells` names the first twenty."""

    def __init__(self, cells: tuple[WrongCell, ...]) -> None:
        first = cells[0]
        super().__init__(
            "Row {row}, column {column}: {held} cannot be read. {problem}",
            row=first.row,
            column=first.column,
            held=repr(first.held),
            problem=first.problem,
        )
        self.cells = cells


def read_panel(file: Path) -> Panel:
    """The panel in `file`; units are countries by ISO 3166 alpha-3, an empty value means not observed.

    Raises `InvalidError` naming the fault of the file, or `WrongCellsError` naming its cells.
    """
    if file.stat().st_size > MOST_BYTES:
        raise InvalidError(
            "The file is larger than {most} MB; give fewer months or countries.", most=MOST_BYTES // 2**20
        )
    try:
        with duckdb.connect(config={"threads": 1, "memory_limit": "512MB"}) as engine:
            _load(engine, file)
            _require_cells(engine)
            cells = engine.execute(_CELLS).fetchnumpy()
    except (duckdb.Error, RuntimeError, UnicodeDecodeError) as fault:
        # The engine raises the latter two for names that are no text.
        raise _unreadable(fault) from None
    return _require_year(from_rows(cells["unit"], cells["month"], cells["value"]))


def _unreadable(fault: Exception) -> InvalidError:
    """The engine's text quotes the file, so that only its line number travels on."""
    line = _LINE.search(str(fault))
    if line:
        return InvalidError(
            "Line {line} cannot be read: it needs as many cells as the first row, in UTF-8.", line=int(line[1])
        )
    return InvalidError("The file cannot be read as a table; save it as CSV (UTF-8, commas) or Parquet.")


def _load(engine: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Make the table `panel(row, unit, month, value)`, all text, nothing judged yet."""
    with file.open("rb") as opened:
        packed = opened.read(4) == b"PAR1"
    if packed:
        _require_unpacked(engine, file)
        source, names = "read_parquet(?)", _parquet_columns(engine, file)
    else:
        names = _csv_columns(file)
        listed = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(len(names)))
        source = _READ_CSV.format(columns=listed)
    picked = ", ".join(
        f'CAST("{name if packed else f"c{names.index(name)}"}" AS VARCHAR) AS {name}' for name in COLUMNS
    )
    # Every name in this text is one of ours; the file's path travels as a value.
    engine.execute(_TABLE.format(picked=picked, source=source, most=MOST_ROWS + 1), [str(file)])


def _csv_columns(file: Path) -> list[str]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            names = next(csv.reader([text.readline(65_536)]), [])
    except (UnicodeDecodeError, csv.Error) as fault:
        raise _unreadable(fault) from None
    return _require_columns([name.strip() for name in names])


def _parquet_columns(engine: duckdb.DuckDBPyConnection, file: Path) -> list[str]:
    described = engine.execute("SELECT * FROM read_parquet(?) LIMIT 0", [str(file)]).description or []
    return _require_columns([str(column[0]) for column in described])


def _require_columns(names: list[str]) -> list[str]:
    missing = [name for name in COLUMNS if names.count(name) != 1]
    if missing or len(names) > _MOST_COLUMNS:
        raise InvalidError(
            "The first row must name the columns unit, month and value once each; look at {names}.",
            names=", ".join(missing) or len(names),
        )
    return names


def _require_unpacked(engine: duckdb.DuckDBPyConnection, file: Path) -> None:
    """A small Parquet file may unpack to anything; its own figures are read before its rows."""
    sizes = "SELECT coalesce(sum(total_uncompressed_size), 0) FROM parquet_metadata(?)"
    rows = "SELECT sum(num_rows) FROM parquet_file_metadata(?)"
    size, count = (engine.execute(query, [str(file)]).fetchone() or (0,) for query in (sizes, rows))
    if size[0] > _MOST_UNPACKED or count[0] > MOST_ROWS:
        raise InvalidError("The file holds more than {most} rows; give fewer months or countries.", most=MOST_ROWS)


def _require_cells(engine: duckdb.DuckDBPyConnection) -> None:
    count = (engine.execute("SELECT count(*) FROM panel").fetchone() or (0,))[0]
    if not 0 < count <= MOST_ROWS:
        raise InvalidError(
            "The file holds {count} rows of data; from 1 to {most} are read.", count=count, most=MOST_ROWS
        )
    units = [unit for (unit,) in engine.execute("SELECT DISTINCT unit FROM panel").fetchall()]
    known = [unit for unit in units if unit and iso2(unit)]
    asked = [UNIT_WRONG, known, MONTH_WRONG, VALUE_WRONG, MOST, TWICE, _SHOWN]
    found = engine.execute(_PROBLEMS, asked).fetchall()
    if found:
        raise WrongCellsError(tuple(WrongCell(row, name, (held or "")[:40], text) for row, name, held, text in found))


def _require_year(panel: Panel) -> Panel:
    if panel.values.shape[1] < DRAWS:
        raise InvalidError(
            "The data run from {first} to {last}; a forecast needs twelve months.",
            first=str(panel.first),
            last=str(panel.last),
        )
    return panel
