"""Print the reference pages from the program itself; `--check` says whether the files still say the same."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ninefold.web.settings")


def settings_page() -> str:
    """The table of settings."""
    from ninefold.web.config import SETTINGS

    rows = [
        f"| `{setting.name}` | {f'`{setting.default}`' if setting.default else 'empty'} | {setting.help} |"
        for setting in SETTINGS
    ]
    head = ["# Settings", "", "Set them in the environment before the program starts.", ""]
    return "\n".join([*head, "| name | default | what it does |", "|---|---|---|", *rows]) + "\n"


def commands_page() -> str:
    """Every command with its own help."""
    from ninefold.cli.main import house

    parts = ["# Commands\n\nExit codes: 0 done, 2 invalid, 3 refused or not there, 4 conflict, 5 unavailable.\n"]
    for name, command in _commands(house, "ninefold"):
        context = click.Context(command, info_name=name, max_content_width=100)
        parts.append(f"## `{name}`\n\n```\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def states_page() -> str:
    """The states of a warning, as the rules have them."""
    from ninefold.warning.rules import STATES

    rows = [f"| {state} | {act} | {after} |" for state, acts in STATES.items() for act, after in acts.items()]
    arrows = [f"    {state} --> {after}: {act}" for state, acts in STATES.items() for act, after in acts.items()]
    table = "| state | act | next state |\n|---|---|---|\n" + "\n".join(rows)
    return f"# States of a warning\n\n{table}\n\n```mermaid\nstateDiagram-v2\n" + "\n".join(arrows) + "\n```\n"


def _commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield name, command
        return
    context = click.Context(command)
    for verb in command.list_commands(context):
        found = command.get_command(context, verb)
        if found is not None:
            yield from _commands(found, f"{name} {verb}")


PAGES = {"settings.md": settings_page, "commands.md": commands_page, "states.md": states_page}


def main(words: list[str]) -> int:
    """Write the pages, or with `--check` compare them."""
    stale = []
    for name, page in PAGES.items():
        file, text = REFERENCE / name, page()
        if words == ["--check"]:
            stale += [name] if not file.exists() or file.read_text(encoding="utf-8") != text else []
        else:
            file.write_text(text, encoding="utf-8")
    for name in stale:
        print(f"docs/reference/{name} no longer says what the program does; run: .venv/bin/python tools/manual.py")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
