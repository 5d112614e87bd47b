"""Files that a person names to a command: read whole, written new."""

from pathlib import Path

from ninefold.disk import read_named, read_private
from ninefold.errors import ConflictError, InvalidError, UnavailableError


def read_text(path: Path, longest: int = 1 << 20) -> str:
    """A small text file that a person named."""
    try:
        return read_named(path, longest)[:longest].decode()
    except UnicodeDecodeError:
        raise InvalidError("The file {path} is not text.", path=str(path)) from None


def read_secret(path: Path, longest: int = 1 << 16) -> str:
    """A small text file with a person's secret, which nobody but he may read (mode 0600)."""
    try:
        return read_private(path, longest).decode()
    except UnicodeDecodeError:
        raise InvalidError("The file {path} is not text.", path=str(path)) from None


def read_whole(path: Path, longest: int) -> bytes:
    """A file that a person named, of at most so many bytes."""
    content = read_named(path, longest)
    if len(content) > longest:
        raise InvalidError("The file {path} is longer than {most} bytes.", path=path, most=longest)
    return content


def write_new(path: Path, content: bytes) -> None:
    """A new file, whole or not at all; one that is there already is left alone."""
    try:
        file = path.open("xb")
    except FileExistsError:
        raise ConflictError("There is a file {path} already; name another one.", path=path) from None
    except OSError:
        raise InvalidError("The file {path} cannot be written; name another place.", path=path) from None
    try:
        with file:
            file.write(content)
    except OSError:
        path.unlink()
        raise UnavailableError(
            "The file {path} could not be written to its end; is the disk full?", path=path
        ) from None
