"""Private keys as text in files of their own: nobody but the owner reads them, and none is ever replaced."""

from pathlib import Path

from ninefold import disk
from ninefold.errors import ConflictError, InvalidError

_LONGEST = 600


def read_secret(path: Path) -> str:
    """The text in a key file that nobody but its owner may read (mode 0600)."""
    try:
        return disk.read_private(path, _LONGEST).decode().removesuffix("\n")
    except UnicodeDecodeError:
        raise InvalidError("The file {path} holds no key.", path=path) from None


def write_secret(path: Path, secret: str) -> None:
    """Write a key to a new file of mode 0600, whole or not at all; `ConflictError` if there is one already."""
    try:
        disk.write_private(path, f"{secret}\n".encode())
    except ConflictError:
        raise ConflictError("There is already a key file {path}; it was left as it is.", path=path) from None
