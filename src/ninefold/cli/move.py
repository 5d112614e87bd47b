"""`ninefold move`: from the file in the workspace to PostgreSQL, checked against the ledger."""

import os
import subprocess
import sys
from pathlib import Path

import click

from ninefold.cli.progress import progress
from ninefold.cli.workspace import in_workspace
from ninefold.errors import ConflictError, InvalidError

_FILES = ("ninefold.sqlite3", "ninefold.sqlite3-wal", "ninefold.sqlite3-shm")


@click.command("move")
@click.option("--to", "address", required=True, metavar="URL", help="An empty database: postgresql://USER@HOST/NAME.")
@in_workspace
def command(*, address: str) -> None:
    """Move the records of a workspace into PostgreSQL; its folder keeps the keys and the rest.

    The workspace must be stopped. Every row is copied in one transaction, the ledger is compared byte for byte and then
    checked where it lies. The old file stays beside the keys, under another name, until you delete it.
    """
    from django.conf import settings

    from ninefold.web import moving, workspace
    from ninefold.web.claim import Claim

    folder: Path = settings.WORKSPACE
    if workspace.read(folder).engine != "sqlite":
        raise InvalidError("The records of {folder} are in PostgreSQL already.", folder=str(folder))
    claim = Claim(folder)
    try:
        moving.open_other(workspace.database(address, folder, engine="postgresql"))
        with progress("Moving", moving.count_rows) as step:
            moving.copy_all(step)
        workspace.lies_in(folder, "postgresql")
        _require_checked(folder, address)
        for name in _FILES:
            if (folder / name).exists():
                (folder / name).replace(folder / f"{name}.moved")
    finally:
        claim.release()
    click.echo("Moved, and checked. From now on start it and every command with NINEFOLD_DATABASE set to that address.")
    click.echo(f"The old file is {folder / _FILES[0]}.moved; delete it once you have a backup of the new database.")


def _require_checked(folder: Path, address: str) -> None:
    """The check of the log where it lies now; if it finds anything, the workspace stays where it was."""
    from ninefold.web import workspace

    words = [sys.executable, "-m", "ninefold", "ledger", "check", "--workspace", str(folder)]
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        words, env=os.environ | {"NINEFOLD_DATABASE": address}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        workspace.lies_in(folder, "sqlite")
        raise ConflictError(
            "The ledger did not check in the new database, so nothing was moved: {why}",
            why=(done.stdout + done.stderr).strip(),
        )
