"""Fills an empty workspace with the sample, and removes it again.

1. A month before now, the administrator founds the workspace, invites the others and opens the audiences.
2. A day later the situation, its organisations, ties, offices and rights are entered, each list by its custodian.
3. Then the series of the warning board is loaded, and the warnings are raised, sent, answered and passed on.
4. All of it or nothing stands in one transaction; after it the log publishes its founding beat.
"""

import shutil
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from ninefold.access.models import Person
from ninefold.errors import ConflictError, InvalidError, RefusedError
from ninefold.ledger.beat import beat
from ninefold.ledger.models import Entry
from ninefold.sample import cast as casting
from ninefold.sample import replays, story, valley
from ninefold.warning.actions import load_bundled

_BEGINS = timedelta(days=30)
_ENTERED = timedelta(days=29)
_LOADED = timedelta(days=9, minutes=40)


@dataclass(frozen=True)
class Prepared:
    """What stands in the workspace: accounts by key, warnings by state, how many entries, the log's size."""

    people: dict[str, Person]
    warnings: dict[str, UUID]
    entries: int
    log_size: int


def prepare(workspace: Path, now: datetime) -> Prepared:
    """Fill the migrated, empty database of this workspace, whose log has its key.

    `RefusedError` when the workspace is no sample, `ConflictError` when it holds anything; then nothing changes.
    """
    _require_empty_sample(workspace)
    told, exercises = story.read(), replays.replays()
    with transaction.atomic():
        if Person.objects.exists() or Entry.objects.exists():
            raise ConflictError("This workspace holds something already; the sample needs an empty one.")
        cast = casting.enter(told, now - _BEGINS)
        valley.enter(told, cast, now - _ENTERED)
        load_bundled(now=now - _LOADED)
        warnings = {replay.key: replays.enter(replay, cast, now) for replay in exercises}
        entries = Entry.objects.count()
    return Prepared(cast.people, warnings, entries, beat(now).size)


def remove(workspace: Path) -> None:
    """Delete the folder of a sample; anything else is refused. A PostgreSQL database is dropped by its owner."""
    if not _is_sample(workspace):
        raise RefusedError("The folder {folder} is not a sample, so it is left alone.", folder=str(workspace))
    shutil.rmtree(workspace)


def _require_empty_sample(workspace: Path) -> None:
    if workspace.resolve() != settings.WORKSPACE:
        raise InvalidError("The program runs on another workspace than {folder}.", folder=str(workspace))
    if not settings.SAMPLE:
        raise RefusedError("Only a sample workspace is filled with what is invented.")


def _is_sample(workspace: Path) -> bool:
    about = workspace / "workspace.toml"
    return about.is_file() and tomllib.loads(about.read_text(encoding="utf-8")).get("kind") == "sample"
