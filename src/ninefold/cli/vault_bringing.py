"""`ninefold vault` where a workspace is needed: publish a custodian's key, bring a vault. Each with one's signature."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from ninefold.cli.files import read_whole
from ninefold.cli.holder import Day, as_json_option, carry_out, holder, key_file_option, say
from ninefold.cli.workspace import in_workspace
from ninefold.errors import InvalidError


@click.command(name="publish-key")
@click.option("--name", required=True, help="By which you will know it, such as: laptop.")
@click.option("--recipient", metavar="AGE1…", help="The public half, as `ninefold vault key` printed it.")
@click.option("--identity", type=click.Path(path_type=Path), help="Or the file of your age identity, mode 0600.")
@key_file_option
@as_json_option
@in_workspace
def publish_key(
    *, name: str, recipient: str | None, identity: Path | None, key_file: Path | None, as_json: bool
) -> None:
    """Let others make you a custodian: publish the public half of a key that you made and keep.

    It takes your signature, so that whoever has your token cannot put a key of his own in your name.
    """
    from ninefold.access import actions
    from ninefold.access.signing import by_signature
    from ninefold.access.vaults.age_keys import Identity

    if (recipient is None) == (identity is None):
        raise InvalidError("Name the public half with --recipient, or your identity with --identity.")
    public = Identity.from_file(identity).recipient if identity else str(recipient)
    by = holder()
    told = {"name": name, "recipient": public}
    act = by_signature(lambda now, seal: actions.publish_custodian_key(by=by, now=now, seal=seal, **told))
    key = carry_out(by, act, key_file)
    say(f"It is published until {key.ends:%Y-%m-%d}: {key.recipient}", _key(key.pk, key.recipient), as_json=as_json)


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--marking", default="tlp:amber", show_default=True, help="The mark under which it is known.")
@click.option(
    "--audience", "audiences", required=True, multiple=True, type=click.UUID, help="Who may know of it; once for each."
)
@click.option("--purpose", help="What it is for, in the language of your account.")
@click.option("--holds", type=click.Choice(["items", "counts"]), default="items", show_default=True)
@click.option("--destroy-on", type=Day(), help="On this day what it holds here is deleted.")
@key_file_option
@as_json_option
@in_workspace
def bring(
    file: Path,
    *,
    marking: str,
    audiences: tuple[UUID, ...],
    purpose: str | None,
    holds: str,
    destroy_on: date | None,
    key_file: Path | None,
    as_json: bool,
) -> None:
    """Bring the vault in FILE, which `ninefold vault found` wrote, into the workspace, with your signature.

    One of its custodians brings it, or a registrar. Enough of them must have published the key that stands in the file.
    """
    from ninefold.access import actions
    from ninefold.access.signing import by_signature
    from ninefold.access.vaults.vault_file import LONGEST
    from ninefold.words.text import in_one

    by, content = holder(), read_whole(file, LONGEST)
    told: dict[str, Any] = {"marking": marking, "audiences": audiences, "holds": holds, "destroy_on": destroy_on}
    told["purpose"] = in_one(by.language, purpose) if purpose else None
    act = by_signature(lambda now, seal: actions.register_vault(by=by, now=now, file=content, seal=seal, **told))
    vault = carry_out(by, act, key_file)
    digest = bytes(vault.digest).hex()
    line = f"The vault is here: {vault.pk}\n  fingerprint  {digest}"
    say(line, {"vault": str(vault.pk), "file_sha256": digest}, as_json=as_json)


def _key(key: UUID, recipient: str) -> dict[str, str]:
    return {"key": str(key), "recipient": recipient}
