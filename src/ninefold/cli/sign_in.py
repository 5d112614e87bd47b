"""`ninefold sign-in`: keep a personal token, so that commands act as its holder and as nobody else."""

import sys

import click

from ninefold.cli.workspace import in_workspace


@click.command()
@click.option("--out", "sign_out", is_flag=True, help="Forget the token that is kept for this workspace.")
@in_workspace
def command(*, sign_out: bool) -> None:
    """Keep a personal token for the commands that touch this workspace.

    Make the token on your page ("Who may see?", Personal tokens) and paste it here. It is read without being shown,
    checked, and kept in a file that only your account on this machine can read.
    """
    from django.conf import settings

    from ninefold import clock
    from ninefold.access.tokens import person_for
    from ninefold.cli import kept_tokens

    origin = settings.LOG_ORIGIN
    if sign_out:
        kept_tokens.forget(origin)
        click.echo("The token is forgotten. It still lives until it ends; end it on your page if you lost it.")
        return
    secret = _asked().strip()
    person = person_for(secret, clock.now(), scope="read")
    path = kept_tokens.keep(origin, secret)
    click.echo(f"You act as {person.name} until the token ends. It is kept in {path}.")


def _asked() -> str:
    """The token: typed unseen at a terminal, else the first line that is sent to the command."""
    return str(click.prompt("Personal token", hide_input=True)) if sys.stdin.isatty() else sys.stdin.readline()
