"""What the operator does with the log on its machine: look at its clock, replace its key, hand out time stamps."""

from pathlib import Path

import click

from ninefold.cli.workspace import in_workspace
from ninefold.errors import ConflictError, InvalidError, NotThereError


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
    it was broken off: the log goes on with exactly one key. Every backup of the workspace gets a copy at once.
    """
    from ninefold import clock
    from ninefold.ledger.rotation import rotate_key as rotate

    link = rotate(stolen=stolen, now=clock.now())
    click.echo(f"From size {link.size} on the log signs with this key; hand it on, and back it up:\n  {link.new}")
    _copy_the_key()
    if stolen:
        click.echo("The old key cannot lead to it: whoever trusted that one must have the new one from you by hand.")


def _copy_the_key() -> None:
    """An older copy holds the old key only: restored, it could not go on with the log."""
    from django.conf import settings

    from ninefold import clock
    from ninefold.keeping.backup import renew

    for folder, wrong in renew(clock.now(), keep=settings.BACKUP_KEEP).items():
        if wrong:
            click.echo(f"NO COPY IN {folder} HOLDS THE NEW KEY: {wrong}", err=True)
            click.echo(f"Add one before anything else: ninefold backup --to {folder}", err=True)
        else:
            click.echo(f"The newest copy in {folder} holds the new key.")


@click.command("timestamp")
@click.argument("size", type=click.IntRange(min=1))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The time stamp to write (.tsr).")
@click.option("--authority", metavar="NAME", help="That of this authority, where there are several.")
@in_workspace
def timestamp(size: int, *, out: Path, authority: str | None) -> None:
    """Write the time stamp of the checkpoint at SIZE, and beside it (.txt) the text that was stamped."""
    from ninefold.ledger.models import TimeStamp
    from ninefold.ledger.notes import split_note

    found = TimeStamp.objects.filter(checkpoint_id=size).select_related("checkpoint").order_by("authority")
    stamps = [stamp for stamp in found if authority in (None, stamp.authority)]
    if not stamps:
        raise NotThereError("There is no such time stamp of size {size}.", size=size)
    if len(stamps) > 1:
        names = ", ".join(stamp.authority for stamp in stamps)
        raise InvalidError(
            "Several authorities stamped size {size} ({names}); name one with --authority.", size=size, names=names
        )
    text = out.with_suffix(".txt")
    _write(text, split_note(stamps[0].checkpoint.note).text.encode())
    _write(out, bytes(stamps[0].response))
    click.echo(f"Stamped at {stamps[0].time:%Y-%m-%d %H:%M:%S} UTC by {stamps[0].authority}. Check it anywhere:")
    click.echo(f"  openssl ts -verify -data {text} -in {out} -CAfile ROOTS.pem")


def _write(path: Path, content: bytes) -> None:
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise ConflictError("There is a file {path} already; name another one.", path=path) from None
    except OSError:
        raise InvalidError("The file {path} cannot be written; name another place.", path=path) from None
