"""What a witness signs of a log's checkpoint, and when (C2SP tlog-cosignature). Bytes in, bytes out.

A cosignature is a line in the checkpoint's note, of which the part behind the key id is

    8 bytes    the time in whole seconds since 1970, most significant byte first
    64 bytes   an Ed25519 signature (type 4) over two lines, `cosignature/v1` and `time` with the seconds, and the text
    2,420      or an ML-DSA-44 signature (type 6) over a binary message: see `subtree_message`

It says: at that time this was the largest tree of that log which I had seen, and it grew from all that I saw before.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from secrets import token_bytes
from typing import NamedTuple, Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from ninefold.errors import InvalidError, NinefoldError, RefusedError, UnavailableError
from ninefold.ledger.checkpoint_text import Checkpoint, read_checkpoint
from ninefold.ledger.key_files import read_secret, write_secret
from ninefold.ledger.keys import (
    ED25519,
    KeyText,
    NoteVerifier,
    Verifier,
    key_id,
    read_key,
    read_private_key,
    require_name,
    verify_ed25519,
    write_key,
    write_private_key,
)
from ninefold.ledger.points import require_key

ED25519_COSIGNATURE, ML_DSA_44 = 4, 6
_TIME = 8  # bytes
_LATEST = 2**63 - 1
_SEED = 32  # bytes; of either kind
_LONGEST_NAME = 255  # bytes; in the binary message a length takes one


@dataclass(frozen=True)
class CosignatureVerifier:
    """The public key of a witness, with its name and its type (4 or 6)."""

    name: str
    algorithm: int
    public: bytes = field(repr=False)

    def __post_init__(self) -> None:
        require_name(self.name)
        if self.algorithm not in _KINDS:
            raise InvalidError("Keys of type {algorithm} are not those of a witness.", algorithm=self.algorithm)
        if len(self.name.encode()) > _LONGEST_NAME:
            raise InvalidError("{name} cannot name a key: it is too long.", name=repr(self.name[:80]))
        self._kind.require_public(self.public, self.name)

    @cached_property
    def key_id(self) -> bytes:
        """Four bytes that, with the name, say which key signed."""
        return key_id(self.name, self.algorithm, self.public)

    def verify(self, text: bytes, signature: bytes) -> None:
        """Raise `RefusedError` unless this witness cosigned the checkpoint that the text says."""
        if len(signature) != _TIME + self._kind.length:
            raise RefusedError("The signature of {name} does not match the text: its length is wrong.", name=self.name)
        time = cosignature_time(signature)
        if time > _LATEST:
            raise RefusedError("The signature of {name} does not match the text: its time is none.", name=self.name)
        message = self._kind.message(self.name, time, _said(text, self.name), text)
        self._kind.verify(self.public, signature[_TIME:], message, self.name)

    def binds(self, text: bytes) -> bool:
        """ML-DSA-44 cosignatures leave out whatever stands behind the root; those of Ed25519 cover the whole text."""
        return self.algorithm != ML_DSA_44 or not _said(text, self.name).extensions

    def __str__(self) -> str:
        return write_key(self.name, self.algorithm, self.public)

    @property
    def _kind(self) -> "_Kind":
        return _KINDS[self.algorithm]


@dataclass(frozen=True)
class Cosigner:
    """The private key of a witness; `seed` is 32 bytes for either type."""

    name: str
    algorithm: int
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        require_name(self.name)
        if self.algorithm not in _KINDS:
            raise InvalidError("Keys of type {algorithm} are not those of a witness.", algorithm=self.algorithm)
        if type(self.seed) is not bytes or len(self.seed) != _SEED:
            raise InvalidError("The private key of a witness must be 32 bytes.")

    @classmethod
    def generate(cls, name: str, algorithm: int = ED25519_COSIGNATURE) -> Self:
        """A new key of this name."""
        return cls(name, algorithm, token_bytes(_SEED))

    @classmethod
    def parse(cls, secret: str) -> Self:
        """The key of a private key text."""
        key = read_private_key(secret)
        signer = cls(key.name, key.algorithm, key.material)
        if signer.secret() != secret:
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
    def verifier(self) -> CosignatureVerifier:
        """The public half, to hand on."""
        return CosignatureVerifier(self.name, self.algorithm, _KINDS[self.algorithm].public(self.seed))

    def secret(self) -> str:
        """The text of the private key."""
        return write_private_key(self.verifier.key_id, KeyText(self.name, self.algorithm, self.seed))

    def sign(self, text: bytes, *, time: int) -> bytes:
        """The cosignature at `time` (seconds since 1970, not 0) of the checkpoint that the text says."""
        if not 0 < time <= _LATEST:
            raise InvalidError("A witness signs at a time after 1970, not at {time}.", time=time)
        kind = _KINDS[self.algorithm]
        message = kind.message(self.name, time, _said(text, self.name), text)
        return time.to_bytes(_TIME, "big") + kind.sign(self.seed, message)


def cosignature_time(signature: bytes) -> int:
    """When a witness says that it signed: seconds since 1970, or 0 for one that states no time."""
    return int.from_bytes(signature[:_TIME], "big")


def read_verifier(vkey: str) -> NoteVerifier:
    """The verifier of a key text of any kind that is known here: of a log or person (1), or of a witness (4, 6)."""
    if read_key(vkey).algorithm == ED25519:
        return Verifier.parse(vkey)
    return read_witness(vkey)


def read_witness(vkey: str) -> CosignatureVerifier:
    """The verifier of a witness's key text; other kinds are refused."""
    return CosignatureVerifier(*read_key(vkey))


def _said(text: bytes, name: str) -> Checkpoint:
    try:
        return read_checkpoint(text.decode())
    except (UnicodeDecodeError, NinefoldError):
        raise RefusedError(
            "The signature of {name} does not match the text: a witness signs checkpoints, and this is none.",
            name=name,
        ) from None


# ---- The two kinds


class _Kind(NamedTuple):
    """What differs between the types of keys."""

    length: int  # of a signature, in bytes, without the time
    require_public: Callable[[bytes, str], None]
    message: Callable[[str, int, Checkpoint, bytes], bytes]
    verify: Callable[[bytes, bytes, bytes, str], None]
    public: Callable[[bytes], bytes]
    sign: Callable[[bytes, bytes], bytes]


def _lines_message(_name: str, time: int, _checkpoint: Checkpoint, text: bytes) -> bytes:
    return b"cosignature/v1\ntime %d\n" % time + text


def _tree_message(name: str, time: int, checkpoint: Checkpoint, _text: bytes) -> bytes:
    return subtree_message(name, time, checkpoint.origin, start=0, end=checkpoint.size, root=checkpoint.root)


def subtree_message(name: str, time: int, origin: str, *, start: int, end: int, root: bytes) -> bytes:
    """The struct `cosigned_message`: label, witness, time, log, first leaf and end of the tree, its root.

    A checkpoint is the tree from leaf 0 to its size.
    """
    if len(origin.encode()) > _LONGEST_NAME:
        raise RefusedError("The name of the log {origin} is too long to be cosigned.", origin=repr(origin[:80]))
    numbers = [number.to_bytes(8, "big") for number in (time, start, end)]
    return b"".join([b"subtree/v1\n\0", _short(name), numbers[0], _short(origin), *numbers[1:], root])


def _short(text: str) -> bytes:
    return bytes([len(text.encode())]) + text.encode()


def _verify_ed25519(public: bytes, signature: bytes, message: bytes, name: str) -> None:
    verify_ed25519(public, signature, message, name=name)


def _ed25519_public(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def _ed25519_sign(seed: bytes, message: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def _require_ml_dsa_key(public: bytes, name: str) -> None:
    if type(public) is not bytes or len(public) != 1312:
        raise InvalidError("The key of {name} is not an ML-DSA-44 key, which must be 1,312 bytes.", name=name)


def _verify_ml_dsa(public: bytes, signature: bytes, message: bytes, name: str) -> None:
    try:
        MLDSA44PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        raise RefusedError("The signature of {name} does not match the text.", name=name) from None
    except UnsupportedAlgorithm:
        raise _no_ml_dsa() from None


def _ml_dsa_public(seed: bytes) -> bytes:
    return _ml_dsa(seed).public_key().public_bytes_raw()


def _ml_dsa_sign(seed: bytes, message: bytes) -> bytes:
    return _ml_dsa(seed).sign(message)


def _ml_dsa(seed: bytes) -> MLDSA44PrivateKey:
    try:
        return MLDSA44PrivateKey.from_seed_bytes(seed)
    except UnsupportedAlgorithm:
        raise _no_ml_dsa() from None


def _no_ml_dsa() -> UnavailableError:
    return UnavailableError("This machine's cryptography has no ML-DSA-44; use Ed25519 keys, or a newer OpenSSL.")


_KINDS = {
    ED25519_COSIGNATURE: _Kind(64, require_key, _lines_message, _verify_ed25519, _ed25519_public, _ed25519_sign),
    ML_DSA_44: _Kind(2420, _require_ml_dsa_key, _tree_message, _verify_ml_dsa, _ml_dsa_public, _ml_dsa_sign),
}
