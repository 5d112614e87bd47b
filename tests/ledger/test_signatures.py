"""What a person signs, and how anybody checks it: every other key, text, place and form is refused."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signing import LISTING, PASSKEYS, UP, UV, FileKey, PassKey

from ninefold.errors import InvalidError, NinefoldError, RefusedError
from ninefold.ledger.canonical import canonical_json
from ninefold.ledger.signatures import Signature, SigningKey, signature_from, signed, statement_of, taken_apart

ENVELOPE = canonical_json({"actor": "access:person:1", "body": "00" * 32, "id": "x", "time": "t", "type": "a.b"})
STATEMENT = statement_of(ENVELOPE)
FILE, PASSKEY = FileKey(), PASSKEYS["ES256"]
HOLDERS = [FILE, *PASSKEYS.values()]
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7


def encoded(y, sign=0):
    return (y | sign << 255).to_bytes(32, "little")


SMALL_ORDER = [encoded(y, sign) for y in (0, 1, P - 1, ORDER_8, P - ORDER_8) for sign in (0, 1)]
SECOND_WAYS = [encoded(y, sign) for y in (P, P + 1, 2**255 - 1, P + 18) for sign in (0, 1)]


def told(holder):
    return f"{holder.key.kind} {type(holder.private).__name__}"


@pytest.mark.parametrize("holder", HOLDERS, ids=told)
def test_its_own_signature_is_accepted_and_stands_in_the_envelope(holder):
    signature = holder.sign(STATEMENT)
    holder.key.verify(STATEMENT, signature)
    assert signature_from(json.loads(canonical_json(signature.member()))) == signature
    assert taken_apart(signed(ENVELOPE, signature)) == (ENVELOPE, signature)
    assert taken_apart(ENVELOPE) == (ENVELOPE, None)


@pytest.mark.parametrize("holder", HOLDERS, ids=told)
def test_another_statement_or_another_key_is_refused(holder):
    other = FileKey() if holder is FILE else PassKey()
    with pytest.raises(RefusedError):
        holder.key.verify(statement_of(ENVELOPE + b" "), holder.sign(STATEMENT))
    with pytest.raises(RefusedError):
        other.key.verify(STATEMENT, holder.sign(STATEMENT))
    with pytest.raises(RefusedError, match="another kind"):
        (PASSKEY if holder is FILE else FILE).key.verify(STATEMENT, holder.sign(STATEMENT))


SIGNED = [(holder, holder.sign(STATEMENT)) for holder in HOLDERS]


@pytest.mark.parametrize(("holder", "signature"), SIGNED, ids=map(told, HOLDERS))
@given(data=st.data())
def test_a_flipped_bit_anywhere_is_refused(holder, signature, data):
    part = data.draw(st.sampled_from(["value", "client_data", "authenticator_data"][: 3 if holder is not FILE else 1]))
    bytes_ = getattr(signature, part)
    at, bit = data.draw(st.integers(0, len(bytes_) - 1)), data.draw(st.integers(0, 7))
    flipped = bytes_[:at] + bytes([bytes_[at] ^ 1 << bit]) + bytes_[at + 1 :]
    with pytest.raises(NinefoldError):
        holder.key.verify(STATEMENT, replace(signature, **{part: flipped}))


@pytest.mark.parametrize("public", SMALL_ORDER + SECOND_WAYS, ids=bytes.hex)
def test_a_key_that_verifiers_judge_differently_is_refused(public):
    with pytest.raises(InvalidError, match="weak"):
        SigningKey("ed25519", public)


@pytest.mark.parametrize("start", SMALL_ORDER + SECOND_WAYS, ids=bytes.hex)
def test_a_signature_that_verifiers_judge_differently_is_refused(start):
    value = FILE.sign(STATEMENT).value
    with pytest.raises(RefusedError, match="one form"):
        FILE.key.verify(STATEMENT, Signature(LISTING, "ed25519", start + value[32:]))


def test_the_second_half_of_a_signature_has_one_form():
    value = FILE.sign(STATEMENT).value
    higher = int.from_bytes(value[32:], "little") + L
    with pytest.raises(RefusedError, match="one form"):
        FILE.key.verify(STATEMENT, Signature(LISTING, "ed25519", value[:32] + higher.to_bytes(32, "little")))


def test_bytes_that_are_no_point_are_no_key():
    with pytest.raises(InvalidError):
        SigningKey("ed25519", encoded(2))
    for length in (0, 31, 33):
        with pytest.raises(InvalidError):
            SigningKey("ed25519", bytes(range(7, 7 + length)))


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ({"type": "webauthn.create"}, "something else than signing"),
        ({"challenge": "AAAA"}, "signed something else"),
        ({"origin": "https://evil.example"}, "another site"),
        ({"origin": "https://kesh.example.evil.example"}, "another site"),
        ({"origin": "https://evilkesh.example"}, "another site"),
        ({"origin": "https://kesh.example@evil.example"}, "another site"),
        ({"origin": "http://kesh.example"}, "anybody on the way"),
        ({"origin": "android:apk-key-hash:x"}, "another site"),
        ({"origin": None}, "another site"),
        ({"crossOrigin": True}, "page of another site"),
        ({"crossOrigin": 0}, "page of another site"),
        ({"topOrigin": "https://evil.example"}, "page of another site"),
        ({"rp": "evil.example"}, "another site"),
        ({"flags": UP}, "did not ask for its owner"),
        ({"flags": UV}, "did not ask for its owner"),
        ({"flags": UP | UV | 0x40}, "another form"),
        ({"flags": UP | UV | 0x80}, "another form"),
        ({"after": b"\xa0"}, "another form"),
        ({"text": b"[]"}, "cannot be read"),
        ({"text": b"\xff"}, "cannot be read"),
        ({"text": b'{"type":"webauthn.create","type":"webauthn.get"}'}, "cannot be read"),
        ({"text": b"[" * 5_000}, "cannot be read"),
    ],
    ids=str,
)
def test_a_passkey_used_elsewhere_or_otherwise_is_refused(lie, reason):
    with pytest.raises(RefusedError, match=reason):
        PASSKEY.key.verify(STATEMENT, PASSKEY.sign(STATEMENT, **lie))


@pytest.mark.parametrize(
    "truth",
    [{"origin": "https://www.kesh.example"}, {"origin": "https://kesh.example:8443"}, {"more": "of a later browser"}],
    ids=str,
)
def test_a_passkey_used_below_its_site_is_accepted(truth):
    PASSKEY.key.verify(STATEMENT, PASSKEY.sign(STATEMENT, **truth))


def test_on_the_machine_itself_a_plain_page_will_do():
    local = PassKey(rp="localhost")
    local.key.verify(STATEMENT, local.sign(STATEMENT, origin="http://localhost:8000"))
    with pytest.raises(RefusedError, match="another site"):
        local.key.verify(STATEMENT, local.sign(STATEMENT, origin="http://localhost.evil.example"))


MEMBER = FILE.sign(STATEMENT).member()


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {**MEMBER, "more": "x"},
        {**MEMBER, "kind": "rsa"},
        {**MEMBER, "kind": "passkey"},
        {**MEMBER, "key": "00"},
        {**MEMBER, "key": "AA" * 32},
        {**MEMBER, "value": MEMBER["value"].upper() + "A"},
        {**MEMBER, "value": 7},
        {**MEMBER, "value": "00" * 2_000},
        {name: text for name, text in MEMBER.items() if name != "key"},
    ],
)
def test_a_signature_in_another_form_is_refused(value):
    with pytest.raises(InvalidError):
        signature_from(value)
