"""`ninefold ledger`: the state of the log, proofs, and the check that reads everything again.

No command here writes an entry. Whoever is signed in sees what he may see; nobody signed in is a stranger.
"""

import base64
import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ninefold.cli import witness
from ninefold.cli.files import write_new
from ninefold.cli.ledger_machine import clock_command, rotate_key, timestamp
from ninefold.cli.progress import progress
from ninefold.cli.watch import command as watch
from ninefold.cli.workspace import in_workspace
from ninefold.disk import read_named
from ninefold.errors import ConflictError, InvalidError, NotThereError, RefusedError

_json = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")


@click.group("ledger")
def command() -> None:
    """What happened, provably?"""


command.add_command(clock_command)
command.add_command(rotate_key)
command.add_command(timestamp)
command.add_command(watch)
command.add_command(witness.command)


@command.command()
@_json
@in_workspace
def status(*, as_json: bool) -> None:
    """The state of the log: its size, its root, what waits, who witnessed."""
    from ninefold import clock
    from ninefold.ledger import keeping, reads, timeguard

    found = reads.status()
    halted = timeguard.fault(clock.now())
    if as_json:
        cosigned = [{"witness": each.witness, "key": each.key, "time": each.moment} for each in found.cosigned]
        _print_json(asdict(found) | {"cosigned": cosigned, "halted": str(halted or "")})
        return
    click.echo(f"{found.origin}: {found.size} leaves, of which each publication adds {found.leaves_a_beat}")
    if (behind := keeping.behind()) is not None:
        click.echo(f"  READING ONLY: others have seen {behind} leaves; nothing is written or signed here")
    if found.published:
        click.echo(f"  root         {found.root}")
        click.echo(f"  published    {found.published:%Y-%m-%d %H:%M:%S} UTC")
        click.echo(f"  next         {found.next_beat:%Y-%m-%d %H:%M:%S} UTC")
    else:
        click.echo("  not published yet: that begins with the first beat, a minute after the server starts")
    if halted:
        click.echo(f"  halted       {halted}")
    click.echo(f"  waiting      {found.waiting} {'entry' if found.waiting == 1 else 'entries'}")
    state = "verified by a quorum" if found.verified else "consistent with itself, not verified"
    click.echo(f"  witnessed    by {found.witnessed} of {found.witnesses}: {state}")
    for each in found.cosigned:
        click.echo(f"               {each.witness} at {each.moment}")
    if found.policy_fault:
        click.echo(f"  policy       {found.policy_fault}")
    if found.stamped:
        stamped = f"{found.stamped:%Y-%m-%d %H:%M:%S} UTC by {found.stamped_by}, at size {found.stamped_size}"
        click.echo(f"  time stamp   {stamped}")
    click.echo(f"  key          {found.key}")


@command.command()
@_json
@in_workspace
def checkpoint(*, as_json: bool) -> None:
    """The last signed checkpoint, as others may keep and compare it."""
    from ninefold.ledger import reads
    from ninefold.ledger.checkpoints import read_checkpoint
    from ninefold.ledger.notes import split_note

    note = reads.checkpoint_note()
    if not as_json:
        click.echo(note, nl=False)
        return
    said = read_checkpoint(split_note(note).text)
    _print_json({"origin": said.origin, "size": said.size, "root": said.root.hex(), "note": note})


@command.command()
@click.argument("index", type=click.IntRange(min=0))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The proof file to write.")
@click.option("--stamped", is_flag=True, help="Prove it in the first tree with it that was time-stamped.")
@_json
@in_workspace
def prove(index: int, *, out: Path, stamped: bool, as_json: bool) -> None:
    """Write the proof file of the entry at leaf INDEX, for a stranger to check with `ninefold verify`."""
    entry, proof = _proof_at(index, stamped=stamped)
    write_new(out, proof)
    if as_json:
        _print_json({"file": str(out), "index": index, "entry": entry})
    else:
        click.echo(f"{out} proves the entry at leaf {index}. Check it anywhere with `ninefold verify {out}`.")


@command.command()
@click.argument("first", metavar="M", type=click.IntRange(min=1))
@click.argument("second", metavar="N", type=click.IntRange(min=1))
@_json
@in_workspace
def consistency(first: int, second: int, *, as_json: bool) -> None:
    """The hashes which show that the tree of size N is that of size M, grown at its end."""
    from ninefold.ledger import reads

    hashes = [base64.b64encode(sibling).decode() for sibling in reads.consistency(first, second)]
    if as_json:
        _print_json({"first": first, "second": second, "hashes": hashes})
    else:
        click.echo("".join(f"{sibling}\n" for sibling in hashes), nl=False)


@command.command()
@click.option("--file", "path", required=True, type=click.Path(path_type=Path), help="The text to sign.")
@click.option(
    "--key-file",
    required=True,
    type=click.Path(path_type=Path),
    envvar="NINEFOLD_KEY_FILE",
    help="Your private key, mode 0600.",
)
@click.option("--new-key", metavar="NAME", help="First make a key of this name in the key file, which must be new.")
@_json
def note(*, path: Path, key_file: Path, new_key: str | None, as_json: bool) -> None:
    """Sign a text with your own key and print the note. It writes no entry and needs no workspace."""
    from ninefold.ledger.keys import Signer
    from ninefold.ledger.notes import sign_note

    text = _read_text(path)
    if new_key:
        Signer.generate(new_key).to_file(key_file)
    signer = Signer.from_file(key_file)
    signed = sign_note(text if text.endswith("\n") else f"{text}\n", signer)
    if as_json:
        _print_json({"note": signed, "key": str(signer.verifier)})
    else:
        click.echo(signed, nl=False)


@command.command()
@_json
@in_workspace
def check(*, as_json: bool) -> None:
    """Read everything again, recompute the root, and name whatever is not as it was written."""
    from ninefold.ledger.check import check as check_all
    from ninefold.ledger.check import steps

    with progress("Checking", steps) as step:
        report = check_all(step)
    if as_json:
        told = [{"part": found.part, "name": found.name, "text": str(found)} for found in report.findings]
        _print_json(asdict(report) | {"findings": told})
    else:
        for found in report.findings:
            click.echo(f"{found.part}: {found}")
        for lost in report.lost:
            click.echo(str(lost))
        for table, count in report.older.items():
            click.echo(f"Written before the log said so much: {count} rows of {table}. They cannot be held against it.")
        click.echo(
            f"Read {report.entries} entries ({report.erased} erased, {report.waiting} waiting), "
            f"{report.leaves} leaves and {report.checkpoints} checkpoints."
        )
    if report.findings:
        raise ConflictError("{count} things are not as they were written.", count=len(report.findings))
    if not as_json:
        click.echo("Consistent: everything is as it was written.")


def _proof_at(index: int, *, stamped: bool) -> tuple[str, bytes]:
    """The id of an entry that the reader may see, and its proof file.

    The reader is the holder of the token kept for this workspace; where none is kept, a stranger.
    """
    from django.conf import settings

    from ninefold import clock
    from ninefold.access.reads import entries_visible_to, require_openable
    from ninefold.access.tokens import person_for
    from ninefold.cli import kept_tokens
    from ninefold.ledger import reads

    try:
        secret = kept_tokens.kept(settings.LOG_ORIGIN)
    except RefusedError:
        secret = ""
    reader = person_for(secret, clock.now(), scope="read") if secret else None
    now = clock.now()
    entry = entries_visible_to(reader, now).filter(leaf__index=index).first()
    if entry is None:
        raise NotThereError
    require_openable(reader, now, entry)
    return str(entry.id), (reads.stamped_proof_of if stamped else reads.proof_of)(entry).text()


def _print_json(value: dict[str, Any]) -> None:
    def spelled(moment: object) -> str:
        from ninefold.clock import stamp

        return stamp(moment) if isinstance(moment, datetime) else str(moment)

    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=spelled))


def _read_text(path: Path) -> str:
    from ninefold.ledger.notes import LONGEST_NOTE

    try:
        return read_named(path, LONGEST_NOTE).decode()
    except UnicodeDecodeError:
        raise InvalidError("The file {path} is not text in UTF-8, and a note is text.", path=path) from None
