"""What the operator does with the log on its machine: look at its clock, replace its key."""

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


@click.command("rotate-key")
@click.option("--stolen", is_flag=True, help="Somebody else has the old key: nobody is to trust it any more.")
@click.confirmation_option("--yes", prompt="Replace the key of the log, and publish that openly?")
@in_workspace
def rotate_key(*, stolen: bool) -> None:
    """Replace the key of the log.

    It is an act, published openly, together with a checkpoint that the old key and the new one sign. Do it again if
    it was broken off: the log goes on with exactly one key.
    """
    from ninefold import clock
    from ninefold.ledger.rotation import rotate_key as rotate

    link = rotate(stolen=stolen, now=clock.now())
    click.echo(f"From size {link.size} on the log signs with this key; hand it on, and back it up:\n  {link.new}")
    if stolen:
        click.echo("The old key cannot lead to it: whoever trusted that one must have the new one from you by hand.")
