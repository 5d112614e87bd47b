"""`ninefold verify FILE`: check a proof file offline. Needs no workspace, no database and no network."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from ninefold.errors import NotThereError
from ninefold.ledger.proofs import LONGEST_PROOF
from ninefold.ledger.signers import Signed
from ninefold.ledger.succession import read_chain
from ninefold.ledger.verify import Report, verify_proof


@click.command("verify")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key", "keys", multiple=True, metavar="VKEY", help="A key of the log that you had from elsewhere.")
@click.option(
    "--chain",
    "chain_file",
    metavar="CHAIN",
    type=click.Path(path_type=Path),
    help="A file by which an older key leads to the present one, from /tlog/keys of the log.",
)
@click.option(
    "--time-roots",
    "roots_file",
    metavar="PEM",
    type=click.Path(path_type=Path),
    help="Certificates of time authorities that you trust: say before which time this was published.",
)
@click.option("--signer", metavar="LABEL", default="", help="The label, or the public key, of who must have signed.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def command(
    file: Path, keys: tuple[str, ...], chain_file: Path | None, roots_file: Path | None, signer: str, as_json: bool
) -> None:
    """Check that the entry in a proof FILE is in the log that signed it.

    Without --key the command can only say which key the file claims: compare it with the one that the log's keeper
    gave you.
    """
    chain = read_chain(_read(chain_file).decode(errors="replace")) if chain_file else ()
    data = _read(file)
    report = verify_proof(data, keys, chain, signer=signer)
    stamps = _stamps(data, roots_file) if roots_file else []
    if as_json:
        told = {"state": "consistent", "stamps": stamps}
        click.echo(json.dumps(asdict(report) | told, ensure_ascii=False, indent=2))
    else:
        published = [f"Published before {_plain(each['before'])} by {_plain(each['by'])}." for each in stamps]
        click.echo("\n".join([*_lines(report), *published, "", *_signed(report.signed, asked=bool(signer))]))


def _stamps(data: bytes, roots_file: Path) -> list[dict[str, str]]:
    """Before which time, by whose word. What reads time stamps is loaded only when asked for."""
    from ninefold.clock import stamp
    from ninefold.ledger.stamps import read_certificates, stamps_in

    trusted = read_certificates(_read(roots_file).decode(errors="replace"))
    return [{"before": stamp(each.time), "by": each.authority} for each in stamps_in(data, trusted)]


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
    if report.followed:
        return [*lines, "", "Signed by a key to which the one that you gave leads:", f"  {report.key}"]
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
