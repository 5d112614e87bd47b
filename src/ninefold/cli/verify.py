"""`ninefold verify FILE`: check a proof file offline. Needs no workspace, no database and no network."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from ninefold.errors import NotThereError
from ninefold.ledger.proofs import LONGEST_PROOF
from ninefold.ledger.quorum import LONGEST_POLICY, read_policy
from ninefold.ledger.verify import Report, verify_proof


@click.command("verify")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key", "keys", multiple=True, metavar="VKEY", help="A key of the log that you had from elsewhere.")
@click.option(
    "--policy",
    "policy_file",
    metavar="POLICY",
    type=click.Path(path_type=Path),
    help="A file that names logs, witnesses and the quorum that you ask for (C2SP tlog-policy).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def command(file: Path, keys: tuple[str, ...], policy_file: Path | None, as_json: bool) -> None:
    """Check that the entry in a proof FILE is in the log that signed it.

    Without --key or --policy the command can only say which key the file claims: compare it with the one that the
    log's keeper gave you. It says "verified" only where the witnesses that your policy asks for have cosigned.
    """
    policy = read_policy(_read(policy_file, LONGEST_POLICY)) if policy_file else None
    report = verify_proof(_read(file, LONGEST_PROOF), keys, policy)
    if as_json:
        click.echo(json.dumps(_members(report), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(report, asked=policy is not None)))


def _read(path: Path, longest: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(longest + 1)
    except OSError:
        raise NotThereError("There is no file {path} that you may read.", path=path) from None


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


def _plain(value: object) -> str:
    """Text as it is; anything else, and text that could play tricks with a terminal, as ASCII JSON."""
    return value if isinstance(value, str) and value.isprintable() else json.dumps(value)
