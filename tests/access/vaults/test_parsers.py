"""Every parser, on what nobody wrote: an error for a person, never anything else; and only one spelling is taken."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.access.vaults import bech32, ceremony, items, lists
from ninefold.access.vaults.age_form import plaintext_size
from ninefold.access.vaults.age_keys import Identity, require_recipient
from ninefold.access.vaults.vault_file import VaultFile, require_armor
from ninefold.errors import InvalidError, NinefoldError
from ninefold.ledger.canonical import canonical_json

from .conftest import Kept

KEPT = Kept()
SEALED = items.seal(KEPT.item(), KEPT.file.recipient).age
PASSED = ceremony.pass_on(KEPT.file, KEPT.identities[1], to=KEPT.identities[0].recipient)
LIST = lists.text_of(KEPT.file.id, [lists.Listed(KEPT.item().id, "a" * 64, "b" * 64)])
PARSERS = {
    "vault": (VaultFile.parse, KEPT.file.text()),
    "share": (ceremony.Share.parse, KEPT.shares(1)[0].text()),
    "passed": (lambda text: ceremony.passed_share(KEPT.file, text, KEPT.identities[0]), PASSED),
    "list": (lambda text: lists.read(text, KEPT.file.id), LIST),
    "form": (plaintext_size, SEALED),
    "item": (lambda text: items.open_item(text, KEPT.identities[0], vault=KEPT.file.id), SEALED),
    "recipient": (lambda text: require_recipient(text.decode("latin-1")), KEPT.file.recipient.encode()),
    "identity": (lambda text: Identity.parse(text.decode("latin-1")), KEPT.identities[0].text().encode()),
    "armor": (lambda text: require_armor(text.decode("latin-1")), PASSED),
}


@pytest.mark.parametrize("name", PARSERS)
@given(data=st.data())
def test_a_changed_text_is_refused_in_words(name, data):
    parse, right = PARSERS[name]
    at = data.draw(st.integers(0, len(right) - 1))
    new = data.draw(st.binary(max_size=3))
    wrong = right[:at] + new + right[at + data.draw(st.integers(0, 3)) :]
    with suppress(NinefoldError):
        parse(wrong)


@pytest.mark.parametrize("name", PARSERS)
@given(noise=st.binary(max_size=200))
def test_noise_is_refused_in_words(name, noise):
    with pytest.raises(NinefoldError):
        PARSERS[name][0](noise)


@pytest.mark.parametrize(
    "change",
    [
        {"k": "3"},
        {"k": 2.5},
        {"k": True},
        {"k": 6},
        {"name": None},
        {"vault": "6"},
        {"vault": "{" + str(KEPT.file.id) + "}"},
        {"founded": "2026-3-1"},
        {"founded": "20260301"},
        {"format": "ninefold vault v2"},
        {"recipient": KEPT.file.recipient.upper()},
        {"recipient": KEPT.file.custodians[0].recipient},
        {"custodians": {}},
        {"custodians": []},
        {"custodians": [1, 2]},
        {"more": 1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_member_that_does_not_fit_is_refused(change):
    told = json.loads(KEPT.file.text())
    with pytest.raises(InvalidError):
        VaultFile.parse(canonical_json(told | change) + b"\n")


@pytest.mark.parametrize(
    "change",
    [
        {"commitment": "A" * 64},
        {"commitment": "ab"},
        {"share": "x"},
        {"label": "a\u202eb"},
        {"label": " a"},
        {"more": 1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_custodian_that_does_not_fit_is_refused(change):
    told = json.loads(KEPT.file.text())
    told["custodians"][0] |= change
    with pytest.raises(InvalidError):
        VaultFile.parse(canonical_json(told) + b"\n")


def test_only_the_canonical_spelling_is_taken():
    text = KEPT.file.text()
    for wrong in (text[:-1], text + b"\n", b" " + text, json.dumps(json.loads(text)).encode() + b"\n"):
        with pytest.raises(InvalidError):
            VaultFile.parse(wrong)


@given(st.binary(max_size=60))
def test_bech32_reads_back(data):
    assert bech32.decode("age", bech32.encode("age", data)) == data


def test_bech32_is_that_of_age():
    """A key pair of the age specification's own tests."""
    identity = Identity.parse("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX")
    assert identity.recipient == "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
    assert require_recipient(identity.recipient)
    assert "AGE-SECRET" not in repr(identity)
