"""`ninefold import`: what somebody took along, brought into a new workspace of his own."""

import os
from pathlib import Path

import click

from ninefold.cli.files import read_whole
from ninefold.cli.workspace import open_workspace
from ninefold.web import workspace

_LONGEST = 1 << 28
"""Bytes, packed; what they may unfold to is bounded where they are unpacked."""


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--workspace", "new", required=True, type=click.Path(path_type=Path), help="A new folder.")
def command(file: Path, new: Path) -> None:
    """Bring FILE, which `ninefold export` wrote, into a new workspace.

    Its person reads there what he could read, under the same marks and until the same ends, and nothing else. The
    entries of the other log stay proofs of that log, in the folder files/imported.
    """
    content = read_whole(file, _LONGEST)
    workspace.create(new.resolve(), sample=False, address=os.environ.get("NINEFOLD_DATABASE", ""))
    open_workspace(new)
    from django.conf import settings
    from django.urls import reverse

    from ninefold import clock
    from ninefold.access.actions import open_imported
    from ninefold.keeping.importing import import_
    from ninefold.web.preparing import prepare_database

    prepare_database()
    done = import_(content, now=clock.now())
    link = reverse("access:invitation", args=[open_imported(now=clock.now(), person=done.person).secret])
    click.echo(f"{done.rows} rows and {done.proofs} proofs of {done.log} are in {new}. Start it with `ninefold run`.")
    click.echo(f"This link signs its person in once: {settings.ADDRESS.url}{link}")
