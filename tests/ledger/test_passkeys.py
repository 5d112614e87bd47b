"""The keys of passkeys: three kinds, each in one form; everything else is refused before it is listed."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from signing import PASSKEYS, RSA

from ninefold.errors import InvalidError
from ninefold.ledger.passkeys import key_from_cose, require_name
from ninefold.ledger.signatures import SigningKey

SPKI = Encoding.DER, PublicFormat.SubjectPublicKeyInfo


def number(value, length=None):
    return value.to_bytes(length or (value.bit_length() + 7) // 8, "big")


def cose_ec(private, **changes):
    at = private.public_key().public_numbers()
    return {1: 2, 3: -7, -1: 1, -2: number(at.x, 32), -3: number(at.y, 32)} | changes


EC = PASSKEYS["ES256"].private
ED = PASSKEYS["EdDSA"].private.public_key().public_bytes_raw()
N = RSA.public_key().public_numbers().n
COSE = {
    "ES256": cose_ec(EC),
    "EdDSA": {1: 1, 3: -8, -1: 6, -2: ED},
    "RS256": {1: 3, 3: -257, -1: number(N), -2: number(65_537)},
}


@pytest.mark.parametrize("name", COSE)
def test_the_key_of_an_authenticator_is_read(name):
    assert key_from_cose(COSE[name]) == PASSKEYS[name].key.public


@pytest.mark.parametrize(
    "cose",
    [
        {},
        COSE["ES256"] | {3: -35},
        COSE["ES256"] | {-1: 2},
        COSE["ES256"] | {-3: bytes(32)},
        COSE["ES256"] | {-2: number(2**256 - 1)},
        COSE["ES256"] | {-2: b"\0" + COSE["ES256"][-2]},
        COSE["ES256"] | {4: 1},
        COSE["EdDSA"] | {-2: bytes(32)},
        COSE["EdDSA"] | {-2: ED[:31]},
        COSE["EdDSA"] | {-1: 7},
        COSE["RS256"] | {-2: b"\3"},
        COSE["RS256"] | {-1: number(N >> 1024 | 1)},
        COSE["RS256"] | {3: -37},
    ],
)
def test_another_kind_of_key_is_refused(cose):
    with pytest.raises(InvalidError):
        key_from_cose(cose)


def der(private):
    return private.public_key().public_bytes(*SPKI)


COMPRESSED = der(EC).replace(
    EC.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
    EC.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint),
)


@pytest.mark.parametrize(
    "public",
    [
        b"",
        der(EC)[:-1],
        der(EC) + b"\0",
        COMPRESSED,
        der(ec.generate_private_key(ec.SECP384R1())),
        der(ec.generate_private_key(ec.SECP256K1())),
        der(rsa.generate_private_key(65_537, 1_024)),
        der(rsa.generate_private_key(3, 2_048)),
        der(ed25519.Ed25519PrivateKey.generate())[:-32] + bytes(32),
        b"\x30" * 2_000,
    ],
    ids=lambda public: public.hex()[:40] + str(len(public)),
)
def test_a_key_in_another_form_is_refused(public):
    with pytest.raises(InvalidError):
        SigningKey("passkey", public, "kesh.example")


@pytest.mark.parametrize(
    "rp", ["", "Kesh.example", "kesh..example", "https://kesh.example", "kesh.example:443", "x" * 300]
)
def test_a_name_that_is_no_site_is_refused(rp):
    with pytest.raises(InvalidError):
        require_name(rp)


def test_a_key_in_a_file_belongs_to_no_site():
    with pytest.raises(InvalidError, match="Only a passkey"):
        SigningKey("ed25519", ED, "kesh.example")
    with pytest.raises(InvalidError, match="no kind"):
        SigningKey("rsa", ED)
