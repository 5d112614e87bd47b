"""Signing keys of every kind, held by the test as a person holds his: a file's, and a passkey's in software."""

import json
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ninefold.ledger.passkeys import challenge_of
from ninefold.ledger.signatures import ED25519, PASSKEY, Signature, SigningKey

LISTING = "00" * 32
RP, ORIGIN = "kesh.example", "https://kesh.example"
UP, UV = 0x01, 0x04


class FileKey:
    """An Ed25519 key."""

    def __init__(self):
        self.private = ed25519.Ed25519PrivateKey.generate()
        self.key = SigningKey(ED25519, self.private.public_key().public_bytes_raw())

    def sign(self, statement, listing=LISTING):
        return Signature(listing, ED25519, self.private.sign(statement))


class PassKey:
    """An authenticator in software: `sign` takes lies about where and how it was used."""

    def __init__(self, private=None, rp=RP):
        self.private = private or ec.generate_private_key(ec.SECP256R1())
        der = self.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.rp, self.key = rp, SigningKey(PASSKEY, der, rp)

    def sign(self, statement, listing=LISTING, *, rp=None, flags=UP | UV, after=b"", text=None, **said):
        told = {"type": "webauthn.get", "challenge": challenge_of(statement), "origin": ORIGIN, "crossOrigin": False}
        client_data = json.dumps(told | said, separators=(",", ":")).encode() if text is None else text
        data = sha256((rp or self.rp).encode()).digest() + bytes([flags]) + bytes(4) + after
        return Signature(listing, PASSKEY, self._sign(data + sha256(client_data).digest()), client_data, data)

    def _sign(self, message):
        match self.private:
            case ec.EllipticCurvePrivateKey():
                return self.private.sign(message, ec.ECDSA(SHA256()))
            case rsa.RSAPrivateKey():
                return self.private.sign(message, padding.PKCS1v15(), SHA256())
            case _:
                return self.private.sign(message)


RSA = rsa.generate_private_key(65_537, 2_048)
PASSKEYS = {
    "ES256": PassKey(),
    "EdDSA": PassKey(ed25519.Ed25519PrivateKey.generate()),
    "RS256": PassKey(RSA),
}
