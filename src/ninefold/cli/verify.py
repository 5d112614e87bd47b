"""`ninefold verify FILE`: check a proof file offline. Needs no workspace, no database and no network."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from ninefold.errors import NotThereError
from ninefold.ledger.proofs import LONGEST_PROOF
from ninefold.ledger.signers import Signed
from ninefold.ledger.verify import Report, verify_proof


@click.command("verify")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key", "keys", multiple=True, metavar="VKEY", help="A key of the log that you had from elsewhere.")
@click.option("--signer", metavar="LABEL", default="", help="The label, or the public key, of who must have signed.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def command(file: Path, keys: tuple[str, ...], signer: str, as_json: bool) -> None:
    """Check that the entry in a proof FILE is in the log that signed it.

    Without --key the command can only say which key the file claims: compare it with the one that the log's keeper
    gave you.
    """
    report = verify_proof(_read(file), keys, signer=signer)
    if as_json:
        click.echo(json.dumps(asdict(report) | {"state": "consistent"}, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join([*_lines(report), "", *_signed(report.signed, asked=bool(signer))]))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LONGEST_PROOF + 1)
    except OSError:
        raise NotThereError("There is no file {path} that you may read.", path=path) from None


def _lines(report: Report) -> list[str]:
    lines = [
        f"Consistent: this entry is leaf {report.index} of {report.size} in the log {_plain(report.origin)}.",
        "No outside witness signed, so the log could still show others something else.",
        "",
        *(f"  {_plain(name)}: {_plain(value)}" for name, value in report.entry.items() if name != "body"),
    ]
    if report.body is None:
        lines.append("  body: not in this file; it was erased or withheld")
    else:
        lines += ["  body:", *(f"    {_plain(name)}: {_plain(value)}" for name, value in report.body.items())]
    if report.trusted_key:
        return [*lines, "", "Signed by the key that you gave."]
    claim = (
        "The file claims that the log signs with this key. Compare it with what the log's keeper says, or use --key:"
    )
    return [*lines, "", claim, f"  {report.key}"]


def _signed(signed: Signed | None, *, asked: bool) -> list[str]:
    """What the actor's own signature shows, and what it does not."""
    if signed is None:
        return ["Not signed by the actor himself: that he did this, only the log says."]
    what = "passkey" if signed.kind == "passkey" else "key"
    lines = [
        f"Signed with the actor's own {what}, listed at leaf {signed.leaf} from {signed.starts} until {signed.until}.",
        "This file does not show whether the key was ended before: whoever keeps the label sees that in the log.",
    ]
    if asked:
        return [*lines, "It is the signer whom you named."]
    return [*lines, "Whether it is this person's, his correspondents know by its label:", f"  {signed.label}"]


def _plain(value: object) -> str:
    """Text as it is; anything else, and text that could play tricks with a terminal, as ASCII JSON."""
    return value if isinstance(value, str) and value.isprintable() else json.dumps(value)
