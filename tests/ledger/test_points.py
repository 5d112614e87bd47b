"""Keys and signatures that two verifiers could judge differently are refused before one is asked."""

import base64
from hashlib import sha256, sha512

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ninefold.errors import InvalidError, RefusedError
from ninefold.ledger.cosignatures import CosignatureVerifier, Cosigner
from ninefold.ledger.keys import Signer, Verifier
from ninefold.ledger.notes import Signature, open_note, sign_note, write_note
from ninefold.ledger.points import require_key, require_signature
from ninefold.ledger.quorum import read_policy

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
ALICE = Signer("example.org/alice", bytes(range(32)))
TEXT = "Peace talks begin at nine.\n"
HONEST = ALICE.sign(TEXT.encode())

# The eight points of small order and every second spelling of them: y or y + p, either sign.
SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
]
SECOND_SPELLINGS = [(y | sign << 255).to_bytes(32, "little").hex() for y in range(P, 2**255) for sign in (0, 1)]


def y_of(number):
    return number.to_bytes(32, "little")


def vkey(name, algorithm, public):
    data = bytes([algorithm]) + public
    key_id = sha256(name.encode() + b"\n" + data).digest()[:4].hex()
    return f"{name}+{key_id}+{base64.b64encode(data).decode()}"


@pytest.mark.parametrize("public", sorted({*SMALL_ORDER, *SECOND_SPELLINGS}))
def test_a_weak_key_is_refused_wherever_one_is_read(public):
    weak = bytes.fromhex(public)
    for read in (
        lambda: require_key(weak, "a"),
        lambda: Verifier("a", weak),
        lambda: Verifier.parse(vkey("a", 1, weak)),
        lambda: CosignatureVerifier("a", 4, weak),
        lambda: open_note(sign_note(TEXT, ALICE), vkey("a", 4, weak)),
        lambda: read_policy(f"log {vkey('a', 1, weak)}\nquorum none\n".encode()),
        lambda: read_policy(f"witness w {vkey('a', 4, weak)}\nquorum none\n".encode()),
    ):
        with pytest.raises(InvalidError, match="weak"):
            read()


def test_a_weak_key_would_have_verified_what_nobody_signed():
    """Why they are refused: under the neutral point any text has this signature, and no private key is needed."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    neutral = bytes.fromhex(SMALL_ORDER[0])
    Ed25519PublicKey.from_public_bytes(neutral).verify(neutral + bytes(32), b"anything")


# Half of all numbers are the y of no point (RFC 8032, section 5.1.3, step 3).
NO_POINTS = [2, 7, 8, 11, 13]


@pytest.mark.parametrize("y", NO_POINTS)
def test_what_is_no_point_of_the_curve_is_no_key(y):
    with pytest.raises(InvalidError, match="no point of the curve"):
        require_key(y_of(y), "a")


@pytest.mark.parametrize("y", [3, 4, 5, 6, 9, 10])
def test_what_is_one_is_taken(y):
    require_key(y_of(y), "a")


@pytest.mark.parametrize("public", [b"", bytes(31), bytes(33), None, "a" * 32, bytearray(32)])
def test_what_is_not_32_bytes_is_no_key(public):
    with pytest.raises(InvalidError, match="32 bytes"):
        require_key(public, "a")


@given(st.binary(min_size=32, max_size=32))
def test_every_honest_key_and_signature_is_taken(seed):
    key = Ed25519PrivateKey.from_private_bytes(seed)
    require_key(key.public_key().public_bytes_raw(), "a")
    require_signature(key.sign(seed), "a")


@pytest.mark.parametrize(
    "signature",
    [
        HONEST[:32] + y_of(int.from_bytes(HONEST[32:], "little") + ORDER),
        HONEST[:32] + y_of(ORDER),
        HONEST[:32] + b"\xff" * 32,
        *(bytes.fromhex(point) + HONEST[32:] for point in SMALL_ORDER),
        *(bytes.fromhex(point) + HONEST[32:] for point in SECOND_SPELLINGS[:6]),
        HONEST + b"\0",
        HONEST[:-1],
        b"",
    ],
    ids=lambda signature: signature.hex()[:8] + "…" + signature.hex()[-8:],
)
def test_a_signature_in_a_second_form_is_refused(signature):
    note = write_note(TEXT, [Signature(ALICE.name, ALICE.verifier.key_id, signature or b"\0")])
    with pytest.raises(RefusedError, match=r"signature of example\.org/alice does not match"):
        open_note(note, str(ALICE.verifier))


def test_a_signature_whose_first_half_is_of_small_order_is_refused_though_it_verifies():
    """The holder of a key can make one (r = 0); libraries answer differently, so it is never an answer here."""
    scalar = int.from_bytes(sha512(ALICE.private).digest()[:32], "little")
    scalar = scalar & (1 << 254) - 8 | 1 << 254
    neutral = bytes.fromhex(SMALL_ORDER[0])
    challenge = int.from_bytes(sha512(neutral + ALICE.verifier.public + TEXT.encode()).digest(), "little")
    crafted = neutral + y_of(challenge * scalar % ORDER)
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    Ed25519PublicKey.from_public_bytes(ALICE.verifier.public).verify(crafted, TEXT.encode())
    with pytest.raises(RefusedError, match="not in its one form"):
        ALICE.verifier.verify(TEXT.encode(), crafted)


def test_a_cosignature_is_held_to_the_same_forms():
    witness = Cosigner("example.org/w", 4, bytes(range(32)))
    text = "example.org/log\n1\n" + base64.b64encode(bytes(32)).decode() + "\n"
    honest = witness.sign(text.encode(), time=1)
    witness.verifier.verify(text.encode(), honest)
    again = honest[:40] + y_of(int.from_bytes(honest[40:], "little") + ORDER)
    with pytest.raises(RefusedError, match="not in its one form"):
        witness.verifier.verify(text.encode(), again)
