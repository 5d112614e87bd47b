import csv
import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from ninefold.cli.warning import command
from ninefold.errors import InvalidError


def run(*arguments):
    return CliRunner().invoke(command, ["board", *arguments], catch_exceptions=False)


def test_the_board_as_json():
    told = json.loads(run("--origin", "2024-04", "--json").output)
    assert told["as_known_on"] == "2024-04-30"
    assert told["rows"][0]["iso3"] == "UKR"


def test_one_horizon_shows_one_month_of_outcome():
    told = json.loads(run("--origin", "2023-04", "--horizon", "12", "--json").output)
    assert told["horizons"] == [12]
    assert told["rows"][0]["outcome"] == [3804]


def test_the_board_as_csv_and_as_a_table():
    assert len(list(csv.DictReader(run("--csv").output.splitlines()))) == 191
    assert "Ukraine UKR" in run("--limit", "2").output


def test_a_file_of_ones_own(tmp_path):
    own = tmp_path / "own.csv"
    own.write_text("unit,month,value\n" + "".join(f"KEN,2025-{month:02},30\n" for month in range(1, 13)))
    told = json.loads(run("--panel", str(own), "--json").output)
    assert told["origin"] == "2025-12"
    assert told["rows"][0]["probability"] == 1.0


@pytest.mark.parametrize(("origin", "reason"), [("2031-01", "run from 1990-01"), ("April", "is not a month")])
def test_a_wrong_origin_is_refused_with_a_sentence(origin, reason):
    with pytest.raises(InvalidError, match=reason):
        run("--origin", origin)


def test_one_form_is_printed():
    with pytest.raises(InvalidError, match="Choose --json or --csv"):
        run("--json", "--csv")


ALONE = """
import sys
from ninefold.cli.warning import command
command(["board", "--json"], standalone_mode=False)
sys.exit("django" in sys.modules)
"""


def test_it_needs_no_workspace_and_no_django(tmp_path):
    alone = [sys.executable, "-c", ALONE]
    done = subprocess.run(alone, cwd=tmp_path, env={"PATH": ""}, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["origin"] == "2024-04"
