"""`ninefold warning`: what is coming, without a workspace, a database or a page."""

import json
from pathlib import Path

import click

from ninefold import clock
from ninefold.errors import InvalidError


@click.group()
def command() -> None:
    """What is coming? Estimates per country, as known on a stated day."""


@command.command()
@click.option("--origin", metavar="YYYY-MM", help="The last month that is known; the newest of the data if left out.")
@click.option(
    "--panel", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Your own file (unit, month, value)."
)
@click.option("--horizon", type=click.IntRange(1, 12), help="Show only what then happened so many months ahead.")
@click.option("--limit", type=click.IntRange(1), default=25, show_default=True, help="How many rows the table shows.")
@click.option("--json", "as_json", is_flag=True, help="The whole board as JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="The whole board as CSV.")
def board(
    *, origin: str | None, panel: Path | None, horizon: int | None, limit: int, as_json: bool, as_csv: bool
) -> None:
    """Probability of 25 or more state-based conflict deaths in a country-month, by country."""
    from ninefold.warning import board_files
    from ninefold.warning.board import HORIZONS, build_board
    from ninefold.warning.board_table import board_table
    from ninefold.warning.months import Month
    from ninefold.warning.vintages import bundled, own_file

    if as_json and as_csv:
        raise InvalidError("Choose --json or --csv; the board is printed in one form.")
    counts, card = own_file(panel) if panel else bundled()
    horizons = (horizon,) if horizon else HORIZONS
    made = build_board(counts, Month.parse(origin) if origin else counts.last, horizons=horizons)
    today = clock.now().date()
    if as_json:
        click.echo(json.dumps(board_files.board_json(made, card, today=today), ensure_ascii=False))
    elif as_csv:
        click.echo(board_files.board_csv(made, card), nl=False)
    else:
        click.echo(board_table(made, card, today=today, limit=limit))
