"""`ninefold export`: what the holder of the token may read, in one file."""

from pathlib import Path

import click

from ninefold.cli.files import write_new
from ninefold.cli.workspace import in_workspace


@click.command()
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The file to write (ZIP).")
@click.option("--room", "rooms", multiple=True, help="Only of this room; by default of all that can be taken along.")
@in_workspace
def command(*, out: Path, rooms: tuple[str, ...]) -> None:
    """Take along what you may read: a table of JSON lines each, and the proofs of the entries.

    You act as the holder of the token that `ninefold sign-in` keeps. The marks of what is in it hold for you wherever
    you take it.
    """
    from django.conf import settings

    from ninefold import clock
    from ninefold.access.tokens import person_for
    from ninefold.cli import kept_tokens
    from ninefold.keeping.exporting import export

    now = clock.now()
    person = person_for(kept_tokens.kept(settings.LOG_ORIGIN), now, scope="read")
    write_new(out, export(person, now, rooms))
    click.echo(f"{out} holds what you may read now.")
