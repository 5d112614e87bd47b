"""`ninefold vault`: everything of a vault that happens off the server. Files in, files out.

Needs no workspace, no database and no network: it runs on a machine that was never connected to one. Two verbs stand
apart in `vault_bringing.py`: they tell a workspace of a key and of a vault, and carry no secret there.
"""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import click

from ninefold.access.vaults import ceremony
from ninefold.access.vaults.age_keys import Identity, shred
from ninefold.access.vaults.items import LARGEST, Item, read_id, seal
from ninefold.access.vaults.vault_file import VaultFile
from ninefold.cli.vault_bringing import bring, publish_key
from ninefold.disk import read_named, write_private
from ninefold.errors import ConflictError, InvalidError, RefusedError

_path = click.Path(path_type=Path)
_file = click.argument("file", metavar="FILE", type=_path)
_identity = click.option("--identity", required=True, type=_path, help="The file of your own age identity, mode 0600.")
_LONGEST_SHARE = 10_000


@click.group("vault")
def command() -> None:
    """What the server cannot read: found a vault, pass on a share, open it, destroy a key."""


command.add_command(publish_key)
command.add_command(bring)


@command.command()
@click.option("--out", required=True, type=_path, help="The new file of the identity, mode 0600.")
def key(*, out: Path) -> None:
    """Make an age identity for a custodian, and print its recipient.

    Make one for each vault: a vault is destroyed by destroying the keys of its custodians.
    """
    identity = Identity.new()
    identity.to_file(out)
    click.echo(identity.recipient)


@command.command()
@click.option("--name", required=True, help="What people call the vault.")
@click.option("--open-with", "k", required=True, type=click.IntRange(1, 20), help="How many custodians open it.")
@click.option(
    "--custodian",
    "custodians",
    required=True,
    multiple=True,
    metavar="LABEL=AGE1…",
    help="A custodian and his recipient; once for each of 2 to 20.",
)
@click.option("--out", required=True, type=_path, help="The new file of the vault.")
def found(*, name: str, k: int, custodians: tuple[str, ...], out: Path) -> None:
    """Found a vault: make its key, split it among the custodians, forget it, and write the vault's file."""
    invited = [_invited(one) for one in custodians]
    made = ceremony.found(name=name, k=k, custodians=invited, day=datetime.now(UTC).date())
    write_private(out, made.text())
    click.echo(f"{out}: the vault {made.name}, which {k} of {made.n} custodians open. Its key is kept nowhere.")
    click.echo(f"  vault        {made.id}")
    click.echo(f"  recipient    {made.recipient}")
    click.echo(f"  fingerprint  {made.digest().hex()}")
    click.echo("Give the file to every custodian; let each check his share with `ninefold vault check`.")


@command.command()
@_file
@_identity
def check(file: Path, *, identity: Path) -> None:
    """Check that your share in the vault's FILE decrypts with your identity and is the one that was made."""
    vault = VaultFile.from_file(file)
    share = ceremony.own_share(vault, Identity.from_file(identity))
    label = vault.custodians[share.index - 1].label
    click.echo(f"Your share, that of {label}, is whole. {vault.k} of {vault.n} open the vault {vault.name}.")
    click.echo(f"  fingerprint  {vault.digest().hex()}")


@command.command()
@_file
@_identity
@click.option("--to", required=True, metavar="AGE1…", help="The recipient of the custodian who opens.")
@click.option("--out", required=True, type=_path, help="The new file of the passed share.")
def share(file: Path, *, identity: Path, to: str, out: Path) -> None:
    """Encrypt your share of the vault in FILE to the custodian who opens it."""
    vault = VaultFile.from_file(file)
    write_private(out, ceremony.pass_on(vault, Identity.from_file(identity), to=to))
    label = next(one.label for one in vault.custodians if one.recipient == to)
    click.echo(f"{out} is your share of the vault {vault.name}, readable by {label} alone.")


@command.command(name="open")
@_file
@_identity
@click.option("--share", "shares", multiple=True, type=_path, help="A share that a colleague encrypted to you.")
@click.option("--items", required=True, type=_path, help="The folder or the zip file of the items.")
@click.option("--out", required=True, type=_path, help="The new folder for what is in them.")
@click.option("--proof", "proofs", multiple=True, type=_path, help="A proof file of an item's entry, from elsewhere.")
@click.option("--key", "keys", multiple=True, metavar="VKEY", help="A key of the log that you had from elsewhere.")
def open_(
    file: Path,
    *,
    identity: Path,
    shares: tuple[Path, ...],
    items: Path,
    out: Path,
    proofs: tuple[Path, ...],
    keys: tuple[str, ...],
) -> None:
    """Open the items of the vault in FILE with your own share and those that colleagues passed to you.

    Each item is held against its commitment in the list that came with it, and in the proof file of its entry: the list
    is the server's word, a proof file shows that the log holds it. Without --key you are told which key it claims.
    """
    from ninefold.cli import vault_items

    vault, mine = VaultFile.from_file(file), Identity.from_file(identity)
    gathered = [ceremony.own_share(vault, mine)]
    gathered += [ceremony.passed_share(vault, _read(path, _LONGEST_SHARE), mine) for path in shares]
    against = vault_items.Against(proofs, keys)
    opened = vault_items.open_all(vault.id, ceremony.key_from(vault, gathered), items, out, against)
    for line in opened.lines:
        click.echo(line)
    if opened.faults:
        raise ConflictError("{count} items are not as they should be.", count=opened.faults)


@command.command(name="seal")
@click.argument("file", metavar="FILE", type=_path)
@click.option("--vault", required=True, metavar="ID", help="The vault's id, from its page or its file.")
@click.option("--to", required=True, metavar="AGE1…", help="The vault's recipient.")
@click.option("--name", help="The item's name; by default that of the file.")
@click.option("--out", required=True, type=_path, help="The new file of the sealed item.")
def seal_(file: Path, *, vault: str, to: str, name: str | None, out: Path) -> None:
    """Seal a FILE for a vault here, so that the page of the server never sees it, and print what the server is told."""
    item = Item(read_id(vault), uuid4(), name or file.name, "application/octet-stream", _read(file, LARGEST))
    sealed = seal(item, to)
    write_private(out, sealed.age)
    click.echo(f"item        {item.id}")
    click.echo(f"commitment  {sealed.commitment.hex()}")


@command.command(name="destroy-share")
@_file
@_identity
@click.option("--yes", is_flag=True, help="Do not ask.")
def destroy_share(file: Path, *, identity: Path, yes: bool) -> None:
    """Destroy your share of the vault in FILE by destroying the identity that decrypts it.

    Copies of the vault's file lie in many places; without your identity your share in them is noise. What else is
    encrypted to this identity is lost with it. Backups and copies of the identity's file are yours to find and destroy.
    """
    vault, mine = VaultFile.from_file(file), Identity.from_file(identity)
    share = ceremony.own_share(vault, mine)
    if not yes:
        click.confirm(f"Destroy {identity}, and with it your share of the vault {vault.name}, for ever?", abort=True)
    shred(identity)
    label = vault.custodians[share.index - 1].label
    left = vault.n - 1
    click.echo(f"{identity} is overwritten and deleted: the share of {label} in the vault {vault.name} opens no more.")
    click.echo(f"Of the {left} other custodians, {vault.k} would still open it. Confirm on the vault's page.")


def _invited(text: str) -> ceremony.Invited:
    label, sign, recipient = text.rpartition("=")
    if not sign:
        raise InvalidError("Write a custodian as LABEL=age1…, not {given}.", given=repr(text[:80]))
    return ceremony.Invited(label.strip(), recipient.strip())


def _read(path: Path, longest: int) -> bytes:
    content = read_named(path, longest)
    if len(content) > longest:
        raise RefusedError("The file {path} is larger than {longest} bytes.", path=str(path), longest=longest)
    return content
