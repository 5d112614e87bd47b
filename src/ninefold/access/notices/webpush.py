"""A message for one browser, that only this browser reads (RFC 8291, with the coding of RFC 8188), and the proof of who
sends it (VAPID, RFC 8292). Bytes in, bytes out. Pure.

Written here because the kept libraries are under the MPL or bring a second way to call out; the vector of RFC 8291,
appendix A, is a test.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ninefold.errors import InvalidError

# Every message fills this many octets before it is encrypted, so that its length does not tell its language.
PADDED = 512
LONGEST_ENDPOINT = 1_000
_RECORD = 4_096
_POINT, _SECRET, _SALT = 65, 16, 16
_PROOF_LASTS = timedelta(hours=12)  # RFC 8292 allows a day


class Subscription(NamedTuple):
    """Where a browser's maker takes messages for it (`endpoint`), its key (`p256dh`, a point) and its secret."""

    endpoint: str
    p256dh: bytes
    auth: bytes


def read_subscription(endpoint: object, keys: object) -> Subscription:
    """What a browser handed over; `InvalidError` where it is no such thing. Where it leads is not looked at here."""
    told = keys if isinstance(keys, Mapping) else {}
    p256dh, auth = (_unpacked(told.get(name)) for name in ("p256dh", "auth"))
    sound = isinstance(endpoint, str) and endpoint.isascii() and endpoint.isprintable() and " " not in endpoint
    if not sound or len(str(endpoint)) > LONGEST_ENDPOINT or len(auth) != _SECRET or not _is_point(p256dh):
        raise InvalidError("This is no subscription of a browser; turn it on again in the browser that is to be told.")
    return Subscription(str(endpoint), p256dh, auth)


def packed(octets: bytes) -> str:
    """Base64url without its padding, as browsers write keys."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def public_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The point of a key, uncompressed: 65 octets."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def encrypt(text: bytes, to: Subscription, *, key: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    """The body of the message (RFC 8291, section 3; one record). `key` and `salt` are fresh for each message."""
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), to.p256dh)
    shared, mine = key.exchange(ec.ECDH(), theirs), public_of(key)
    secret = _drawn(shared, to.auth, b"WebPush: info\x00" + to.p256dh + mine, 32)
    content_key = _drawn(secret, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _drawn(secret, salt, b"Content-Encoding: nonce\x00", 12)
    header = salt + _RECORD.to_bytes(4, "big") + bytes([len(mine)]) + mine
    return header + AESGCM(content_key).encrypt(nonce, text + b"\x02", None)


def padded(text: bytes) -> bytes:
    """The text, filled with spaces to one length for all (JSON may end with them)."""
    if len(text) > PADDED:
        raise InvalidError("A message to a browser has at most {most} octets.", most=PADDED)
    return text.ljust(PADDED)


def proof(endpoint: str, *, contact: str, key: ec.EllipticCurvePrivateKey, now: datetime) -> str:
    """The header `Authorization`: who sends, to whom, until when (RFC 8292, section 3)."""
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int((now + _PROOF_LASTS).timestamp()), "sub": contact}
    return f"vapid t={jwt.encode(claims, key, algorithm='ES256')}, k={packed(public_of(key))}"


def _drawn(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def _unpacked(text: object) -> bytes:
    if not isinstance(text, str) or len(text) > 2 * _POINT:
        return b""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


def _is_point(octets: bytes) -> bool:
    if len(octets) != _POINT:
        return False
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), octets)
    except ValueError:
        return False
    return True
