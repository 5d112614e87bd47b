"""What the log keeps outside its database: the key that signs, and the last head that it signed.

The head beside the key is the memory of what others may have seen. A database put back from an old copy would
otherwise grow a second history under the same name.
"""

import os
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from ninefold import disk
from ninefold.errors import InvalidError, UnavailableError
from ninefold.ledger import stored, switching
from ninefold.ledger.keys import Signer, Verifier
from ninefold.ledger.notes import LONGEST_NOTE
from ninefold.ledger.succession import KeyLine

_KEY, _HEAD, _BEHIND = "log.key", "log.head", "log.behind"
# A sector: written in place, it holds the old note or the new one, whatever happens. Our notes have some 250 bytes.
_SECTOR = 512


def create_log_key(workspace: Path, origin: str) -> Verifier:
    """Make the key of a new log, mode 0600; a key that is there is left alone and raises `ConflictError`."""
    signer = Signer.generate(origin)
    signer.to_file(workspace / "keys" / _KEY)
    return signer.verifier


def log_signer() -> Signer:
    """The key of this log. A key that others may read, or that bears another log's name, is refused.

    A change of the key that was broken off after its transaction is finished first.
    """
    keys = settings.WORKSPACE / "keys"
    if (keys / switching.NEXT).exists():
        switching.finish(keys, stored.current_key())
    return signer_in_place()


def key_line() -> KeyLine:
    """The present key of this log and those that it had, once they are found to follow one another."""
    return KeyLine.of(log_signer().verifier, stored.key_changes())


def signer_in_place() -> Signer:
    """The key in its file, whatever the database says of it."""
    path = settings.WORKSPACE / "keys" / _KEY
    try:
        found = path.stat()
    except FileNotFoundError:
        raise UnavailableError("The log has no key at {path}, so nothing can be published.", path=path) from None
    signer = _read_key(path, (found.st_mode, found.st_ino, found.st_ctime_ns))
    if signer.name != settings.LOG_ORIGIN:
        raise InvalidError("The key {path} belongs to the log {name}.", path=path, name=signer.name)
    return signer


def last_note() -> str | None:
    """The last note that this node remembers to have published; None before the first."""
    try:
        handle = os.open(settings.WORKSPACE / "keys" / _HEAD, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        return os.pread(handle, LONGEST_NOTE, 0).decode(errors="replace").rstrip("\n") + "\n"
    finally:
        os.close(handle)


def remember(note: str) -> None:
    """Keep a published note as the last one. An older one that survives a power cut is still true, so nobody waits."""
    path = settings.WORKSPACE / "keys" / _HEAD
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.pwrite(handle, note.encode().ljust(_SECTOR, b"\n"), 0)
    finally:
        os.close(handle)


def fall_behind(size: int) -> None:
    """Note that others have seen a tree of `size`, which a restored copy does not hold: it may be read only."""
    disk.replace_whole(settings.WORKSPACE / "keys" / _BEHIND, f"{size}\n".encode())


def behind() -> int | None:
    """The size of the tree that others have seen and this copy does not hold; None where there is no such thing.

    Every act asks. So the path is joined as text and opened at once: a `Path` takes longer than the question itself.
    """
    try:
        handle = os.open(f"{settings.WORKSPACE}/keys/{_BEHIND}", os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with os.fdopen(handle, encoding="ascii") as file:
        return int(file.read())


def require_current() -> None:
    """Raise `UnavailableError` in a restored copy that is older than what the log has published."""
    size = behind()
    if size is not None:
        raise UnavailableError(
            "This workspace was restored from a copy older than what its log has published (size {size}), so it may be "
            "read only: nothing is written or signed. Restore the newer copy, or begin a successor log.",
            size=size,
        )


@lru_cache(maxsize=4)
def _read_key(path: Path, _version: tuple[int, ...]) -> Signer:
    """The key as long as its file stays as it was."""
    return Signer.from_file(path)
