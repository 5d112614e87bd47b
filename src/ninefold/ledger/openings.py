"""Commitments to entries, and the openings that undo them. The public tree holds the commitment only.

    body      what the act says; canonical JSON, kept apart, may be erased
    envelope  who, what, about which record, when, under which marking; canonical JSON; its member `body` is the
              digest of the body in lower-case hexadecimal
    leaf      the commitment to the envelope

Body and envelope have each a random key of 32 bytes. Without it nobody can guess an entry and check the guess against
the tree; with it nobody can open a commitment to anything else (HMAC-SHA256, FIPS 198-1, keys of one length).
"""

import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from ninefold.errors import InvalidError, RefusedError
from ninefold.ledger.canonical import LONGEST, canonical_json, read_canonical

# A version in each: what is committed to as a body can never be opened as an entry.
_ENTRY, _BODY = b"ninefold entry v1\x00", b"ninefold body v1\x00"
_BLOCK = 64  # bytes; of SHA-256
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))
_HEX = re.compile(r"[0-9a-f]{64}")
# A body and an envelope as long as `read_canonical` takes them.
LONGEST_OPENING = 2 * LONGEST
_MEMBERS = {"body", "body_key", "entry", "key"}


def new_key() -> bytes:
    """32 random bytes for one entry or one body; never used twice."""
    return secrets.token_bytes(32)


def seal_body(body: bytes, key: bytes) -> bytes:
    """The 32-byte digest of a body, which its envelope carries."""
    return _keyed(key, _BODY + body)


def commit(envelope: bytes, key: bytes) -> bytes:
    """The 32-byte commitment to an envelope: the data of a leaf."""
    return _keyed(key, _ENTRY + envelope)


def _keyed(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA256 as RFC 2104, section 2 writes it. The library's own takes twice as long for so short a message."""
    if len(key) > _BLOCK:
        return hmac.digest(key, message, "sha256")
    padded = key.ljust(_BLOCK, b"\0")
    return sha256(padded.translate(_OUTER) + sha256(padded.translate(_INNER) + message).digest()).digest()


@dataclass(frozen=True, slots=True)
class Opening:
    """What a reader needs to see that a leaf stands for an entry. Without body and its key: erased or withheld.

    Raises `InvalidError` on anything that is not in its one form, `RefusedError` when the body is not the one that
    the envelope binds.
    """

    envelope: bytes
    key: bytes = field(repr=False)
    body: bytes | None = None
    body_key: bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        _require_key(self.key, "entry")
        digest = _object(self.envelope, "envelope").get("body")
        if not isinstance(digest, str) or not _HEX.fullmatch(digest):
            raise InvalidError("The envelope does not carry the digest of its body.")
        if self.body is None and self.body_key is None:
            return
        if self.body is None or self.body_key is None:
            raise InvalidError("A body and its key come together or not at all.")
        _require_key(self.body_key, "body")
        _object(self.body, "body")
        if seal_body(self.body, self.body_key).hex() != digest:
            raise RefusedError("The body is not the one that this entry was written with.")

    def commitment(self) -> bytes:
        """The 32 bytes that stand in the tree, to be hashed as a leaf."""
        return commit(self.envelope, self.key)

    def entry(self) -> dict[str, Any]:
        """The members of the envelope, by name."""
        return _object(self.envelope, "envelope")

    def says(self) -> dict[str, Any] | None:
        """The members of the body, by name; None when it was erased or withheld."""
        return None if self.body is None else _object(self.body, "body")

    def value(self) -> dict[str, Any]:
        """The opening as a JSON value."""
        return {
            "body": self.says(),
            "body_key": self.body_key.hex() if self.body_key else None,
            "entry": self.entry(),
            "key": self.key.hex(),
        }

    def canonical(self) -> bytes:
        """The opening as canonical JSON, as it is published or put into a proof file."""
        return canonical_json(self.value())


def read_opening(text: bytes) -> Opening:
    """The opening that `Opening.canonical` wrote."""
    return opening_from(read_canonical(text, LONGEST_OPENING))


def opening_from(value: object) -> Opening:
    """The opening in a JSON value that came from `read_canonical`."""
    if not isinstance(value, Mapping) or set(value) != _MEMBERS:
        raise InvalidError("An opening has the members body, body_key, entry and key, and no others.")
    return Opening(
        envelope=canonical_json(value["entry"]),
        key=_key(value["key"], "entry"),
        body=None if value["body"] is None else canonical_json(value["body"]),
        body_key=None if value["body_key"] is None else _key(value["body_key"], "body"),
    )


def _object(text: bytes, what: str) -> dict[str, Any]:
    value = read_canonical(text)
    if not isinstance(value, dict):
        raise InvalidError("The {what} of an entry is a JSON object.", what=what)
    return value


def _key(text: object, what: str) -> bytes:
    if not isinstance(text, str) or not _HEX.fullmatch(text):
        raise InvalidError("The key of the {what} must be 64 hexadecimal digits in lower case.", what=what)
    return bytes.fromhex(text)


def _require_key(key: bytes, what: str) -> None:
    if type(key) is not bytes or len(key) != 32:
        raise InvalidError("The key of the {what} must be 32 bytes.", what=what)
