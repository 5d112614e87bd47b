"""A folder of blobs, each named by its SHA-256. A blob is whole or not there, and is checked when it is read."""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ninefold.errors import InvalidError, NotThereError, UnavailableError

_PIECE = 256 * 1024
_DIGEST_LENGTH = 64


@dataclass(frozen=True)
class Blob:
    """What is kept: 64 hex digits of SHA-256, and how many bytes."""

    digest: str
    size: int


class Store:
    """The blobs in a folder, mode 0700, two levels deep so that no folder grows without end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, pieces: Iterable[bytes], *, most: int) -> Blob:
        """Keep the bytes, durably, and tell their digest; more than `most` bytes are refused and leave nothing.

        The same bytes brought twice are kept once. `InvalidError`: too many; `UnavailableError`: the disk is full.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=self._folder, prefix="arriving-")
        arriving = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                hashed, size = hashlib.sha256(), 0
                for piece in pieces:
                    size += len(piece)
                    if size > most:
                        raise InvalidError("The file has more than {most} bytes; bring a smaller one.", most=most)
                    hashed.update(piece)
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            blob = Blob(hashed.hexdigest(), size)
            self._settle(arriving, self._place(blob.digest))
        except OSError as error:
            raise UnavailableError(
                "The file could not be kept: {why}. Nothing was stored.", why=error.strerror
            ) from None
        finally:
            arriving.unlink(missing_ok=True)
        return blob

    def read(self, digest: str) -> Iterator[bytes]:
        """The bytes of a blob in pieces. `UnavailableError` after the last piece if they are not what was kept."""
        try:
            with self._place(digest).open("rb") as file:
                hashed = hashlib.sha256()
                while piece := file.read(_PIECE):
                    hashed.update(piece)
                    yield piece
        except FileNotFoundError:
            raise NotThereError from None
        if hashed.hexdigest() != digest:
            raise UnavailableError("The file {digest} on this machine is damaged; put back a copy.", digest=digest[:12])

    def size(self, digest: str) -> int:
        """How many bytes a blob has."""
        try:
            return self._place(digest).stat().st_size
        except FileNotFoundError:
            raise NotThereError from None

    def forget(self, digest: str) -> None:
        """Remove a blob; the caller knows that no record needs it. One that is not there is forgotten already."""
        self._place(digest).unlink(missing_ok=True)

    def _place(self, digest: str) -> Path:
        if len(digest) != _DIGEST_LENGTH or not set(digest) <= set("0123456789abcdef"):
            raise InvalidError("{digest} is not the digest of a file; it has 64 hex digits.", digest=repr(digest[:80]))
        return self._folder / digest[:2] / digest[2:]

    def _settle(self, arriving: Path, place: Path) -> None:
        """Rename into place; the folder is synced too, so that the name survives a power cut."""
        place.parent.mkdir(exist_ok=True, mode=0o700)
        arriving.rename(place)
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
