"""What must stand before a workspace can be served: its tables, its log's key, its assets. Safe to repeat."""

import hashlib
import sys
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from ninefold.access import actions
from ninefold.access.reads import invented_people
from ninefold.errors import ConflictError
from ninefold.ledger import keeping, stored, switching, witnesses
from ninefold.ledger.keeping import create_log_key
from ninefold.ledger.models import Checkpoint
from ninefold.ledger.named import authorities
from ninefold.sample.build import prepare
from ninefold.warning.actions import load_bundled

_STATIC_STAMP = ".collected"


def prepare_database() -> None:
    """Bring the tables to this version, and give a new log its key."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
    if connection.vendor == "sqlite":
        Path(connection.settings_dict["NAME"]).chmod(0o600)
    if not (settings.WORKSPACE / "keys" / "log.key").exists():
        if Checkpoint.objects.exists():
            raise ConflictError(
                "The log in this database was signed with a key that is not in {folder}; put the key back.",
                folder=str(settings.WORKSPACE / "keys"),
            )
        create_log_key(settings.WORKSPACE, settings.LOG_ORIGIN)
    authorities()  # a file of them that does not fit is said at the start, not with the first time stamp
    switching.finish(settings.WORKSPACE / "keys", stored.current_key())


def require_witness_policy() -> None:
    """Refuse to start on a policy of witnesses that cannot be followed; the error names its line."""
    witnesses.policy()


def note_directory(now: datetime) -> None:
    """Enter which directory signs people in; one that was changed waits for an administrator, and that is said."""
    if settings.DIRECTORY and not actions.note_directory(now=now, directory=settings.DIRECTORY):
        sys.stderr.write(
            "What decides about the directory was changed; it signs nobody in until an administrator agrees to it.\n"
        )


def prepare_assets() -> None:
    """Copy styles, scripts and fonts under their versioned names, unless they are the ones that stand there."""
    digest = _assets_digest()
    stamp = settings.STATIC_ROOT / _STATIC_STAMP
    if stamp.is_file() and stamp.read_text(encoding="ascii") == digest:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=settings.STATIC_ROOT.is_dir())
    stamp.write_text(digest, encoding="ascii")


def load_series(now: datetime) -> None:
    """Make the series that comes with Ninefold known, so that warnings count their time from its signal."""
    if keeping.behind() is None:
        load_bundled(now=now)


def fill_sample(now: datetime) -> None:
    """Fill a sample that is still empty; a real workspace is left as it is."""
    if settings.SAMPLE and not invented_people():
        prepare(settings.WORKSPACE, now)


def _assets_digest() -> str:
    """Changes with every asset's path, size and time."""
    lines = []
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            lines.append(f"{name} {found.st_size} {found.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
