"""What is sealed comes out as it went in, is as long as many others, and shows it when somebody exchanged it."""

import os
from uuid import uuid4

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.access.vaults import items, lists
from ninefold.access.vaults.age_form import plaintext_size
from ninefold.access.vaults.age_keys import Identity, encrypt
from ninefold.errors import InvalidError, RefusedError

from .conftest import Kept

KEY = Identity.new()


@given(st.binary(max_size=5000), st.sampled_from(["Note", "تقرير", "a b.txt"]))
def test_an_item_comes_out_as_it_went_in(content, name):
    item = items.Item(uuid4(), uuid4(), name, "text/plain", content)
    sealed = items.seal(item, KEY.recipient)
    assert items.open_item(sealed.age, KEY, vault=item.vault) == (item, sealed.commitment)
    assert items.require_form(sealed.age) == items.padded_size(items.require_form(sealed.age))


@given(st.integers(1, 1 << 33))
def test_padding_is_stable_and_modest(size):
    padded = items.padded_size(size)
    assert padded >= max(size, 1024)
    assert items.padded_size(padded) == padded
    if size > 1 << 20:
        assert padded <= size * 1.12


def test_sizes_fall_into_few_buckets():
    assert len({items.padded_size(size) for size in range(1, 1 << 20, 997)}) == 11
    assert {items.padded_size(size) for size in range(1, 1025)} == {1024}


def test_two_seals_of_one_item_have_nothing_in_common():
    item = Kept(2, 2).item()
    one, two = (items.seal(item, KEY.recipient) for _ in range(2))
    assert one.commitment != two.commitment
    assert one.age[-1000:] != two.age[-1000:]


def test_an_exchanged_item_has_another_commitment(kept):
    entered = items.seal(kept.item(b"what was said"), KEY.recipient)
    forged = items.seal(kept.item(b"what was never said"), KEY.recipient)
    assert items.open_item(forged.age, KEY, vault=kept.file.id)[1] != entered.commitment


def test_an_item_of_another_vault_or_for_another_key_is_named(kept):
    sealed = items.seal(kept.item(), KEY.recipient)
    with pytest.raises(RefusedError, match="another vault"):
        items.open_item(sealed.age, KEY, vault=uuid4())
    with pytest.raises(RefusedError, match="not encrypted to this key"):
        items.open_item(sealed.age, Identity.new(), vault=kept.file.id)
    broken = sealed.age[:-1] + bytes([sealed.age[-1] ^ 1])
    with pytest.raises(RefusedError, match="damaged"):
        items.open_item(broken, KEY, vault=kept.file.id)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [({"name": ""}, "has a name"), ({"name": "x" * 201}, "has a name"), ({"media": "text"}, "no kind of content")],
)
def test_an_item_that_does_not_fit_is_refused(kept, changed, reason):
    with pytest.raises(InvalidError, match=reason):
        kept.item(**changed)


def test_an_item_that_is_too_large_is_refused(kept):
    with pytest.raises(InvalidError, match="at most 8 MiB"):
        items.seal(kept.item(bytes(items.LARGEST)), KEY.recipient)


@pytest.mark.parametrize("size", [0, 1, 100, 65535, 65536, 65537, 131072, 200_000])
def test_the_size_is_read_from_the_outside(size):
    assert plaintext_size(encrypt(os.urandom(size), KEY.recipient)) == size


@pytest.mark.parametrize(
    ("sealed", "reason"),
    [
        (b"a plain text that somebody sent by mistake", "encrypt it first"),
        (b"", "encrypt it first"),
        (pyrage.passphrase.encrypt(b"x" * 1024, "password"), "encrypt it first"),
        (encrypt(b"x" * 1024, KEY.recipient, armored=True), "encrypt it first"),
        (encrypt(b"x" * 1025, KEY.recipient), "not padded"),
    ],
    ids=["plain", "empty", "passphrase", "armored", "unpadded"],
)
def test_the_server_takes_only_what_is_sealed_and_padded(sealed, reason):
    with pytest.raises(InvalidError, match=reason):
        items.require_form(sealed)


def test_a_file_to_two_keys_is_refused():
    keys = [pyrage.x25519.Recipient.from_str(one.recipient) for one in (KEY, Identity.new())]
    with pytest.raises(InvalidError, match="to one key"):
        items.require_form(pyrage.encrypt(b"x" * 1024, keys))


@pytest.mark.parametrize("plaintext", [b"", b"\x00" * 1024, os.urandom(1024), b"\xff" * 1024, os.urandom(1000)])
def test_what_is_no_item_inside_is_refused(plaintext, kept):
    with pytest.raises(InvalidError):
        items.open_item(encrypt(plaintext, KEY.recipient), KEY, vault=kept.file.id)


def test_the_list_reads_back():
    vault, row = uuid4(), lists.Listed(uuid4(), "a" * 64, "b" * 64)
    assert lists.read(lists.text_of(vault, [row]), vault) == {row.item: row}
    with pytest.raises(InvalidError, match="another vault"):
        lists.read(lists.text_of(vault, [row]), uuid4())
