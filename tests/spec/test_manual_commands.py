"""What the manual tells people to type exists, and what it points at is there."""

import re
import shlex
from pathlib import Path

import click
import pytest

from ninefold.cli.main import house
from ninefold.web.config import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CELL = re.compile(r"^\| `((?:\./)?ninefold [^`]+)`", re.MULTILINE)
ASSIGNED = re.compile(r"([A-Z][A-Z_]*)=")
# The verbs that the script in the project's folder answers itself.
SCRIPT_VERBS = {"install", "test", "check"}
ENDS_COMMAND = {"|", ">", "<", "&&", ";"}


class WrongCommandError(Exception):
    """A line of the manual that the program would not take."""


def command_lines(text):
    """The words of each line in a fenced block, or first in a table's row, that starts our program.

    Without settings before and pipes after.
    """
    for block in [*BLOCK.findall(text), *CELL.findall(text)]:
        for line in block.replace("\\\n", " ").splitlines():
            if not re.match(r"(?:[A-Z][A-Z_]*=\S+ )*(?:\./)?ninefold ", line):
                continue
            words = shlex.split(line, comments=True)
            while assigned := ASSIGNED.match(words[0]):
                words.pop(0)
                if assigned[1] not in {setting.name for setting in SETTINGS}:
                    raise WrongCommandError(f"{assigned[1]} is no setting: {line}")
            end = next((at for at, word in enumerate(words) if word in ENDS_COMMAND), len(words))
            yield words[:end]


def require_command(words):
    """Parse the words as the program would, without running anything; raise `WrongCommandError` where it would not."""
    if words[0] == "./ninefold" and words[1] in SCRIPT_VERBS:
        return
    command, rest = house, words[1:]
    context = click.Context(house, info_name="ninefold")
    while isinstance(command, click.Group):
        if not rest or rest[0].startswith("-"):
            break
        found = command.get_command(context, rest[0])
        if found is None:
            raise WrongCommandError(f"no command {rest[0]}: {shlex.join(words)}")
        context = click.Context(found, info_name=rest[0], parent=context)
        command, rest = found, rest[1:]
    _require_options(command, context, rest, words)


def _require_options(command, context, rest, words):
    try:
        given, left, _ = command.make_parser(context).parse_args(list(rest))
    except click.UsageError as error:
        raise WrongCommandError(f"{error.format_message()} {shlex.join(words)}") from None
    if left:
        raise WrongCommandError(f"too many words: {shlex.join(words)}")
    for param in command.get_params(context):
        value = given.get(param.name)
        if isinstance(value, str) and not isinstance(param.type, click.Path | click.File):
            try:
                param.type.convert(value, param, context)
            except click.UsageError as error:
                raise WrongCommandError(f"{error.format_message()} {shlex.join(words)}") from None
        elif param.required and not isinstance(value, str | tuple | list):
            raise WrongCommandError(f"{param.name} is missing: {shlex.join(words)}")


def missing_links(page, text):
    """The relative links of a page that lead nowhere."""
    found = [target.partition("#")[0] for target in LINK.findall(BLOCK.sub("", text))]
    relative = [target for target in found if target and "://" not in target and not target.startswith("mailto:")]
    return [target for target in relative if not (page.parent / target).exists()]


@pytest.mark.parametrize("sheet", PAGES, ids=lambda sheet: str(sheet.relative_to(ROOT)))
def test_every_command_of_the_manual_exists(sheet):
    for words in command_lines(sheet.read_text(encoding="utf-8")):
        require_command(words)


@pytest.mark.parametrize("sheet", PAGES, ids=lambda sheet: str(sheet.relative_to(ROOT)))
def test_every_link_of_the_manual_leads_somewhere(sheet):
    assert missing_links(sheet, sheet.read_text(encoding="utf-8")) == []


def test_the_manual_is_read():
    lines = [words for page in PAGES for words in command_lines(page.read_text(encoding="utf-8"))]
    assert ["ninefold", "ledger", "prove", "72", "--out", "a.tlog-proof"] in lines
    assert len(lines) > 10


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("ninefold runn --empty", "no command runn"),
        ("ninefold ledger prove 72", "out is missing"),
        ("ninefold ledger prove --out a", "index is missing"),
        ("ninefold ledger prove x --out a", "not a valid int"),
        ("ninefold ledger status --jsn", "No such option"),
        ("ninefold ledger status now", "too many words"),
        ("NINEFOLD_PORTS=1 ninefold run", "NINEFOLD_PORTS is no setting"),
        ("./ninefold instal", "no command instal"),
        ("ninefold completion tcsh", "not one of"),
    ],
)
def test_a_wrong_command_is_caught(line, reason):
    with pytest.raises(WrongCommandError, match=reason):
        require_command(*command_lines(f"```\n{line}\n```\n"))


def test_a_wrong_command_in_a_table_is_caught():
    with pytest.raises(WrongCommandError, match="no command chek"):
        require_command(*command_lines("| `ninefold ledger chek` | reads everything |\n"))


def test_a_wrong_link_is_caught():
    assert missing_links(ROOT / "README.md", "[a](docs/planted.md) ![b](LICENSE) [c](https://c2sp.org)") == [
        "docs/planted.md"
    ]
