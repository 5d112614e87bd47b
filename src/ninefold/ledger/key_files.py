"""Private keys in files of their own: nobody but the owner reads them, and none is ever replaced."""

import os
import stat
from pathlib import Path
from secrets import token_hex

from ninefold.errors import ConflictError, InvalidError, NotThereError, RefusedError

_LONGEST = 600


def read_secret(path: Path) -> str:
    """The text in a key file that nobody but its owner may read (mode 0600)."""
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
        text = file.read(_LONGEST)
    try:
        return text.decode().removesuffix("\n")
    except UnicodeDecodeError:
        raise InvalidError("The file {path} holds no key.", path=path) from None


def write_secret(path: Path, secret: str) -> None:
    """Write a key to a new file of mode 0600, whole or not at all; `ConflictError` if there is one already."""
    draft = path.with_name(f".{path.name}.{token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"{secret}\n")
            file.flush()
            os.fsync(handle)
        os.link(draft, path)  # unlike a rename, a link never replaces a key that is in use
    except FileExistsError:
        raise ConflictError("There is already a key file {path}; it was left as it is.", path=path) from None
    finally:
        draft.unlink()
    settle(path.parent)


def settle(folder: Path) -> None:
    """Have the folder's list of files on the disk before anybody relies on it."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
