"""The reader of own files: every fault gets a sentence that names it, and nothing else comes out."""

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ninefold.errors import InvalidError
from ninefold.warning import intake
from ninefold.warning.intake import WrongCellsError, read_panel
from ninefold.warning.months import Month

HEAD = "unit,month,value\n"
YEAR = "".join(f"KEN,2023-{month:02},{month}\n" for month in range(1, 13))


def written(folder, content):
    file = folder / "own.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


@pytest.mark.parametrize(
    "content",
    [
        HEAD + YEAR,
        "\ufeff" + HEAD + YEAR,
        (HEAD + YEAR).replace("\n", "\r\n"),
        "value,gdp,unit,month\n" + "".join(f"{m},x,KEN,2023-{m:02}\n" for m in range(1, 13)),
        HEAD + "".join(reversed(YEAR.splitlines(keepends=True))),
    ],
    ids=["plain", "byte order mark", "carriage returns", "other columns", "other order"],
)
def test_a_good_file_is_read(tmp_path, content):
    panel = read_panel(written(tmp_path, content))
    assert panel.units == ("KEN",)
    assert panel.first == Month.parse("2023-01")
    assert panel.values.tolist() == [list(range(1, 13))]


def test_an_empty_cell_is_a_month_not_observed(tmp_path):
    panel = read_panel(written(tmp_path, HEAD + YEAR.replace("2023-03,3", "2023-03,")))
    assert [at for at, count in enumerate(panel.values[0]) if count != count] == [2]


def test_parquet_and_csv_give_the_same_panel(tmp_path):
    file = written(tmp_path, HEAD + YEAR + YEAR.replace("KEN", "SDN"))
    packed = tmp_path / "own.parquet"
    duckdb.execute(f"COPY (SELECT * FROM read_csv('{file}')) TO '{packed}'")
    one, other = read_panel(file), read_panel(packed)
    assert (one.units, one.first, one.values.tolist()) == (other.units, other.first, other.values.tolist())


@pytest.mark.parametrize(
    ("line", "column", "problem"),
    [
        ("KE,2023-01,4", "unit", intake.UNIT_WRONG),
        ("XXX,2023-01,4", "unit", intake.UNIT_WRONG),
        (",2023-01,4", "unit", intake.UNIT_WRONG),
        ("SDN,2023-13,4", "month", intake.MONTH_WRONG),
        ("SDN,January,4", "month", intake.MONTH_WRONG),
        ("SDN,,4", "month", intake.MONTH_WRONG),
        ("SDN,2023-01,-1", "value", intake.VALUE_WRONG),
        ("SDN,2023-01,1.5", "value", intake.VALUE_WRONG),
        ("SDN,2023-01,nan", "value", intake.VALUE_WRONG),
        ("SDN,2023-01,inf", "value", intake.VALUE_WRONG),
        ("SDN,2023-01,many", "value", intake.VALUE_WRONG),
        ("SDN,2023-01,10000001", "value", intake.VALUE_WRONG),
        ("KEN,2023-01,1", "month", intake.TWICE),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(tmp_path, line, column, problem):
    with pytest.raises(WrongCellsError, match=f"Row 14, column {column}") as refusal:
        read_panel(written(tmp_path, HEAD + YEAR + line + "\n"))
    (cell,) = refusal.value.cells
    assert (cell.row, cell.column, cell.problem) == (14, column, problem)


def test_many_wrong_cells_are_named_together_and_no_more_than_twenty(tmp_path):
    with pytest.raises(WrongCellsError) as refusal:
        read_panel(written(tmp_path, HEAD + "xx,yy,zz\n" * 50))
    assert len(refusal.value.cells) == 20
    assert {cell.column for cell in refusal.value.cells} == {"unit", "month", "value"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "must name the columns"),
        ("unit;month;value\nKEN;2023-01;2\n", "must name the columns"),
        ("unit,month\nKEN,2023-01\n", "look at value"),
        ("unit,unit,month,value\nKEN,KEN,2023-01,1\n", "look at unit"),
        ("<html><body>Sign in</body></html>", "must name the columns"),
        (HEAD, "holds 0 rows"),
        (HEAD + "KEN,2023-01\n", "Line 2 cannot be read"),
        (HEAD + "KEN,2023-01,1,5\n", "Line 2 cannot be read"),
        (HEAD + YEAR + '"KEN,2024-01,1\n', "cannot be read"),
        (HEAD.encode() + b"K\xe9N,2023-01,1\n", "cannot be read"),
        (HEAD + "A" * 100_000 + ",2023-01,1\n", "cannot be read"),
        (b"\xff\xfeu\x00n\x00", "cannot be read as a table"),
        (b"PAR1 and nothing else", "cannot be read as a table"),
        (HEAD + "KEN,2023-01,5\n", "needs twelve months"),
        (HEAD + "KEN,1001-01,5\nKEN,9000-01,5\n", "at most 2400"),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path, content, reason):
    with pytest.raises(InvalidError, match=reason):
        read_panel(written(tmp_path, content))


def test_a_large_file_is_refused_before_it_is_read(tmp_path):
    with pytest.raises(InvalidError, match="larger than 8 MB"):
        read_panel(written(tmp_path, b"x" * (intake.MOST_BYTES + 1)))


def test_too_many_rows_are_refused(tmp_path):
    with pytest.raises(InvalidError, match="from 1 to 500000"):
        read_panel(written(tmp_path, HEAD + "KEN,2023-01,1\n" * (intake.MOST_ROWS + 1)))


def test_a_small_parquet_that_unpacks_to_much_is_refused_by_its_own_figures(tmp_path):
    packed = tmp_path / "own.parquet"
    duckdb.execute(f"COPY (SELECT 'KEN' AS unit, '2023-01' AS month, 1 AS value FROM range(5000000)) TO '{packed}'")
    assert packed.stat().st_size < 100_000
    with pytest.raises(InvalidError, match="more than 500000 rows"):
        read_panel(packed)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=300), st.binary(max_size=200).map(lambda tail: (HEAD + YEAR).encode() + tail)))
def test_any_bytes_are_read_or_refused_with_a_sentence(tmp_path, content):
    try:
        panel = read_panel(written(tmp_path, content))
    except InvalidError:
        return
    assert panel.values.shape[1] >= 12


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=5))
def test_a_damaged_parquet_is_read_or_refused_with_a_sentence(tmp_path, changes):
    packed = tmp_path / "own.parquet"
    if not packed.exists():
        duckdb.execute(f"COPY (SELECT * FROM read_csv('{written(tmp_path, HEAD + YEAR)}')) TO '{packed}'")
    damaged = bytearray(packed.read_bytes())
    for place, byte in changes:
        damaged[int(place * len(damaged))] = byte
    (tmp_path / "damaged.parquet").write_bytes(damaged)
    try:
        panel = read_panel(tmp_path / "damaged.parquet")
    except InvalidError:
        return
    assert panel.values.shape[1] >= 12
