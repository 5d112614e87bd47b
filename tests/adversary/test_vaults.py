"""An administrator with the database and all files looks for what lies in a vault: refused, or it shows."""

import base64
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from ninefold.access import actions
from ninefold.access.models import Vault, VaultCustodian, VaultItem
from ninefold.access.vaults import ceremony, items
from ninefold.access.vaults.age_keys import Identity
from ninefold.errors import ConflictError, NotThereError, RefusedError

from .held_vault import CANARY, Held


@pytest.fixture
def held(world):
    return Held(world)


def whole_database():
    """Every value of every table, as one text of bytes."""
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            parts += [_bytes(value) for row in cursor.fetchall() for value in row]
    return b"\n".join(parts)


def _bytes(value):
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def spellings(secret):
    """A secret as it is, and as others would write it."""
    return [secret, secret.hex().encode(), base64.b64encode(secret)[:-4], secret[::-1]]


def test_no_plaintext_no_key_and_no_share_is_in_the_database(held):
    everything = whole_database()
    shares = [ceremony.own_share(held.file, one).value for one in held.identities]
    identities = [one.secret for one in (held.key, *held.identities)]
    for secret in [CANARY, *shares, *identities]:
        assert [one for one in spellings(secret) if one in everything] == []
    assert held.key.text().encode() not in everything
    assert held.sealed.age in everything, "the search finds what is there"


def test_one_custodian_with_the_whole_database_opens_nothing(held):
    """The shares of the others are encrypted to them: with one key of two, what is in the database stays noise."""
    mine = held.identities[0]
    with pytest.raises(RefusedError, match="2 different shares; here are 1"):
        ceremony.key_from(held.file, [ceremony.own_share(held.file, mine)])
    with pytest.raises(RefusedError, match="not encrypted to this key"):
        mine.decrypt(held.file.custodians[1].share.encode())
    with pytest.raises(RefusedError, match="not encrypted to this key"):
        mine.decrypt(bytes(held.row.ciphertext))


def test_an_administrator_comes_in_by_no_door(held, world):
    admin, now, vault = world.administrator, world.now, held.vault.pk
    for act in (
        lambda: actions.confirm_destroyed(by=admin, now=now, vault=vault),
        lambda: actions.deposit(
            by=admin, now=now, vault=vault, item=uuid4(), sealed=held.sealed.age, commitment=held.sealed.commitment
        ),
    ):
        with pytest.raises(NotThereError):
            act()


def test_an_item_that_he_exchanges_in_the_database_shows(held):
    """He can encrypt to the vault's key as everybody can; the entry in the ledger says that it is another item."""
    forged = items.seal(items.Item(held.vault.pk, held.row.pk, "Note", "text/plain", b"a lie"), held.file.recipient)
    VaultItem.objects.filter(pk=held.row.pk).update(ciphertext=forged.age)
    opened, committed = items.open_item(forged.age, held.key, vault=held.vault.pk)
    assert opened.content == b"a lie"
    assert committed != held.sealed.commitment
    assert held.sealed.commitment.hex().encode() in whole_database()


@pytest.mark.usefixtures("static_files")
def test_a_recipient_that_he_exchanges_is_refused(held, world, client):
    """Nothing is sealed to a key that is not the one in the ledger, even if he forged the vault's file beside it."""
    his = Identity.new()
    forged = replace(held.file, recipient=his.recipient)
    client.force_login(world.envoy)
    page = reverse("access:vault_deposit", args=[held.vault.pk])
    assert client.get(page).status_code == 200
    for change in ({"recipient": his.recipient}, {"file": forged.text()}):
        Vault.objects.filter(pk=held.vault.pk).update(**change)
        with pytest.raises(ConflictError, match="not as it was entered in the ledger"):
            actions.seal_into(by=None, now=world.now, vault=held.vault.pk, name="Note", content=b"for him")
        answer = client.get(page)
        assert answer.status_code == 409
        assert his.recipient not in answer.text


def test_a_custodian_that_he_adds_gets_ciphertext_and_no_share(held, world):
    VaultCustodian.objects.create(
        vault=held.vault, index=3, label="x", recipient=Identity.new().recipient, person=world.outsider
    )
    from ninefold.access import reads

    ((_, sealed), *_) = reads.sealed_items(world.outsider, world.now, held.vault.pk)
    with pytest.raises(RefusedError, match="not encrypted to this key"):
        Identity.new().decrypt(sealed)


def test_a_wrong_key_tells_nothing_of_itself(held):
    with pytest.raises(RefusedError) as told:
        Identity.new().decrypt(held.sealed.age)
    assert "AGE-SECRET" not in str(told.value)
    assert held.key.text() not in repr(held.key)
