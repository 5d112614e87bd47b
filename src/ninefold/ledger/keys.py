"""The keys that sign notes, under their names (C2SP signed-note): to hand on, and to keep in a file.

A public key is written `name+hash+key`, a private one `PRIVATE+KEY+name+hash+key`. The hash, four bytes, lets a
reader tell a slip from a key; it is no fingerprint to trust by.
"""

import base64
import binascii
import os
import re
import stat
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ninefold.errors import ConflictError, InvalidError, NotThereError, RefusedError

ED25519 = 1
_LONGEST_NAME = 255
_LONGEST_KEY = 600
_SECRET = "PRIVATE+KEY+"  # noqa: S105 (the public prefix of a key's text)
_NAME = re.compile(r"[^\x00-\x20+\ud800-\udfff]+")

# Points of small order would verify signatures that nobody made (RFC 8032 leaves it open): their y coordinates.
_P = 2**255 - 19
_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER = {0, 1, _P - 1, _ORDER_8, _P - _ORDER_8}


@dataclass(frozen=True)
class Verifier:
    """A public key with its name. `str()` is the text that people hand on.

    Only Ed25519 (type 1) is built. Another type, such as a witness's cosignature, will be another class with the
    same `name`, `key_id` and `verify`.
    """

    name: str
    public: bytes

    def __post_init__(self) -> None:
        require_name(self.name)
        if type(self.public) is not bytes or len(self.public) != 32:
            raise InvalidError("An Ed25519 key must be 32 bytes.")
        y = int.from_bytes(self.public, "little") & (2**255 - 1)
        if y >= _P or y in _SMALL_ORDER:
            raise InvalidError("The key of {name} is a weak one, under which anybody could sign.", name=self.name)

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """The verifier of a key text; `InvalidError` unless every part of it is in its one form."""
        name, algorithm, public = _read_key(vkey)
        if algorithm != ED25519:
            raise InvalidError("Keys of type {algorithm} are not known here; use Ed25519.", algorithm=algorithm)
        verifier = cls(name, public)
        if str(verifier) != vkey:
            raise InvalidError("The key of {name} does not match its own hash; copy it again.", name=name)
        return verifier

    @cached_property
    def key_id(self) -> bytes:
        """Four bytes that, with the name, say which key signed."""
        return _key_id(self.name, self.public)

    def verify(self, text: bytes, signature: bytes) -> None:
        """Raise `RefusedError` unless this key signed the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except InvalidSignature:
            raise RefusedError("The signature of {name} does not match the text.", name=self.name) from None

    def __str__(self) -> str:
        return _write_key(self.name, self.key_id, self.public)


@dataclass(frozen=True)
class Signer:
    """A private key with its name."""

    name: str
    private: bytes = field(repr=False)

    def __post_init__(self) -> None:
        require_name(self.name)
        if type(self.private) is not bytes or len(self.private) != 32:
            raise InvalidError("A private Ed25519 key must be 32 bytes.")

    @classmethod
    def generate(cls, name: str) -> Self:
        """A new key of this name."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, secret: str) -> Self:
        """The signer of a private key text."""
        if not secret.startswith(_SECRET):
            raise InvalidError("This is not a private key; it would begin with {prefix}.", prefix=_SECRET)
        name, algorithm, private = _read_key(secret.removeprefix(_SECRET))
        signer = cls(name, private)
        if algorithm != ED25519 or signer.secret() != secret:
            raise InvalidError("The private key of {name} is damaged; take it from its backup.", name=name)
        return signer

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """The key in a file that nobody but its owner may read (mode 0600)."""
        try:
            # Not blocking: somebody may have put a pipe in its place.
            handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError:
            raise NotThereError("There is no key file {path} that you may read.", path=path) from None
        with os.fdopen(handle, "rb") as file:
            mode = os.fstat(handle).st_mode
            if not stat.S_ISREG(mode):
                raise InvalidError("{path} is no file.", path=path)
            if mode & 0o077:
                raise RefusedError("Others may read the key file {path}: run chmod 600 on it.", path=path)
            text = file.read(_LONGEST_KEY)
        try:
            return cls.parse(text.decode().removesuffix("\n"))
        except UnicodeDecodeError:
            raise InvalidError("The file {path} holds no key.", path=path) from None

    def to_file(self, path: Path) -> None:
        """Write the key to a new file of mode 0600, whole or not at all; `ConflictError` if there is one already."""
        draft = path.with_name(f".{path.name}.{token_hex(8)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(f"{self.secret()}\n")
                file.flush()
                os.fsync(handle)
            os.link(draft, path)  # unlike a rename, a link never replaces a key that is in use
        except FileExistsError:
            raise ConflictError("There is already a key file {path}; it was left as it is.", path=path) from None
        finally:
            draft.unlink()
        _settle(path.parent)

    @cached_property
    def verifier(self) -> Verifier:
        """The public half, to hand on."""
        return Verifier(self.name, self._key.public_key().public_bytes_raw())

    def secret(self) -> str:
        """The text of the private key."""
        return _SECRET + _write_key(self.name, self.verifier.key_id, self.private)

    def sign(self, text: bytes) -> bytes:
        """The 64-byte signature of this key over the text."""
        return self._key.sign(text)

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.private)


def require_name(name: str) -> None:
    """Raise `InvalidError` unless this can name a key: text without spaces, plus signs or control characters."""
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME or any(sign.isspace() for sign in name):
        raise InvalidError("{name} cannot name a key: no spaces, no plus sign.", name=repr(name[:80]))


def read_base64(text: str) -> bytes:
    """The bytes of a text in standard base64 (RFC 4648, section 4), in its one form: padded, no stray bits."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not data or base64.b64encode(data).decode() != text:
        raise InvalidError("{given} is not standard base64.", given=repr(text[:80]))
    return data


def _key_id(name: str, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + bytes([ED25519]) + public).digest()[:4]


def _read_key(text: str) -> tuple[str, int, bytes]:
    parts = text.split("+", 2)
    if len(text) > _LONGEST_KEY or len(parts) != 3:
        raise InvalidError("{given} is not a key; a key is written name+hash+base64.", given=repr(text[:80]))
    data = read_base64(parts[2])
    return parts[0], data[0], data[1:]


def _write_key(name: str, key_id: bytes, key: bytes) -> str:
    return f"{name}+{key_id.hex()}+{base64.b64encode(bytes([ED25519]) + key).decode()}"


def _settle(folder: Path) -> None:
    """Have the folder's list of files on the disk before anybody relies on it."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
