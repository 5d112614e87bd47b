"""The files of a change of the log's key, so that whatever stops it, the log goes on with exactly one of the two.

1. `log.key.next` is written, whole. The log goes on with `log.key`.
2. The database says that the next key holds. From here on whoever needs the key finishes the change (`finish`):
3. `log.key.ended` is a second name of the old key, and `log.key.next` takes the place of `log.key` in one step.
4. When that is on the disk, the old key is deleted.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ninefold.disk import settle
from ninefold.errors import NotThereError
from ninefold.ledger.keys import Signer

KEY, NEXT, ENDED = "log.key", "log.key.next", "log.key.ended"


@contextmanager
def turn(keys: Path) -> Iterator[None]:
    """One process at a time changes these files."""
    handle = os.open(keys, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def next_signer(keys: Path, name: str) -> Signer:
    """The key that is to follow; that of a change which was broken off is taken up again. The caller holds the turn."""
    path = keys / NEXT
    if not path.exists():
        Signer.generate(name).to_file(path)
    return Signer.from_file(path)


def finish(keys: Path, current: str) -> None:
    """Put the key in its place that the database says holds; nothing to do is nothing done."""
    if _is_next(keys, current) or (keys / ENDED).exists():
        with turn(keys):
            complete(keys, current)


def complete(keys: Path, current: str) -> None:
    """The same, for the holder of the turn."""
    if _is_next(keys, current):
        with suppress(FileExistsError):
            os.link(keys / KEY, keys / ENDED)
        settle(keys)
        (keys / NEXT).replace(keys / KEY)
        settle(keys)
    if (keys / ENDED).exists() and str(Signer.from_file(keys / KEY).verifier) == current:
        (keys / ENDED).unlink()
        settle(keys)


def _is_next(keys: Path, current: str) -> bool:
    try:
        return str(Signer.from_file(keys / NEXT).verifier) == current
    except NotThereError:
        return False
