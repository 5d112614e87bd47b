"""The directory that the operator names: noted at the first start, agreed to by an administrator when it changed."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from ninefold.access.actions.entries import DIRECTORY_CHANGED, DIRECTORY_NAMED, record
from ninefold.access.directory.file import Directory
from ninefold.access.directory.identity import fingerprint, identity_of
from ninefold.access.models import Person
from ninefold.access.policy import may_run_accounts
from ninefold.access.reads import reader_of, told_last
from ninefold.errors import ConflictError


@transaction.atomic
def note_directory(*, now: datetime, directory: Directory) -> bool:
    """At a start: name the first directory of this workspace, or enter once that it was changed. Whether it counts."""
    identity = identity_of(directory)
    named = told_last(DIRECTORY_NAMED.name)
    if named == identity:
        return True
    kind = DIRECTORY_CHANGED if named else DIRECTORY_NAMED
    if told_last(DIRECTORY_NAMED.name, DIRECTORY_CHANGED.name) != identity:
        record(kind, by=None, now=now, subject="directory", record_id=_new(), body=identity)
    return not named


@transaction.atomic
def agree_directory(*, by: Person, now: datetime, directory: Directory, seen: str) -> None:
    """Let the changed directory sign people in from now on; `seen` is the fingerprint of what he looked at."""
    may_run_accounts(reader_of(by), "agree_directory").require()
    identity = identity_of(directory)
    if seen != fingerprint(identity):
        raise ConflictError("The directory's file was changed again meanwhile; look at it once more.")
    if told_last(DIRECTORY_NAMED.name) == identity:
        raise ConflictError("This directory is agreed to already.")
    record(DIRECTORY_NAMED, by=by, now=now, subject="directory", record_id=_new(), body=identity)


def _new() -> UUID:
    """The file has no id of its own, and each entry speaks of one state of it."""
    return uuid4()
