"""`ninefold node-export`: the whole node, sealed to named recipients; two people together, told to every audience."""

from pathlib import Path
from uuid import UUID

import click

from ninefold.cli.files import read_text
from ninefold.cli.holder import holder
from ninefold.cli.workspace import in_workspace


@click.group("node-export")
def command() -> None:
    """Take the whole node out, sealed to named recipients. One person asks, another confirms, every audience knows."""


@command.command()
@click.option("--keys", required=True, type=click.Path(path_type=Path), help="The recipients' age keys, one a line.")
@click.option("--need", type=click.IntRange(1, 255), default=1, show_default=True, help="How many open it together.")
@click.option("--reason", required=True, help="Why; every audience reads it.")
@in_workspace
def request(*, keys: Path, need: int, reason: str) -> None:
    """Ask for it, as an administrator."""
    from ninefold import clock
    from ninefold.keeping.actions import request_node_export

    row = request_node_export(by=holder(), now=clock.now(), recipients=read_text(keys), need=need, reason=reason)
    click.echo(f"Asked for. Another person confirms it within a day: ninefold node-export confirm {row.pk}")


@command.command()
@click.argument("export", type=click.UUID)
@in_workspace
def confirm(export: UUID) -> None:
    """Confirm what another person asked for, as an administrator or the custodian of an audience."""
    from ninefold import clock
    from ninefold.keeping.actions import confirm_node_export

    row = confirm_node_export(by=holder(), now=clock.now(), export=export)
    click.echo(f"Confirmed, for one day: ninefold node-export make {row.pk} --out FOLDER")


@command.command()
@click.argument("export", type=click.UUID)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A new folder.")
@in_workspace
def make(export: UUID, *, out: Path) -> None:
    """Write it, once. Recipients read it with `ninefold restore --successor`."""
    from ninefold import clock
    from ninefold.keeping.actions import make_node_export

    made = make_node_export(by=holder(), now=clock.now(), export=export, out=out.resolve())
    click.echo(f"{out} holds {made.rows} rows, sealed.")
