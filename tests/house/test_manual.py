"""Settings, commands, states and errors are documented as they are; a forgotten one is caught."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from ninefold.cli.main import house
from ninefold.web.config import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"


def commands(command, name="ninefold"):
    """The full names of a command and of all below it."""
    if not isinstance(command, click.Group):
        yield name
        return
    context = click.Context(command)
    for verb in command.list_commands(context):
        yield from commands(command.get_command(context, verb), f"{name} {verb}")


def undocumented(names, page):
    return [name for name in names if f"`{name}" not in page]


def test_every_setting_is_documented():
    page = (REFERENCE / "settings.md").read_text(encoding="utf-8")
    assert undocumented([setting.name for setting in SETTINGS], page) == []


def test_every_command_is_documented():
    page = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    names = list(commands(house))
    assert "ninefold ledger check" in names
    assert undocumented(names, page) == []


def test_a_forgotten_one_is_caught():
    assert undocumented(["ninefold planted"], "`ninefold run`") == ["ninefold planted"]


def test_the_printed_pages_are_fresh():
    done = subprocess.run([sys.executable, ROOT / "tools" / "manual.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_help_answers_at_once_and_without_a_database():
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "from ninefold.cli.main import main; main()", "--help"],
        capture_output=True,
        text=True,
    )
    assert "Commands" in done.stdout
    assert "django" not in done.stderr


@pytest.mark.parametrize(
    "words", [["sign"], ["verify"], ["vault"], ["warning"], ["ledger"], ["ledger", "witness"]], ids=" ".join
)
def test_commands_on_files_import_no_database(words):
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "from ninefold.cli.main import main; main()", *words, "--help"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-500:]
    assert "django" not in done.stderr
