"""The command `ninefold`: finds the room's commands when they are asked for, and turns errors into exit codes."""

import sys
from importlib import import_module
from typing import NoReturn

import click

from ninefold.errors import NinefoldError, answer_to

# Each command stands in a file of its own, imported when it is called, so that `--help` needs no database.
_COMMANDS = {
    "run": ("ninefold.cli.run", "Start a workspace on this machine and print its address."),
    "sign-in": ("ninefold.cli.sign_in", "Keep a personal token for the commands that touch a workspace."),
    "sign": ("ninefold.cli.sign", "Sign an act, or prove a new key, with a key file; offline."),
    "verify": ("ninefold.cli.verify", "Check a proof file offline."),
    "vault": ("ninefold.cli.vault", "What the server cannot read: found a vault, open it, off the server."),
    "ledger": ("ninefold.cli.ledger", "What happened, provably?"),
    "backup": ("ninefold.cli.backup", "Keep an encrypted copy of a workspace, and look after it."),
    "restore": ("ninefold.cli.restore", "Bring a workspace back from its backup, into a new folder."),
    "export": ("ninefold.cli.export", "Take along what you may read."),
    "import": ("ninefold.cli.import_", "Bring what somebody took along into a workspace of his own."),
    "node-export": ("ninefold.cli.node_export", "Take the whole node out, sealed: two people together."),
    "access": ("ninefold.cli.access", "Who may see?"),
    "tracks": ("ninefold.cli.tracks", "Who is who, and who can reach whom?"),
    "warning": ("ninefold.cli.warning", "What is coming?"),
    "move": ("ninefold.cli.move", "Move the records from the file to PostgreSQL."),
    "doctor": ("ninefold.cli.doctor", "What is wrong with an installation, and what to do."),
    "completion": ("ninefold.cli.completion", "Print the line that gives your shell completion."),
}


class House(click.Group):
    """A group whose commands are imported one by one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of the table."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now."""
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(_COMMANDS[cmd_name][0]).command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, printed from the table without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in _COMMANDS.items()])


@click.command(cls=House, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ninefold", message="Ninefold %(version)s")
def house() -> None:
    """Diplomacy on several tracks at once, with a record that nobody can rewrite."""


def main() -> NoReturn:
    """Run the command; an error for a person goes to stderr in its own words."""
    try:
        sys.exit(house(prog_name="ninefold", standalone_mode=False) or 0)
    except NinefoldError as error:
        click.echo(str(error), err=True)
        sys.exit(answer_to(error).exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
