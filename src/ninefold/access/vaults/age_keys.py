"""A person's age key: the identity that he keeps, and the recipient that he hands on (X25519).

An identity stands in a file of mode 0600, as `age-keygen` writes it: one line, comments allowed.
"""

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from secrets import token_bytes
from typing import Self

from ninefold.access.vaults import bech32
from ninefold.disk import read_private, write_private
from ninefold.errors import InvalidError, RefusedError
from ninefold.sealing import age

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
        lines = [line.strip() for line in _written(path).splitlines()]
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
        return age.recipient_of(self.text())

    def decrypt(self, sealed: bytes) -> bytes:
        """What an age file (armored or not) holds; `RefusedError` if it is not for this key, or damaged."""
        try:
            return age.unseal(sealed, [self.text()])
        except RefusedError:
            raise RefusedError("This is not encrypted to this key, or it is damaged.") from None


def require_recipient(text: str) -> str:
    """The recipient `age1…` (X25519) itself, or `InvalidError`: other kinds would not open in a browser."""
    if len(bech32.decode(_RECIPIENT, text)) != SIZE:
        raise InvalidError("A recipient is an age key of the kind X25519: age1 and 58 letters or digits.")
    return text


def encrypt(content: bytes, recipient: str, *, armored: bool = False) -> bytes:
    """An age file to one recipient."""
    require_recipient(recipient)
    try:
        return age.seal(content, [recipient], armored=armored)
    except InvalidError:
        raise InvalidError("Nothing can be encrypted to the key {key}; ask for another.", key=recipient) from None


def shred(path: Path) -> None:
    """Overwrite a key's file once and delete it. Copies, backups and worn cells of a disk are beyond any program."""
    read_private(path, 1)
    with path.open("r+b") as file:
        file.write(token_bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def _written(path: Path) -> str:
    content = read_private(path, _LONGEST_FILE + 1)
    try:
        return content.decode("ascii") if len(content) <= _LONGEST_FILE else ""
    except UnicodeDecodeError:
        raise InvalidError("The file {path} holds no age identity.", path=str(path)) from None
