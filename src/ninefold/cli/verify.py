"""`ninefold verify FILE`: check a proof file offline. Needs no workspace, no database and no network."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from ninefold.disk import read_named
from ninefold.ledger.proofs import LONGEST_PROOF
from ninefold.ledger.quorum import LONGEST_POLICY, read_policy
from ninefold.ledger.signers import Signed
from ninefold.ledger.succession import read_chain
from ninefold.ledger.verify import Report, verify_proof

# Notes of a few hundred keys; the certificates of a few hundred authorities.
_LONGEST_CHAIN = _LONGEST_ROOTS = 1 << 20


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
    "--policy",
    "policy_file",
    metavar="POLICY",
    type=click.Path(path_type=Path),
    help="A file that names logs, witnesses and the quorum that you ask for (C2SP tlog-policy).",
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
    file: Path,
    keys: tuple[str, ...],
    chain_file: Path | None,
    policy_file: Path | None,
    roots_file: Path | None,
    signer: str,
    *,
    as_json: bool,
) -> None:
    """Check that the entry in a proof FILE is in the log that signed it.

    Without --key or --policy the command can only say which key the file claims: compare it with the one that the
    log's keeper gave you. It says "verified" only where the witnesses that your policy asks for have cosigned.
    """
    chain = read_chain(read_named(chain_file, _LONGEST_CHAIN).decode(errors="replace")) if chain_file else ()
    policy = read_policy(read_named(policy_file, LONGEST_POLICY)) if policy_file else None
    data = read_named(file, LONGEST_PROOF)
    report = verify_proof(data, keys, policy, chain=chain, signer=signer)
    stamps = _stamps(data, roots_file) if roots_file else []
    if as_json:
        click.echo(json.dumps(_members(report) | {"stamps": stamps}, ensure_ascii=False, indent=2))
        return
    published = [f"Published before {_plain(each['before'])} by {_plain(each['by'])}." for each in stamps]
    lines = [*_lines(report, asked=policy is not None), *published, "", *_signed(report.signed, asked=bool(signer))]
    click.echo("\n".join(lines))


def _stamps(data: bytes, roots_file: Path) -> list[dict[str, str]]:
    """Before which time, by whose word. What reads time stamps is loaded only when asked for."""
    from ninefold.clock import stamp
    from ninefold.ledger.stamps import read_certificates, stamps_in

    trusted = read_certificates(read_named(roots_file, _LONGEST_ROOTS).decode(errors="replace"))
    return [{"before": stamp(each.time), "by": each.authority} for each in stamps_in(data, trusted)]


def _members(report: Report) -> dict[str, object]:
    cosigned = [{"witness": each.witness, "key": each.key, "time": each.moment} for each in report.cosigned]
    return asdict(report) | {"cosigned": cosigned}


def _lines(report: Report, *, asked: bool) -> Iterator[str]:
    where = f"this entry is leaf {report.index} of {report.size} in the log {_plain(report.origin)}"
    yield f"Verified: {where}." if report.state == "verified" else f"Consistent: {where}."
    yield _witnessed(report, asked=asked)
    yield from (f"  {each.witness} ({each.key}) at {each.moment}" for each in report.cosigned)
    yield ""
    yield from (f"  {_plain(name)}: {_plain(value)}" for name, value in report.entry.items() if name != "body")
    if report.body is None:
        yield "  body: not in this file; it was erased or withheld"
    else:
        yield "  body:"
        yield from (f"    {_plain(name)}: {_plain(value)}" for name, value in report.body.items())
    yield ""
    if report.followed:
        yield "Signed by a key to which the one that you gave leads:"
        yield f"  {report.key}"
        return
    if report.trusted_key:
        yield "Signed by the key that you gave."
    else:
        yield "The file claims that the log signs with this key. Compare it with what its keeper says, or use --key:"
        yield f"  {report.key}"


def _witnessed(report: Report, *, asked: bool) -> str:
    """Who else saw the tree, and what that means."""
    if report.state == "verified":
        return f"{len(report.cosigned)} of the {report.witnesses} witnesses of your policy saw this very tree, enough:"
    lead = "so the log could still show others something else."
    if asked:
        number = len(report.cosigned)
        return f"{number} of the {report.witnesses} witnesses of your policy cosigned, which is no quorum, {lead}"
    if report.unchecked:
        return f"Other signatures stand in the file ({report.unchecked}), unchecked without --policy, {lead}"
    return f"No outside witness signed, {lead}"


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
