"""Imports and foreign keys point down; a planted one that points up is caught."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("ledger", "access", "tracks", "decisions", "warning", "keeping")
LINT = Path(sys.executable).parent / "lint-imports"


def foreign_keys():
    """Every foreign key of the rooms as (room of the table, room it points at)."""
    models = [model for room in FLOORS for model in apps.get_app_config(room).get_models()]
    fields = [field for model in models for field in model._meta.get_fields() if field.many_to_one and field.concrete]
    return [(field.model._meta.app_label, field.related_model._meta.app_label) for field in fields]


def pointing_up(keys):
    """Those that point to a floor above, or outside the rooms."""
    return [(a, b) for a, b in keys if b not in FLOORS or FLOORS.index(b) > FLOORS.index(a)]


def test_foreign_keys_point_down():
    keys = foreign_keys()
    assert ("decisions", "tracks") in keys
    assert pointing_up(keys) == []


def test_a_key_that_points_up_is_caught():
    assert pointing_up([("ledger", "access"), ("warning", "tracks")]) == [("ledger", "access")]


@pytest.fixture
def copy(tmp_path):
    """The package with its contracts, to plant faults in."""
    shutil.copytree(ROOT / "src" / "ninefold", tmp_path / "ninefold", ignore=shutil.ignore_patterns("vendor", "data"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder):
    done = subprocess.run(
        [LINT, "--no-cache"], cwd=folder, env={"PYTHONPATH": str(folder)}, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


PLANTED = {
    "a room that looks up": ("ledger/reads.py", "from ninefold.warning import reads as planted\n"),
    "a neighbour in the cellar": ("papers/planted.py", "import ninefold.jobs.queue\n"),
    "a rule that knows Django": ("decisions/rules.py", "import django\n"),
    "a table that asks an action": ("tracks/models.py", "import ninefold.tracks.actions\n"),
    "a folder that nobody planned": ("attic/__init__.py", ""),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_arrow_is_caught(copy, planted):
    file, line = PLANTED[planted]
    target = copy / "ninefold" / file
    target.parent.mkdir(exist_ok=True)
    old = target.read_text(encoding="utf-8") if target.exists() else ""
    target.write_text(old + "\n" + line, encoding="utf-8")
    code, said = lint(copy)
    assert code == 1, said


def test_the_house_as_it_stands_passes(copy):
    code, said = lint(copy)
    assert code == 0, said
