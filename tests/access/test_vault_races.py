"""Two real connections at once: a vault is destroyed once, and nothing is put into one that was just destroyed."""

import pytest
from at_once import at_once

from ninefold.access import actions
from ninefold.access.models import Vault, VaultItem
from ninefold.errors import RefusedError
from ninefold.ledger.models import Entry

from .conftest import NOW, House
from .vault_scene import DAY, Scene

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + DAY


def confirming(scene, person):
    return lambda: actions.confirm_destroyed(by=person, now=LATER, vault=scene.vault.pk).state


def count(kind):
    return Entry.objects.filter(kind=f"access.{kind}").count()


@pytest.mark.parametrize("attempt", range(3))
def test_the_last_two_keys_destroy_it_once(attempt):
    scene = Scene(House())
    scene.put()
    done = at_once(*(confirming(scene, person) for person in scene.people[:2]))
    assert sorted(done) == ["destroyed", "open"]
    assert Vault.objects.get().state == "destroyed"
    assert (count("vault-key-destroyed"), count("vault-destroyed")) == (2, 1)


@pytest.mark.parametrize("attempt", range(3))
def test_nothing_is_left_in_a_vault_that_was_just_destroyed(attempt):
    scene = Scene(House(), k=3)
    put, destroyed = at_once(scene.put, confirming(scene, scene.people[0]))
    assert destroyed == "destroyed"
    assert isinstance(put, VaultItem | RefusedError)
    assert not VaultItem.objects.exclude(ciphertext=None).exists()
    assert count("vault-item-sealed") == VaultItem.objects.count()


@pytest.mark.parametrize("attempt", range(3))
def test_two_workers_erase_it_once_on_its_day(attempt):
    scene = Scene(House(), destroy_on=LATER.date())
    scene.put()
    assert sorted(at_once(*[lambda: actions.erase_due_vaults(now=LATER)] * 2)) == [0, 1]
    assert count("vault-erased") == 1
