"""The folder of a backup on the disk. Whatever stands under its final name is whole, and was on the disk before.

backup.json           the shares, each sealed to one custodian; nothing else can be read without k of them
pieces/ab/…           pieces of tables and files, sealed; an unchanged one is kept once for all copies
copies/000001         what the copy holds, sealed; it is written last, so a copy that has one is complete
copies/000001.list    the pieces of the copy with the digests of their files, to look after them without a key
afterwards/000001     what must not come back with this copy, sealed; always the newest
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from ninefold import disk
from ninefold.errors import ConflictError, InvalidError, NotThereError, UnavailableError

ABOUT = "backup.json"
_DRAFT = ".draft"
_PIECES, _COPIES, _AFTERWARDS = "pieces", "copies", "afterwards"


class Folder:
    """One backup's folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._unsettled: set[Path] = set()

    @property
    def is_begun(self) -> bool:
        """Whether a chain of copies was begun here."""
        return (self.path / ABOUT).is_file()

    def begin(self, about: bytes) -> None:
        """Make the folder; one that holds something already is refused."""
        own = {"lock", _PIECES, _COPIES, _AFTERWARDS}  # what a killed beginning may have left
        if self.path.exists() and any(entry.name not in own for entry in self.path.iterdir()):
            raise ConflictError("The folder {folder} is not empty; name another one.", folder=str(self.path))
        for part in (_PIECES, _COPIES, _AFTERWARDS):
            (self.path / part).mkdir(parents=True, exist_ok=True, mode=0o700)
        self._write(self.path / ABOUT, about)
        self.settle()

    def about(self) -> bytes:
        """What `begin` wrote."""
        return self._read(self.path / ABOUT)

    @contextmanager
    def turn(self, name: str = "lock") -> Iterator[None]:
        """One process at a time writes copies; another name is another turn."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self.path / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (fcntl.LOCK_NB if name == "lock" else 0))
            yield
        except BlockingIOError:
            raise UnavailableError("Another backup is being written to {folder}.", folder=str(self.path)) from None
        finally:
            os.close(handle)

    # ---- Pieces

    def has(self, name: str) -> bool:
        """Whether this piece is kept already."""
        return self._piece(name).is_file()

    def put(self, name: str, sealed: bytes) -> str:
        """Keep a piece; the digest of its file."""
        path = self._piece(name)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        self._write(path, sealed)
        return sha256(sealed).hexdigest()

    def get(self, name: str) -> bytes:
        """A piece as it was put."""
        return self._read(self._piece(name))

    def digest(self, name: str) -> str:
        """The digest of a piece's file as it is now; empty when it is gone."""
        try:
            return sha256(self.get(name)).hexdigest()
        except NotThereError:
            return ""

    # ---- Copies

    def copies(self) -> list[int]:
        """The numbers of the complete copies, the oldest first."""
        found = (entry.name for entry in (self.path / _COPIES).glob("[0-9]*"))
        return sorted(int(name) for name in found if name.isdigit())

    def write_copy(self, number: int, manifest: bytes, pieces: dict[str, str]) -> None:
        """Complete a copy. Before this, nothing of it counts; after it, all of it is on the disk."""
        self.settle()
        lines = "".join(f"{name} {digest}\n" for name, digest in sorted(pieces.items()))
        self._write(self._copy(number).with_suffix(".list"), lines.encode())
        self.settle()
        self._write(self._copy(number), manifest)
        self.settle()

    def manifest(self, number: int) -> bytes:
        """What `write_copy` was given."""
        return self._read(self._copy(number))

    def listed(self, number: int) -> dict[str, str]:
        """The pieces of a copy with the digests of their files."""
        lines = self._read(self._copy(number).with_suffix(".list")).decode().splitlines()
        return dict(line.split(" ", 1) for line in lines)

    def write_afterwards(self, number: int, sealed: bytes) -> None:
        """Put the newest list in the place of the one before."""
        self._write(self.path / _AFTERWARDS / f"{number:06}", sealed)
        self.settle()

    def afterwards(self, number: int) -> bytes:
        """What `write_afterwards` was given last."""
        return self._read(self.path / _AFTERWARDS / f"{number:06}")

    def drop(self, number: int) -> None:
        """Take a copy away; its pieces go with the next sweep."""
        for path in (self._copy(number), self._copy(number).with_suffix(".list")):
            path.unlink(missing_ok=True)
        (self.path / _AFTERWARDS / f"{number:06}").unlink(missing_ok=True)

    def sweep(self) -> int:
        """Delete what belongs to no copy, such as what a killed run left behind; how many pieces went."""
        copies = self.copies()
        held = {name for number in copies for name in self.listed(number)}
        gone = 0
        for path in (self.path / _PIECES).glob("*/*"):
            if path.suffix == _DRAFT or path.parent.name + path.name not in held:
                path.unlink()
                gone += 1
        # Another process may be writing the newest list.
        with self.turn("afterwards.lock"):
            for path in (*(self.path / _COPIES).iterdir(), *(self.path / _AFTERWARDS).iterdir()):
                if path.suffix == _DRAFT or int(path.stem) not in copies:
                    path.unlink()
        return gone

    def settle(self) -> None:
        """Have the names of what was written on the disk too."""
        for folder in sorted(self._unsettled):
            disk.settle(folder)
        self._unsettled.clear()

    def _piece(self, name: str) -> Path:
        if len(name) != 40 or not name.isalnum():
            raise InvalidError("{name} names no piece of a backup.", name=repr(name[:80]))
        return self.path / _PIECES / name[:2] / name[2:]

    def _copy(self, number: int) -> Path:
        return self.path / _COPIES / f"{number:06}"

    def _write(self, path: Path, content: bytes) -> None:
        draft = path.with_name(path.name + _DRAFT)
        try:
            with open(draft, "wb", opener=_private) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise UnavailableError(
                "The folder {folder} cannot be written ({why}); is the disk full? The copies in it are whole.",
                folder=str(self.path),
                why=os.strerror(error.errno or 0),
            ) from None
        self._unsettled.add(path.parent)

    def _read(self, path: Path) -> bytes:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            raise NotThereError("The file {path} of the backup is missing.", path=str(path)) from None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC, 0o600)
