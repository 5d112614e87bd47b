"""`ninefold restore`: bring a workspace back from its backup into a new folder; nothing that had ended comes back."""

import os
from collections.abc import Iterator
from pathlib import Path

import click

from ninefold.cli.backup import identities_option, open_backup, shares_option
from ninefold.cli.progress import progress
from ninefold.errors import InvalidError
from ninefold.keeping import laying, sources
from ninefold.keeping.asking import Answers, ask_witnesses, policy_of
from ninefold.keeping.manifest import Manifest
from ninefold.keeping.opening import Opened
from ninefold.keeping.plan import Plan, Restored
from ninefold.ledger.keys import Verifier
from ninefold.web import config


@click.command("restore")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--workspace", "new", required=True, type=click.Path(path_type=Path), help="A new folder to restore to.")
@identities_option
@shares_option
@click.option("--copy", "number", type=click.IntRange(1), help="Which copy; by default the newest.")
@click.option("--witness", "witnesses", multiple=True, metavar="URL", help="A witness of the log, to ask.")
@click.option("--policy", type=click.Path(path_type=Path), help="Ask these witnesses, not those of the copy's policy.")
@click.option("--seen-at", "readers", multiple=True, metavar="URL", help="Where a reader serves its last checkpoint.")
@click.option("--checkpoint", "files", multiple=True, type=click.Path(path_type=Path), help="A checkpoint in a file.")
@click.option("--alone", is_flag=True, help="State that nobody outside has ever seen this log.")
@click.option("--successor", is_flag=True, help="Begin a new log that names this one; where the newest copy is lost.")
def command(
    *,
    folder: Path,
    new: Path,
    identities: tuple[Path, ...],
    shares: tuple[Path, ...],
    number: int | None,
    witnesses: tuple[str, ...],
    policy: Path | None,
    readers: tuple[str, ...],
    files: tuple[Path, ...],
    alone: bool,
    successor: bool,
) -> None:
    """Bring a workspace back from the backup in FOLDER.

    First the witnesses of the copy's policy, and everybody named, are asked for the largest tree of this log that they
    have seen: a copy that holds less may be read and signs nothing. What ended or was erased after the copy ends
    again; nobody is signed in afterwards.
    """
    asked = [
        *map(sources.witness_at, witnesses),
        *map(sources.checkpoint_at, readers),
        *map(sources.checkpoint_file, files),
    ]
    opened = open_backup(folder, identities, shares)
    manifest = opened.manifest(number)
    answers = _ask_policy(opened, manifest, policy, alone=alone)
    if bool(asked or answers.seen) == alone:
        raise InvalidError(
            "Name who has seen this log (--witness, --policy, --seen-at, --checkpoint), or say --alone if nobody "
            "outside has."
        )
    log, newest = Verifier.parse(manifest.key), opened.manifest()
    seen = sources.largest_first([*answers.seen, *sources.newest_seen(asked, log, manifest.note)])
    if newest.note:
        seen.append(sources.seen_in(newest.note.encode(), log, by=f"copy {newest.number}"))
    with laying.new_folder(new.resolve()) as draft:
        engine = "postgresql" if config.text("NINEFOLD_DATABASE") else "sqlite"
        laying.lay_out(opened, manifest, draft, engine=engine, successor=successor)
        lines = _fill(opened, manifest, draft, seen, successor=successor)
    told = [
        f"{len(answers.seen)} witnesses of the policy answered; these did not: {', '.join(map(ascii, answers.silent))}."
    ]
    click.echo("\n".join([f"The workspace is in {new}.", *(told if answers.silent else []), *lines]))


def _ask_policy(opened: Opened, manifest: Manifest, named: Path | None, *, alone: bool) -> Answers:
    policy = policy_of(opened, manifest, named)
    if policy is None or not policy.witnesses:
        return Answers([], ())
    if alone:
        raise InvalidError(
            "The policy names {count} witnesses of this log, so somebody outside may have seen it; leave out --alone. "
            "If they are gone for good, name another policy with --policy.",
            count=len(policy.witnesses),
        )
    return ask_witnesses(policy, Verifier.parse(manifest.key), manifest.note)


def _fill(opened: Opened, manifest: Manifest, draft: Path, seen: list[sources.Seen], *, successor: bool) -> list[str]:
    """Load Django on the new folder, and the tables; what to tell."""
    os.environ["NINEFOLD_WORKSPACE"] = str(draft)
    os.environ["DJANGO_SETTINGS_MODULE"] = "ninefold.web.settings"
    import django

    django.setup()
    from ninefold import clock
    from ninefold.keeping.restore import bring_back

    lists, missing = opened.afterwards(manifest.number)
    plan = Plan(opened, manifest, lists, missing, seen, successor)
    with progress("Restoring", lambda: manifest.rows) as step:
        restored = bring_back(plan, now=clock.now(), step=step)
    return list(_lines(manifest, restored))


def _lines(manifest: Manifest, restored: Restored) -> Iterator[str]:
    yield f"It is copy {manifest.number}, made {manifest.made}; its log {restored.origin} has {restored.size} leaves."
    yield f"Everybody is signed out: {restored.ways_in} sessions, links and tokens ended."
    for kind, count in restored.again.items():
        yield f"Ended again, because it had ended after the copy: {kind}: {count}."
    if restored.lost:
        yield f"Lost: {restored.lost} entries that were written after the copy."
    yield from _unknown(restored)
    if restored.behind is not None:
        yield (
            f"READING ONLY: others have seen {restored.behind} leaves of this log. Nothing is written or signed here. "
            "Restore the newer copy, or restore with --successor."
        )


def _unknown(restored: Restored) -> Iterator[str]:
    """What cannot be known is said loudly, not left out."""
    if restored.known_until:
        yield f"What ended up to {restored.known_until:%Y-%m-%d %H:%M:%S} UTC is known, and nothing after it."
    if restored.missing or not restored.known_until:
        which = ", ".join(map(str, restored.missing)) or "this copy"
        yield (
            f"NOT KNOWN: what ended after the copy, because the list beside {which} is missing, damaged or old. Ask "
            "before anybody signs in: which memberships, releases, keys and rights were ended, which accounts closed, "
            "which second factors removed, which texts erased? They stand as they stood when the copy was made."
        )
    yield "Passwords are those of the copy; whoever has changed his since should change it again."
