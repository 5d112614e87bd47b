"""The first half of a restore: the files of a copy laid out in a folder beside the new one. Needs no database."""

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from ninefold import disk
from ninefold.errors import ConflictError, InvalidError
from ninefold.keeping.manifest import Manifest
from ninefold.keeping.opening import Opened

_ABOUT = "workspace.toml"
_LOG_KEY = "keys/log.key"
_OF_ONE_NODE = {_LOG_KEY, "keys/log.behind", "keys/directory.key"}


@contextmanager
def new_folder(wanted: Path) -> Iterator[Path]:
    """A folder beside the wanted one, which takes its name when all is done; what a killed run left is cleared away.

    `ConflictError` when the wanted folder holds something.
    """
    if wanted.exists() and any(wanted.iterdir()):
        raise ConflictError("The folder {folder} is not empty; name another one.", folder=str(wanted))
    draft = wanted.with_name(f".{wanted.name}.restoring")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    try:
        yield draft
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    _settle(draft)
    if wanted.exists():
        wanted.rmdir()
    draft.rename(wanted)
    disk.settle(wanted.parent)


def lay_out(opened: Opened, manifest: Manifest, folder: Path, *, engine: str, successor: bool) -> None:
    """Write the copy's files. A successor gets a name of its own, and no key by which others know the node."""
    for file in manifest.files:
        if successor and file.path in _OF_ONE_NODE:
            continue
        _write(folder / _inside(file.path), file.mode, (opened.piece(name) for name in file.pieces))
    about = folder / _ABOUT
    text = re.sub(r'(?m)^database = ".*"$', f'database = "{engine}"', about.read_text(encoding="utf-8"))
    if successor:
        kind = manifest.origin.partition("/")[0]
        text = re.sub(r'(?m)^origin = ".*"$', f'origin = "{kind}/{secrets.token_hex(8)}"', text)
    about.write_text(text, encoding="utf-8")
    _require_keys(folder, successor=successor)


def _require_keys(folder: Path, *, successor: bool) -> None:
    """An export of the whole node holds no keys: sessions get a new one, and its log cannot go on elsewhere."""
    if not (folder / _LOG_KEY).exists() and not successor:
        raise InvalidError("This is an export, without the key of its log; restore it with --successor.")
    secret = folder / "keys" / "session.key"
    if not secret.exists():
        secret.parent.mkdir(exist_ok=True, mode=0o700)
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(48), encoding="ascii")


def _inside(path: str) -> PurePosixPath:
    """The path, unless it leads out of the folder."""
    found = PurePosixPath(path)
    if found.is_absolute() or ".." in found.parts or not found.parts:
        raise InvalidError("The backup names a file {path} outside the workspace.", path=repr(path[:200]))
    return found


def _write(path: Path, mode: int, pieces: Iterator[bytes]) -> None:
    for parent in reversed(path.parents):
        if not parent.exists():
            parent.mkdir(mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode & 0o700)
    with os.fdopen(handle, "wb") as file:
        for piece in pieces:
            file.write(piece)


def _settle(folder: Path) -> None:
    """Everything below the folder on the disk."""
    for path in sorted(folder.rglob("*"), reverse=True):
        disk.settle(path)
    disk.settle(folder)
