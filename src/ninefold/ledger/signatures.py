"""What a person signs of an act, with a key that only he holds, and how anybody checks it. Bytes in, bytes out.

    statement   "ninefold act v1" ‖ 00 ‖ SHA-256(canonical envelope without its member `signature`)
    possession  "ninefold key v1" ‖ 00 ‖ the challenge that a node drew for a new key

The envelope binds everything: who, what, about which record, when, and the body by its keyed digest. The signature is
put into the envelope, so that it lies under the leaf and nobody can take it away or put another in its place.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ninefold.errors import InvalidError, RefusedError
from ninefold.ledger import passkeys, points
from ninefold.ledger.canonical import canonical_json, read_canonical
from ninefold.ledger.hexadecimal import read_hex

ED25519, PASSKEY = "ed25519", "passkey"
_STATEMENT = b"ninefold act v1\x00"
_POSSESSION = b"ninefold key v1\x00"
_MEMBER = "signature"
_LONGEST = {"value": 1_024, "client_data": 4_096, "authenticator_data": 4_096}
_PARTS = {ED25519: ("value",), PASSKEY: ("value", "client_data", "authenticator_data")}


def statement_of(envelope: bytes) -> bytes:
    """What is signed of an envelope that bears no signature yet."""
    return _STATEMENT + sha256(envelope).digest()


def possession_statement(challenge: bytes) -> bytes:
    """What a new key signs. It begins otherwise than an act, so that neither passes for the other."""
    return _POSSESSION + challenge


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key: 32 bytes of Ed25519, or the DER of a passkey's key with the site `rp` that it was made for."""

    kind: str
    public: bytes
    rp: str = ""

    def __post_init__(self) -> None:
        if self.kind == ED25519:
            points.require_key(self.public, "a person")
            if self.rp:
                raise InvalidError("Only a passkey belongs to a site.")
        elif self.kind == PASSKEY:
            passkeys.require_key(self.public)
            passkeys.require_name(self.rp)
        else:
            raise InvalidError("{kind} is no kind of signing key.", kind=repr(self.kind[:40]))

    def verify(self, statement: bytes, signature: "Signature") -> None:
        """Raise `RefusedError` unless this key signed the statement."""
        if signature.kind != self.kind:
            raise RefusedError("The signature is of another kind than the key.")
        if self.kind == PASSKEY:
            passkeys.verify_assertion(
                statement,
                signature.value,
                key=self.public,
                rp=self.rp,
                client_data=signature.client_data,
                authenticator_data=signature.authenticator_data,
            )
            return
        points.require_signature(signature.value, "a person")
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature.value, statement)
        except InvalidSignature:
            raise RefusedError("The signature does not match what was signed.") from None


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as it stands in an envelope. `key` is the commitment (hex) of the entry that lists the key."""

    key: str
    kind: str
    value: bytes
    client_data: bytes = b""
    authenticator_data: bytes = b""

    def member(self) -> dict[str, str]:
        """The JSON value; bytes as hexadecimal digits in lower case."""
        return {"key": self.key, "kind": self.kind} | {part: getattr(self, part).hex() for part in _PARTS[self.kind]}


def signature_from(value: object) -> Signature:
    """The signature in a JSON value; `InvalidError` for anything more, less or in another spelling."""
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise InvalidError("A signature is an object of texts: key, kind and value.")
    parts = _PARTS.get(value.get("kind", ""))
    if parts is None or value.keys() != {"key", "kind", *parts}:
        raise InvalidError("A signature has the members of its kind, ed25519 or passkey, and no others.")
    key = read_hex(value["key"], "the key of a signature", length=32).hex()
    return Signature(key, value["kind"], **{part: _part(value[part], part) for part in parts})


def signed(envelope: bytes, signature: Signature) -> bytes:
    """The envelope with its signature."""
    return canonical_json({**_object(envelope), _MEMBER: signature.member()})


def taken_apart(envelope: bytes) -> tuple[bytes, Signature | None]:
    """The envelope as it was signed, and its signature if it bears one."""
    members = _object(envelope)
    if _MEMBER not in members:
        return envelope, None
    signature = signature_from(members.pop(_MEMBER))
    return canonical_json(members), signature


def _part(text: str, part: str) -> bytes:
    if len(text) > 2 * _LONGEST[part]:
        raise InvalidError("The {part} of a signature is too long.", part=part)
    return read_hex(text, f"the {part} of a signature")


def _object(envelope: bytes) -> dict[str, Any]:
    value = read_canonical(envelope)
    if not isinstance(value, dict):
        raise InvalidError("The {what} of an entry is a JSON object.", what="envelope")
    return value
