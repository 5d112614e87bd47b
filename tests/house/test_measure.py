"""The code keeps its measure, and a file that does not is caught."""

from pathlib import Path

import measure
import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "ninefold"


def test_no_file_or_function_is_over_the_measure():
    assert measure.too_long(SOURCE) == []


def test_the_median_file_and_function_are_small():
    file, function = measure.medians(SOURCE)
    assert file <= measure.MEDIAN_FILE
    assert function <= measure.MEDIAN_FUNCTION


def test_nothing_is_kept_in_a_drawer():
    assert measure.drawers(SOURCE) == []


def test_every_room_has_a_sign_on_its_door():
    assert measure.unsigned_rooms(SOURCE) == []


def test_tests_stand_on_real_parts():
    assert measure.mocks(ROOT / "tests") <= measure.MOCKS_A_TEST


@pytest.mark.parametrize(
    ("name", "text", "look", "expected"),
    [
        ("long.py", "x = 1\n" * 401, measure.too_long, "401 lines"),
        ("deep.py", "def f():\n" + "    x = 1\n" * 60, measure.too_long, "f has 61 lines"),
        ("utils.py", "x = 1\n", measure.drawers, "utils.py"),
    ],
    ids=["file", "function", "drawer"],
)
def test_a_planted_fault_is_caught(tmp_path, name, text, look, expected):
    (tmp_path / name).write_text(text)
    assert expected in " ".join(look(tmp_path))


def test_a_planted_mock_and_an_unsigned_room_are_caught(tmp_path):
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "test_it.py").write_text("def test_a(monkeypatch):\n    monkeypatch.setattr(a, 'b', 1)\n")
    assert measure.mocks(tmp_path) == 1
    assert measure.unsigned_rooms(tmp_path) == ["room"]
