"""Files that a person names to a command: read whole, written new."""

from pathlib import Path

from ninefold.errors import ConflictError, InvalidError, NotThereError, UnavailableError


def read_text(path: Path) -> str:
    """A small text file that a person named."""
    try:
        with path.open("rb") as file:
            return file.read(1 << 20).decode()
    except OSError:
        raise NotThereError("There is no file {path} that you may read.", path=str(path)) from None
    except UnicodeDecodeError:
        raise InvalidError("The file {path} is not text.", path=str(path)) from None


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
