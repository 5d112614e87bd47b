"""What the operator does with the log on its machine: look at its clock and say that it is right."""

import click

from ninefold.cli.workspace import in_workspace


@click.command("clock")
@click.option("--accept", "accepted", is_flag=True, help="Say that this machine's clock is right as it is now.")
@in_workspace
def clock_command(*, accepted: bool) -> None:
    """Tell whether the clock of this machine can be right; while it cannot, nothing is signed and no act is kept."""
    from ninefold import clock
    from ninefold.ledger import timeguard

    if accepted:
        timeguard.accept(clock.now())
    if wrong := timeguard.fault(clock.now()):
        raise wrong
    click.echo(f"It is {clock.now():%Y-%m-%d %H:%M:%S} UTC by the clock of this machine, which can be right.")
