"""`ninefold backup`: an encrypted copy of a workspace while it runs; and what custodians and operators do with one."""

import sys
from contextlib import nullcontext
from pathlib import Path

import click

from ninefold.cli.files import read_secret, read_text
from ninefold.cli.progress import progress
from ninefold.cli.workspace import in_workspace
from ninefold.errors import ConflictError, InvalidError
from ninefold.keeping import opening
from ninefold.keeping.checking import look_after, open_all
from ninefold.sealing.age import read_identities, read_recipients
from ninefold.sealing.sharing import Share

identities_option = click.option(
    "--identity",
    "identities",
    multiple=True,
    type=click.Path(path_type=Path),
    help="The file of a custodian's age identity, mode 0600; several where several are here.",
)
shares_option = click.option(
    "--share", "shares", multiple=True, type=click.Path(path_type=Path), help="A share that a custodian has opened."
)


class _Backup(click.Group):
    """`ninefold backup --to DIR` is short for `ninefold backup make --to DIR`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the verb in where an option comes first."""
        if args and args[0].startswith("-") and args[0] not in ctx.help_option_names:
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group("backup", cls=_Backup)
def command() -> None:
    """Keep an encrypted copy of a workspace, and look after it. `backup --to DIR` stands for `backup make --to DIR`."""


@command.command()
@click.option("--to", required=True, type=click.Path(path_type=Path), help="The folder of the backup.")
@click.option("--keys", type=click.Path(path_type=Path), help="The first time: the custodians' age recipients, a file.")
@click.option("--need", type=click.IntRange(1, 255), help="How many custodians open it; by default more than half.")
@click.option("--keep", type=click.IntRange(1), help="How many copies stay, the newest; by default all.")
@in_workspace
def make(*, to: Path, keys: Path | None, need: int | None, keep: int | None) -> None:
    """Add a copy of the workspace to the backup in a folder. The workspace may run meanwhile."""
    from ninefold import clock
    from ninefold.keeping import backup

    custodians = None
    if keys is not None:
        found = read_recipients(read_text(keys))
        custodians = backup.Custodians(tuple(found), need or len(found) // 2 + 1)
    elif need is not None:
        raise InvalidError("--need goes with --keys, the first time.")
    with progress("Backing up", backup.count_rows) as step:
        made = backup.make(to=to.resolve(), now=clock.now(), custodians=custodians, keep=keep, step=step)
    click.echo(
        f"Copy {made.number} is complete: {made.rows} rows in {made.pieces} pieces, of which {made.fresh} are new "
        f"({made.written / 1e6:.1f} MB written)."
    )


@command.command()
@click.argument("folder", type=click.Path(path_type=Path))
@identities_option
@shares_option
def check(folder: Path, identities: tuple[Path, ...], shares: tuple[Path, ...]) -> None:
    """Read the backup in FOLDER again, without restoring anything.

    Without a key it can only say whether every file is there and as it was written; with the keys of enough
    custodians, every piece is opened and compared with its name.
    """
    if identities or shares:
        opened = open_backup(folder, identities, shares)
        shown = sys.stderr.isatty()
        names = open_all(opened)
        with click.progressbar(names, label="Checking", file=sys.stderr) if shown else nullcontext(names) as bar:
            bad = [name for name in bar if name]
    else:
        bad = look_after(folder.resolve())
    for name in bad:
        click.echo(name)
    if bad:
        raise ConflictError("{count} parts of the backup are missing or not as they were written.", count=len(bad))
    click.echo("Every part is there and as it was written." if identities or shares else _UNOPENED)


_UNOPENED = "Every file is there and as it was written. Whether it opens is known only with the custodians' keys."


@command.command("open-share")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--identity", required=True, type=click.Path(path_type=Path), help="The file of your age identity, mode 0600."
)
def share(folder: Path, identity: Path) -> None:
    """Print your share of the backup in FOLDER, to bring to whoever restores it. Keep it as secret as your key.

    It needs the file backup.json of the folder and nothing else, so do it on a machine of your own.
    """
    (found, *_) = read_identities(read_secret(identity))
    click.echo(str(opening.open_share(folder, found)))


def open_backup(folder: Path, identities: tuple[Path, ...], shares: tuple[Path, ...]) -> opening.Opened:
    """The backup, opened with what was given."""
    keys = [identity for path in identities for identity in read_identities(read_secret(path))]
    return opening.open_backup(folder.resolve(), keys, [Share.parse(read_text(path)) for path in shares])
