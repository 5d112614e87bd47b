"""Commitments, and what opens them."""

import hmac
import json
from hashlib import sha256

import pytest

from ninefold.errors import InvalidError, NinefoldError, RefusedError
from ninefold.ledger.canonical import canonical_json
from ninefold.ledger.openings import Opening, commit, new_key, opening_from, read_opening, seal_body

KEY, BODY_KEY = bytes(range(32)), bytes(range(32, 64))
BODY = canonical_json({"says": "the mill stands still", "deaths": 25})
ENVELOPE = canonical_json({"type": "warning.raised", "body": seal_body(BODY, BODY_KEY).hex(), "actor": "clock"})
OPENING = Opening(ENVELOPE, KEY, BODY, BODY_KEY)


def test_a_commitment_is_keyed_and_tells_bodies_from_entries():
    assert commit(b"x", KEY) == hmac.new(KEY, b"ninefold entry v1\x00x", sha256).digest()
    assert seal_body(b"x", KEY) == hmac.new(KEY, b"ninefold body v1\x00x", sha256).digest()
    for length in (0, 1, 32, 63, 64, 65, 200):
        key, body = bytes(range(length)), bytes(length)
        assert seal_body(body, key) == hmac.new(key, b"ninefold body v1\x00" + body, sha256).digest()
    assert len({commit(b"x", KEY), commit(b"x", BODY_KEY), commit(b"y", KEY), seal_body(b"x", KEY)}) == 4
    assert len({new_key() for _ in range(5)}) == 5
    assert len(new_key()) == 32


def test_an_opening_leads_to_its_commitment_and_reads_back():
    assert OPENING.commitment() == commit(ENVELOPE, KEY)
    assert OPENING.entry()["actor"] == "clock"
    assert OPENING.says() == {"says": "the mill stands still", "deaths": 25}
    assert read_opening(OPENING.canonical()) == OPENING
    assert opening_from(OPENING.value()) == OPENING


def test_an_erased_body_leaves_the_entry_open():
    erased = Opening(ENVELOPE, KEY)
    assert erased.commitment() == OPENING.commitment()
    assert erased.says() is None
    assert read_opening(erased.canonical()) == erased


def test_the_keys_do_not_print_by_accident():
    assert repr(KEY) not in repr(OPENING)
    assert repr(BODY_KEY) not in repr(OPENING)


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ({"body": canonical_json({"says": "another"})}, "not the one that this entry was written with"),
        ({"body_key": KEY}, "not the one that this entry was written with"),
        ({"body": None}, "come together"),
        ({"body_key": None}, "come together"),
        ({"body_key": b"short"}, "key of the body must be 32 bytes"),
        ({"key": b"short"}, "key of the entry must be 32 bytes"),
        ({"key": "a" * 32}, "key of the entry must be 32 bytes"),
        ({"envelope": b"[]"}, "envelope of an entry is a JSON object"),
        ({"envelope": b"{}"}, "digest of its body"),
        ({"envelope": b'{"body":1}'}, "digest of its body"),
        ({"envelope": ENVELOPE.replace(b'"body":"', b'"body":"X')}, "digest of its body"),
        ({"envelope": ENVELOPE + b" "}, "canonical form"),
        ({"envelope": b"\xff"}, "not JSON"),
        ({"body": b'"text"'}, "body of an entry is a JSON object"),
    ],
    ids=str,
)
def test_an_opening_that_does_not_fit_is_refused(lie, reason):
    parts = {"envelope": ENVELOPE, "key": KEY, "body": BODY, "body_key": BODY_KEY}
    Opening(**parts)
    with pytest.raises(NinefoldError, match=reason):
        Opening(**parts | lie)


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ({"key": KEY.hex().upper()}, "64 hexadecimal digits"),
        ({"key": KEY.hex()[:-1]}, "64 hexadecimal digits"),
        ({"key": KEY.hex() + "\n"}, "64 hexadecimal digits"),
        ({"key": None}, "64 hexadecimal digits"),
        ({"body_key": 7}, "64 hexadecimal digits"),
        ({"body_key": None}, "come together"),
        ({"body": None}, "come together"),
        ({"entry": None}, "JSON object"),
        ({"more": 1}, "and no others"),
    ],
    ids=str,
)
def test_an_opening_in_another_form_is_refused(lie, reason):
    with pytest.raises(InvalidError, match=reason):
        read_opening(canonical_json(OPENING.value() | lie))


def test_an_opening_has_one_spelling():
    for text in (b"[]", b"7", json.dumps(OPENING.value()).encode(), OPENING.canonical() + b"\n"):
        with pytest.raises(InvalidError):
            read_opening(text)


def test_every_flipped_bit_is_refused_or_opens_another_leaf():
    text = OPENING.canonical()
    for at in range(len(text)):
        changed = text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :]
        try:
            opened = read_opening(changed)
        except (InvalidError, RefusedError):
            continue
        assert opened.commitment() != OPENING.commitment()
