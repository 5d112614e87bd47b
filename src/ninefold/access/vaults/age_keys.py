"""A person's age key: the identity that he keeps, and the recipient that he hands on (X25519).

An identity stands in a file of mode 0600, as `age-keygen` writes it: one line, comments allowed.
"""

import os
import stat
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from secrets import token_bytes, token_hex
from typing import Self

import pyrage

from ninefold.access.vaults import bech32
from ninefold.errors import ConflictError, InvalidError, NotThereError, RefusedError

SIZE = 32
_RECIPIENT, _IDENTITY = "age", "age-secret-key-"
_LONGEST_FILE = 10_000


@dataclass(frozen=True)
class Identity:
    """The secret half: 32 bytes. It is never printed by accident."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if type(self.secret) is not bytes or len(self.secret) != SIZE:
            raise InvalidError("An age identity must be 32 bytes.")

    @classmethod
    def new(cls) -> Self:
        """A fresh one."""
        return cls(token_bytes(SIZE))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `AGE-SECRET-KEY-1…`; anything else raises `InvalidError`, which never repeats the text."""
        if text != text.upper():
            raise InvalidError("An age identity is written in capitals: AGE-SECRET-KEY-1…")
        return cls(bech32.decode(_IDENTITY, text.lower()))

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """The identity in a file that nobody but its owner may read (mode 0600)."""
        lines = [line.strip() for line in _read_private(path).splitlines()]
        written = [line for line in lines if line and not line.startswith("#")]
        if len(written) != 1:
            raise InvalidError("The file {path} must hold one age identity and nothing else.", path=str(path))
        return cls.parse(written[0])

    def to_file(self, path: Path) -> None:
        """Write it to a new file of mode 0600, whole or not at all."""
        write_private(path, f"# public key: {self.recipient}\n{self.text()}\n".encode())

    def text(self) -> str:
        """The secret itself, as age writes it."""
        return bech32.encode(_IDENTITY, self.secret).upper()

    @cached_property
    def recipient(self) -> str:
        """The public half: `age1…`."""
        return str(self._age.to_public())

    def decrypt(self, sealed: bytes) -> bytes:
        """What an age file (armored or not) holds; `RefusedError` if it is not for this key, or damaged."""
        try:
            return bytes(pyrage.decrypt(sealed, [self._age]))
        except pyrage.DecryptError:
            raise RefusedError("This is not encrypted to this key, or it is damaged.") from None

    @cached_property
    def _age(self) -> pyrage.x25519.Identity:
        return pyrage.x25519.Identity.from_str(self.text())


def require_recipient(text: str) -> str:
    """The recipient `age1…` (X25519) itself, or `InvalidError`: other kinds would not open in a browser."""
    if len(bech32.decode(_RECIPIENT, text)) != SIZE:
        raise InvalidError("A recipient is an age key of the kind X25519: age1 and 58 letters or digits.")
    return text


def encrypt(content: bytes, recipient: str, *, armored: bool = False) -> bytes:
    """An age file to one recipient."""
    try:
        to = pyrage.x25519.Recipient.from_str(require_recipient(recipient))
        return bytes(pyrage.encrypt(content, [to], armored=armored))
    except (pyrage.RecipientError, pyrage.EncryptError):
        raise InvalidError("Nothing can be encrypted to the key {key}; ask for another.", key=recipient) from None


def write_private(path: Path, content: bytes) -> None:
    """A new file of mode 0600, whole or not at all; `ConflictError` if there is one of that name already."""
    draft = path.with_name(f".{path.name}.{token_hex(8)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError:
        raise NotThereError("You cannot write into the folder {folder}.", folder=str(path.parent)) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)
        os.link(draft, path)  # unlike a rename, a link never replaces a file that is there
    except FileExistsError:
        raise ConflictError("There is already a file {path}; it was left as it is.", path=str(path)) from None
    finally:
        draft.unlink()


def shred(path: Path) -> None:
    """Overwrite a key's file once and delete it. Copies, backups and worn cells of a disk are beyond any program."""
    _read_private(path)
    with path.open("r+b") as file:
        file.write(token_bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def _read_private(path: Path) -> str:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        raise NotThereError("There is no key file {path} that you may read.", path=str(path)) from None
    with os.fdopen(handle, "rb") as file:
        mode = os.fstat(handle).st_mode
        if not stat.S_ISREG(mode):
            raise InvalidError("{path} is no file.", path=str(path))
        if mode & 0o077:
            raise RefusedError("Others may read the key file {path}: run chmod 600 on it.", path=str(path))
        content = file.read(_LONGEST_FILE + 1)
    try:
        return content[: _LONGEST_FILE + 1].decode("ascii") if len(content) <= _LONGEST_FILE else ""
    except UnicodeDecodeError:
        raise InvalidError("The file {path} holds no age identity.", path=str(path)) from None
