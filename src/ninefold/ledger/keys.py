"""The keys that sign notes, under their names (C2SP signed-note): to hand on, and to keep in a file.

A public key is written `name+hash+key`, a private one `PRIVATE+KEY+name+hash+key`. The hash, four bytes, lets a
reader tell a slip from a key; it is no fingerprint to trust by.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, Protocol, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ninefold.errors import InvalidError, RefusedError
from ninefold.ledger.key_files import read_secret, write_secret
from ninefold.ledger.points import require_key, require_signature

ED25519 = 1
_LONGEST_NAME = 255
_LONGEST_ED25519 = 600
# The public key of ML-DSA-44 has 1,312 bytes.
_LONGEST_KEY = 3_000
_SECRET = "PRIVATE+KEY+"  # noqa: S105 (the public prefix of a key's text)
_NAME = re.compile(r"[^\x00-\x20+\ud800-\udfff]+")


class NoteVerifier(Protocol):
    """A public key of any kind that can have signed a note. `str()` is the text that people hand on."""

    @property
    def name(self) -> str:
        """The name of the key."""

    @property
    def public(self) -> bytes:
        """The public key itself, without its type."""

    @property
    def key_id(self) -> bytes:
        """Four bytes that, with the name, say which key signed."""

    def verify(self, text: bytes, signature: bytes) -> None:
        """Raise `RefusedError` unless this key signed the text."""

    def binds(self, text: bytes) -> bool:
        """Whether a signature of this key covers every byte of the text."""


@dataclass(frozen=True)
class Verifier:
    """The public Ed25519 key (type 1) of a log or a person. Keys of witnesses are in `cosignatures`."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        require_name(self.name)
        require_key(self.public, self.name)

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """The verifier of a key text; `InvalidError` unless every part of it is in its one form."""
        key = read_key(vkey, longest=_LONGEST_ED25519)
        if key.algorithm != ED25519:
            raise InvalidError("Keys of type {algorithm} are not known here; use Ed25519.", algorithm=key.algorithm)
        return cls(key.name, key.material)

    @cached_property
    def key_id(self) -> bytes:
        """Four bytes that, with the name, say which key signed."""
        return key_id(self.name, ED25519, self.public)

    def verify(self, text: bytes, signature: bytes) -> None:
        """Raise `RefusedError` unless this key signed the text."""
        verify_ed25519(self.public, signature, text, name=self.name)

    def binds(self, text: bytes) -> bool:
        """A plain signature covers the whole text."""
        return True

    def __str__(self) -> str:
        return write_key(self.name, ED25519, self.public)


@dataclass(frozen=True)
class Signer:
    """The private Ed25519 key of a log or a person, with its name."""

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
        key = read_private_key(secret)
        signer = cls(key.name, key.material)
        if key.algorithm != ED25519 or signer.secret() != secret:
            raise InvalidError("The private key of {name} is damaged; take it from its backup.", name=key.name)
        return signer

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """The key in a file that nobody but its owner may read (mode 0600)."""
        return cls.parse(read_secret(path))

    def to_file(self, path: Path) -> None:
        """Write the key to a new file of mode 0600, whole or not at all; `ConflictError` if there is one already."""
        write_secret(path, self.secret())

    @cached_property
    def verifier(self) -> Verifier:
        """The public half, to hand on."""
        return Verifier(self.name, self._key.public_key().public_bytes_raw())

    def secret(self) -> str:
        """The text of the private key."""
        return write_private_key(self.verifier.key_id, KeyText(self.name, ED25519, self.private))

    def sign(self, text: bytes) -> bytes:
        """The 64-byte signature of this key over the text."""
        return self._key.sign(text)

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.private)


def verify_ed25519(public: bytes, signature: bytes, message: bytes, *, name: str) -> None:
    """Raise `RefusedError` unless a key that `require_key` took made this signature. `name` is for the sentence."""
    require_signature(signature, name)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        raise RefusedError("The signature of {name} does not match the text.", name=name) from None


# ---- How keys are written


class KeyText(NamedTuple):
    """What the text of a key says: name, type (the first byte), and the public or private key itself."""

    name: str
    algorithm: int
    material: bytes


def key_id(name: str, algorithm: int, public: bytes) -> bytes:
    """Four bytes that, with the name, say which key signed (C2SP signed-note)."""
    return sha256(name.encode() + b"\n" + bytes([algorithm]) + public).digest()[:4]


def read_key(vkey: str, *, longest: int = _LONGEST_KEY) -> KeyText:
    """The parts of a public key's text, `name+id+key`, in its only spelling."""
    key = _split(vkey, longest)
    if write_key(*key) != vkey:
        raise InvalidError("The key of {name} does not match its own hash; copy it again.", name=key.name)
    return key


def write_key(name: str, algorithm: int, public: bytes) -> str:
    """The text of a public key."""
    return _join(key_id(name, algorithm, public), KeyText(name, algorithm, public))


def read_private_key(secret: str) -> KeyText:
    """The parts of a private key's text; that its id is the one of its public half is for the caller to see."""
    if not secret.startswith(_SECRET):
        raise InvalidError("This is not a private key; it would begin with {prefix}.", prefix=_SECRET)
    return _split(secret.removeprefix(_SECRET), _LONGEST_ED25519)


def write_private_key(public_id: bytes, key: KeyText) -> str:
    """The text of a private key, under the id of its public half."""
    return _SECRET + _join(public_id, key)


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


def _split(text: str, longest: int) -> KeyText:
    parts = text.split("+", 2)
    if len(text) > longest or len(parts) != 3:
        raise InvalidError("{given} is not a key; a key is written name+hash+base64.", given=repr(text[:80]))
    data = read_base64(parts[2])
    require_name(parts[0])
    return KeyText(parts[0], data[0], data[1:])


def _join(key_id: bytes, key: KeyText) -> str:
    return f"{key.name}+{key_id.hex()}+{base64.b64encode(bytes([key.algorithm]) + key.material).decode()}"
