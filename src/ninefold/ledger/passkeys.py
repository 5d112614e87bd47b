"""Passkeys as signing keys (W3C Web Authentication, level 3): what an authenticator signs, and the keys it signs with.

A key is kept as SubjectPublicKeyInfo in DER, so that a verifier needs no CBOR: on P-256 (ES256), Ed25519 (EdDSA) or RSA
of 2,048 bits and more (RS256). Where the standard leaves a choice, the stricter side is taken: two honest verifiers
must never disagree.
"""

import base64
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from ninefold.errors import InvalidError, RefusedError
from ninefold.ledger import points

PublicKey = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey
LONGEST_KEY = 1_024  # bytes; of RSA with 4,096 bits there are 550
_PRESENT, _VERIFIED, _ATTESTED, _EXTENDED = 0x01, 0x04, 0x40, 0x80
_HEAD = 37  # bytes: the hash of the name, the flags, a counter
_EXPONENT = 65_537
# A browser offers passkeys on secure pages only, which besides https are those of the machine itself.
_ORIGIN = re.compile(
    r"(https?)://((?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(?::[0-9]{1,5})?"
)
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_NO_KEY = "This passkey has a key of a kind that does not sign here; use one with ES256, EdDSA or RS256."


def key_from_cose(cose: Mapping[int, Any]) -> bytes:
    """The DER of a key as an authenticator gives it (RFC 9053); `InvalidError` for other kinds and other members."""
    match dict(cose):
        case {1: 2, 3: -7, -1: 1, -2: bytes(x), -3: bytes(y), **rest} if len(x) == len(y) == 32 and not rest:
            key = _on_curve(b"\x04" + x + y)
        case {1: 1, 3: -8, -1: 6, -2: bytes(x), **rest} if len(x) == 32 and not rest:
            key = _edwards(x)
        case {1: 3, 3: -257, -1: bytes(n), -2: bytes(e), **rest} if not rest:
            key = _rsa(int.from_bytes(n, "big"), int.from_bytes(e, "big"))
        case _:
            raise InvalidError(_NO_KEY)
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    require_key(der)
    return der


def require_key(der: bytes) -> None:
    """Raise `InvalidError` unless these bytes are the one form of a key that may sign here."""
    _read_key(der)


def require_name(rp: str) -> None:
    """Raise `InvalidError` unless this names a site (a relying party's id): a host in small letters."""
    if len(rp) > 253 or not _HOST.fullmatch(rp):
        raise InvalidError("{name} is not the name of a site that passkeys are made for.", name=repr(rp[:80]))


def challenge_of(statement: bytes) -> str:
    """What the browser hands to the authenticator as its challenge, as it stands in the client data."""
    return base64.urlsafe_b64encode(sha256(statement).digest()).decode().rstrip("=")


def verify_assertion(
    statement: bytes, signature: bytes, *, key: bytes, rp: str, client_data: bytes, authenticator_data: bytes
) -> None:
    """Raise `RefusedError` unless the passkey, used on this site by its owner in person, signed the statement."""
    _require_client_data(client_data, challenge_of(statement), rp)
    _require_authenticator_data(authenticator_data, rp)
    signed = authenticator_data + sha256(client_data).digest()
    try:
        _verify(_read_key(key), signature, signed)
    except InvalidSignature:
        raise RefusedError("The signature of the passkey does not match what was signed.") from None


def _require_client_data(client_data: bytes, challenge: str, rp: str) -> None:
    said = _read_client_data(client_data)
    if said.get("type") != "webauthn.get":
        raise RefusedError("The passkey was used for something else than signing.")
    if said.get("challenge") != challenge:
        raise RefusedError("The passkey signed something else.")
    if said.get("crossOrigin", False) is not False or "topOrigin" in said:
        raise RefusedError("The passkey was used inside a page of another site.")
    origin = said.get("origin")
    found = _ORIGIN.fullmatch(origin) if isinstance(origin, str) else None
    if found is None or not (found[2] == rp or found[2].endswith(f".{rp}")):
        raise RefusedError("The passkey was used on another site than {name}.", name=rp)
    if found[1] == "http" and found[2].rpartition(".")[2] != "localhost":
        raise RefusedError("The passkey was used on a page that anybody on the way could change.")


def _read_client_data(client_data: bytes) -> dict[str, Any]:
    """The members; the same name twice would let two readers see two things."""
    try:
        said = json.loads(client_data.decode(), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise RefusedError("What the browser says of the passkey's use cannot be read.")
    return said


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) != len(pairs):
        raise ValueError
    return said


def _require_authenticator_data(data: bytes, rp: str) -> None:
    if len(data) < _HEAD or data[:32] != sha256(rp.encode()).digest():
        raise RefusedError("The passkey was used on another site than {name}.", name=rp)
    flags = data[32]
    if not flags & _PRESENT or not flags & _VERIFIED:
        raise RefusedError("The passkey did not ask for its owner (a finger, a face or a code), so anybody could sign.")
    if flags & _ATTESTED or (len(data) > _HEAD) != bool(flags & _EXTENDED):
        raise RefusedError("What the passkey says of its use is in another form than for signing.")


def _verify(key: PublicKey, signature: bytes, signed: bytes) -> None:
    match key:
        case ed25519.Ed25519PublicKey():
            points.require_signature(signature, "a passkey")
            key.verify(signature, signed)
        case ec.EllipticCurvePublicKey():
            _require_der(signature)
            key.verify(signature, signed, ec.ECDSA(SHA256()))
        case _:
            key.verify(signature, signed, padding.PKCS1v15(), SHA256())


def _require_der(signature: bytes) -> None:
    try:
        whole = utils.encode_dss_signature(*utils.decode_dss_signature(signature)) == signature
    except ValueError:
        whole = False
    if not whole:
        raise RefusedError("The signature of the passkey is not in its one form.")


@lru_cache(maxsize=1_024)
def _read_key(der: bytes) -> PublicKey:
    try:
        key = load_der_public_key(der) if len(der) <= LONGEST_KEY else None
    except (ValueError, UnsupportedAlgorithm):
        key = None
    match key:
        case ed25519.Ed25519PublicKey():
            points.require_key(key.public_bytes_raw(), "a passkey")
        case ec.EllipticCurvePublicKey(curve=ec.SECP256R1()):
            pass
        case rsa.RSAPublicKey(key_size=bits) if 2_048 <= bits <= 4_096 and key.public_numbers().e == _EXPONENT:
            pass
        case _:
            raise InvalidError(_NO_KEY)
    if key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != der:
        raise InvalidError(_NO_KEY)
    return key


def _on_curve(point: bytes) -> PublicKey:
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        raise InvalidError(_NO_KEY) from None


def _edwards(public: bytes) -> PublicKey:
    points.require_key(public, "a passkey")
    return ed25519.Ed25519PublicKey.from_public_bytes(public)


def _rsa(modulus: int, exponent: int) -> PublicKey:
    try:
        return rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError:
        raise InvalidError(_NO_KEY) from None
