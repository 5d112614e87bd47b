"""Files that outlive a power cut, and files that only their owner reads. Needs nothing but the system.

What stands under its final name is whole: a draft is written beside it, put on the disk, and named in one step.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from ninefold.errors import ConflictError, InvalidError, NotThereError, RefusedError


def read_named(path: Path, longest: int) -> bytes:
    """A file that a person named; at most one byte more than `longest`, so that the reader sees that it is too long."""
    try:
        with path.open("rb") as file:
            return file.read(longest + 1)
    except OSError:
        raise NotThereError("There is no file {path} that you may read.", path=path) from None


def read_private(path: Path, longest: int) -> bytes:
    """Up to `longest` bytes of a file that nobody but its owner may read (mode 0600)."""
    try:
        # Not blocking: somebody may have put a pipe in its place.
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        raise NotThereError("There is no key file {path} that you may read.", path=path) from None
    with os.fdopen(handle, "rb") as file:
        mode = os.fstat(handle).st_mode
        if not stat.S_ISREG(mode):
            raise InvalidError("{path} is no file.", path=path)
        if mode & 0o077:
            raise RefusedError("Others may read the key file {path}: run chmod 600 on it.", path=path)
        return file.read(longest)


def write_private(path: Path, content: bytes) -> None:
    """A new file of mode 0600, whole or not at all; `ConflictError` if there is one of that name already."""
    try:
        draft = _draft(path, content)
    except OSError:
        raise NotThereError("You cannot write into the folder {folder}.", folder=path.parent) from None
    try:
        os.link(draft, path)  # unlike a rename, a link never replaces a file that is there
    except FileExistsError:
        raise ConflictError("There is already a file {path}; it was left as it is.", path=path) from None
    finally:
        draft.unlink()
    settle(path.parent)


def replace_whole(path: Path, content: bytes) -> None:
    """The new content in place of the old, mode 0600, on the disk when this returns. `OSError` leaves the old one."""
    draft = _draft(path, content)
    try:
        draft.replace(path)
    except OSError:
        draft.unlink()
        raise
    settle(path.parent)


def settle(path: Path) -> None:
    """Have a file, or a folder's list of names, on the disk before anybody relies on it."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _draft(path: Path, content: bytes) -> Path:
    """The content under a hidden name beside `path`, on the disk; nothing is left where that fails."""
    draft = path.with_name(f".{path.name}.{token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise
    return draft
