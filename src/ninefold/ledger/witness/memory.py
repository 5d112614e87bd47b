"""What a witness keeps: its key, and of each log the last checkpoint that it cosigned. One folder, one process.

    witness.key     the private key, mode 0600
    lock            held by the process that runs
    logs/HASH       the cosigned note; HASH is the SHA-256 of the log's origin
    evidence/       checkpoints of logs that signed two different trees of one size

A file of `logs` is replaced as a whole and is on the disk before its cosignature leaves the house, so a kill, a power
cut or a full disk can lose an answer, never the memory of one. An old copy put back is lost memory: never do that.
"""

import fcntl
import os
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ninefold.disk import replace_whole
from ninefold.errors import ConflictError, InvalidError, NinefoldError, NotThereError, RefusedError, UnavailableError
from ninefold.ledger.checkpoints import read_checkpoint
from ninefold.ledger.cosignatures import CosignatureVerifier, Cosigner, cosignature_time
from ninefold.ledger.merkle import EMPTY_ROOT, TreeHead
from ninefold.ledger.notes import LONGEST_NOTE, open_note

_KEY = "witness.key"
_MOST_EVIDENCE = 1_000
_NOTHING = TreeHead(0, EMPTY_ROOT)


@dataclass(frozen=True, slots=True)
class Remembered:
    """The last tree of a log that was cosigned, when (seconds since 1970), and the cosigned note; at first none."""

    head: TreeHead = _NOTHING
    time: int = 0
    note: str = ""


class Memory:
    """The folder of one witness, locked as long as this lives."""

    def __init__(self, folder: Path, *, name: str | None = None, algorithm: int | None = None) -> None:
        """Open the folder, or make it with a new key of this name and type. One that is in use is refused."""
        self._folder = folder
        self._known: dict[str, Remembered] = {}
        _require_named(folder, name)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = _locked(folder)
        try:
            self.key = _key(folder, name, algorithm)
        except BaseException:
            self.close()
            raise
        for draft in (folder / "logs").glob(".*"):
            draft.unlink()

    def close(self) -> None:
        """Let another process have the folder."""
        os.close(self._lock)

    def last(self, origin: str) -> Remembered:
        """What was cosigned last of this log. `UnavailableError` when the file is not what this witness wrote."""
        if origin not in self._known:
            self._known[origin] = self._read(origin)
        return self._known[origin]

    def keep(self, origin: str, remembered: Remembered) -> None:
        """Put it on the disk; `UnavailableError`, and nothing kept, where that fails."""
        # Until it is certain which of the two the disk holds, neither is known.
        self._known.pop(origin, None)
        try:
            replace_whole(self._file(origin), remembered.note.encode())
        except OSError as error:
            raise UnavailableError(
                "The witness cannot write to its disk ({why}); nothing was cosigned.", why=error.strerror
            ) from None
        self._known[origin] = remembered

    def keep_evidence(self, note: str) -> Path | None:
        """Keep a signed checkpoint that cannot be true beside another; None where there is no room for it."""
        folder = self._folder / "evidence"
        with suppress(OSError):
            folder.mkdir(exist_ok=True, mode=0o700)
            if sum(1 for _ in folder.iterdir()) < _MOST_EVIDENCE:
                path = folder / sha256(note.encode()).hexdigest()
                replace_whole(path, note.encode())
                return path
        return None

    def _file(self, origin: str) -> Path:
        return self._folder / "logs" / sha256(origin.encode()).hexdigest()

    def _read(self, origin: str) -> Remembered:
        path = self._file(origin)
        try:
            with path.open("rb") as file:
                text = file.read(LONGEST_NOTE + 1)
        except FileNotFoundError:
            return Remembered()
        try:
            note = open_note(text, self.key.verifier)
            checkpoint = read_checkpoint(note.text)
            if checkpoint.origin != origin:
                raise RefusedError("it speaks of another log.")
        except NinefoldError as error:
            raise UnavailableError(
                "The file {path} is not as this witness wrote it ({why}); put it back.", path=path, why=str(error)
            ) from None
        return Remembered(checkpoint.head, cosignature_time(note.signatures[0].signature), text.decode())


def key_of(folder: Path, *, name: str | None = None, algorithm: int | None = None) -> CosignatureVerifier:
    """The public key of the witness of a folder, also while it runs; a new one is made as `Memory` makes it."""
    if (folder / _KEY).exists():
        return Cosigner.from_file(folder / _KEY).verifier
    memory = Memory(folder, name=name, algorithm=algorithm)
    memory.close()
    return memory.key.verifier


def _require_named(folder: Path, name: str | None) -> None:
    if name is None and not (folder / _KEY).exists() and not (folder / "logs").exists():
        raise NotThereError("There is no witness in {folder} yet; give it a name with --name.", folder=folder)


def _locked(folder: Path) -> int:
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise ConflictError("A witness runs on {folder} already; stop it first.", folder=folder) from None
    return handle


def _key(folder: Path, name: str | None, algorithm: int | None) -> Cosigner:
    path, logs = folder / _KEY, folder / "logs"
    if not path.exists():
        return _new_key(path, logs, name, algorithm)
    key = Cosigner.from_file(path)
    if not logs.is_dir():
        raise UnavailableError(
            "The folder {logs} is gone, so the witness no longer knows what it cosigned: put it back, or begin a new "
            "witness with a new key in another folder.",
            logs=logs,
        )
    if name not in (None, key.name) or algorithm not in (None, key.algorithm):
        raise InvalidError(
            "The key {path} belongs to the witness {name}; leave out what differs.", path=path, name=key.name
        )
    return key


def _new_key(path: Path, logs: Path, name: str | None, algorithm: int | None) -> Cosigner:
    if logs.is_dir() and any(logs.iterdir()):
        raise NotThereError("The witness in {folder} has lost its key; put witness.key back.", folder=path.parent)
    if name is None:
        raise InvalidError("Give the new witness in {folder} a name with --name.", folder=path.parent)
    logs.mkdir(exist_ok=True, mode=0o700)
    key = Cosigner.generate(name) if algorithm is None else Cosigner.generate(name, algorithm)
    key.to_file(path)
    return key
