"""Vaults on the server: written into, never read; each act with its entry; ended by the keys of its custodians."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from ninefold.access import actions, reads
from ninefold.access.clocks import vaults as clock_of_vaults
from ninefold.access.models import Vault, VaultItem
from ninefold.access.vaults import ceremony, items
from ninefold.access.vaults.age_keys import Identity, encrypt
from ninefold.access.vaults.lists import text_of
from ninefold.access.vaults.vault_file import VaultFile
from ninefold.errors import ConflictError, InvalidError, NotThereError, RefusedError
from ninefold.ledger.models import Body, Entry

from .conftest import NOW
from .vault_scene import DAY, Scene

LATER = NOW + DAY


@pytest.fixture
def scene(house):
    return Scene(house)


def entries(kind):
    return Entry.objects.filter(kind=f"access.{kind}").order_by("serial")


def told(kind):
    """What the last entry of this kind says."""
    import json

    return json.loads(bytes(Body.objects.get(entry=entries(kind).last()).text))


def test_a_custodian_opens_off_the_server_with_a_colleagues_share(scene):
    """What the server gives a custodian opens with a colleague's share, and not without it."""
    row = scene.put(b"the red lines of both sides")
    ada = scene.people[0]
    taken = dict(reads.sealed_items(ada, LATER, scene.vault.pk))
    file = VaultFile.parse(reads.file_of(ada, LATER, scene.vault.pk))
    item, committed = items.open_item(taken[row.pk], scene.key(file), vault=file.id)
    assert item.content == b"the red lines of both sides"
    assert committed.hex() == told("vault-item-sealed")["commitment"]
    (listed,) = reads.listed(ada, LATER, scene.vault.pk)
    assert (listed.item, listed.commitment) == (row.pk, committed.hex())


def test_a_vault_is_brought_by_a_registrar_or_a_custodian(scene):
    ada, *_ = scene.people
    for wrong in (scene.member, scene.outsider):
        with pytest.raises(RefusedError, match="Only a registrar, or one of its custodians"):
            scene.registered(by=wrong, file=scene.founded())
    mine = scene.house.audience("Ada's", ada, [ada])
    brought = scene.registered(by=ada, file=scene.founded(), audiences=[mine.pk])
    assert [one.person for one in brought.custodians.order_by("index")] == scene.people
    assert entries("vault-registered").count() == 2
    with pytest.raises(ConflictError, match="here already"):
        scene.registered()


def test_an_administrator_keeps_no_vault(scene):
    with pytest.raises(RefusedError, match="keeps no share"):
        actions.publish_custodian_key(by=scene.root, now=NOW, name="x", recipient=Identity.new().recipient)
    with pytest.raises(RefusedError, match="keeps no share"):
        scene.registered(by=scene.root, file=scene.founded())


@pytest.mark.parametrize(
    ("terms", "error", "reason"),
    [
        ({"marking": "tlp:clear"}, InvalidError, "not made known to everybody"),
        ({"holds": "keys"}, InvalidError, "items or counts"),
        ({"destroy_on": NOW.date()}, InvalidError, "must lie ahead"),
        ({"audiences": []}, InvalidError, "at least one audience"),
        ({"audiences": [uuid4()]}, NotThereError, "nothing here"),
    ],
    ids=["clear", "holds", "day", "nobody", "strange audience"],
)
def test_terms_that_do_not_fit_are_refused(scene, terms, error, reason):
    with pytest.raises(error, match=reason):
        scene.registered(file=scene.founded(), **terms)
    assert Vault.objects.count() == 1


def test_enough_custodians_must_be_able_to_confirm_its_destruction(scene):
    """Of 2 of 3, two: those without an account could never say that their keys are gone."""
    strangers = [ceremony.Invited(name, Identity.new().recipient) for name in ("X", "Y")]
    invited = [ceremony.Invited("Ada", scene.identities[0].recipient), *strangers]
    file = ceremony.found(name="Other", k=2, custodians=invited, day=NOW.date())
    with pytest.raises(InvalidError, match="At least 2 custodians need an account"):
        scene.registered(file=file)
    scene.registered(file=ceremony.found(name="Other", k=3, custodians=invited, day=NOW.date()))


def test_what_is_no_vault_is_refused(scene):
    told = {"by": scene.registrar, "now": NOW, "marking": "tlp:amber", "audiences": [scene.audience.pk]}
    for wrong in (b"", b"{}\n", scene.file.text()[:-2]):
        with pytest.raises(InvalidError):
            actions.register_vault(file=wrong, **told)


def test_who_knows_of_it(scene):
    for person in (*scene.people, scene.member):
        assert list(reads.vaults_known_to(person, LATER)) == [scene.vault]
        assert reads.vault_for(person, LATER, scene.vault.pk) == scene.vault
    for person in (scene.outsider, scene.root):
        assert not reads.vaults_known_to(person, LATER).exists()
        with pytest.raises(NotThereError):
            reads.vault_for(person, LATER, scene.vault.pk)


def test_ciphertext_is_for_custodians_only(scene):
    row = scene.put()
    for act in (
        lambda person: reads.file_of(person, LATER, scene.vault.pk),
        lambda person: reads.listed(person, LATER, scene.vault.pk),
        lambda person: list(reads.sealed_items(person, LATER, scene.vault.pk)),
        lambda person: reads.sealed_item(person, LATER, scene.vault.pk, row.pk),
    ):
        act(scene.people[0])
        with pytest.raises(RefusedError, match="Only a custodian"):
            act(scene.member)
        for hidden in (scene.outsider, scene.root):
            with pytest.raises(NotThereError):
                act(hidden)


def test_what_is_put_in_is_encrypted_padded_and_new(scene):
    item, sealed = scene.sealed()
    right = {"vault": scene.vault.pk, "item": item.id, "sealed": sealed.age, "commitment": sealed.commitment}
    for wrong, error, reason in (
        ({"sealed": b"a plain text"}, InvalidError, "encrypt it first"),
        ({"sealed": encrypt(b"x" * 999, scene.file.recipient)}, InvalidError, "not padded"),
        ({"commitment": b"short"}, InvalidError, "32 bytes"),
        ({"item": scene.vault.pk.__class__(int=5)}, InvalidError, "version 4"),
        ({"vault": uuid4()}, NotThereError, "nothing here"),
    ):
        with pytest.raises(error, match=reason):
            actions.deposit(by=scene.member, now=NOW, **right | wrong)
    with pytest.raises(NotThereError):
        actions.deposit(by=scene.outsider, now=NOW, **right)
    actions.deposit(by=scene.member, now=NOW, **right)
    with pytest.raises(ConflictError, match="in a vault already"):
        actions.deposit(by=scene.member, now=NOW, **right)
    assert entries("vault-item-sealed").count() == VaultItem.objects.count() == 1


def test_its_outside_tells_day_size_and_number(scene):
    scene.put(b"one")
    scene.put(b"two, a longer one")
    scene.put(b"x" * 2000)
    scene.put(b"later", now=LATER)
    assert [tuple(one) for one in reads.held(scene.vault)] == [
        (NOW.date(), 1024, 2),
        (NOW.date(), 4096, 1),
        (LATER.date(), 1024, 1),
    ]


def test_what_the_server_makes_is_sealed_at_once(scene):
    with transaction.atomic():
        row = actions.seal_into(by=None, now=NOW, vault=scene.vault.pk, name="Report", content=b"the server made it")
    assert b"the server made it" not in bytes(row.ciphertext)
    item, _ = items.open_item(bytes(row.ciphertext), scene.key(), vault=scene.vault.pk)
    assert (item.name, item.content) == ("Report", b"the server made it")
    with pytest.raises(NotThereError):
        actions.seal_into(by=None, now=NOW, vault=uuid4(), name="Report", content=b"x")


def test_suppressed_counts_are_kept_apart(house):
    scene = Scene(house, holds="counts")
    told_counts = {"vault": scene.vault.pk, "name": "Table 3"}
    few = actions.keep_apart(by=scene.registrar, now=NOW, counts={"Upper bank, women": 3}, **told_counts)
    many = {f"cell {at}": at for at in range(300)}
    more = actions.keep_apart(by=scene.registrar, now=NOW, counts=many, **told_counts)
    assert few.size == more.size == 1 << 14
    item, _ = items.open_item(bytes(few.ciphertext), scene.key(), vault=scene.vault.pk)
    assert item.content == b'{"Upper bank, women": 3}'
    assert "Upper bank" not in str(told("vault-item-sealed"))
    with pytest.raises(InvalidError, match="suppressed counts only"):
        scene.put()
    with pytest.raises(InvalidError, match="different vaults"):
        actions.seal_into(by=None, now=NOW, vault=scene.vault.pk, name="x", content=b"x")
    for wrong in ({}, {"a": "3"}, {"a": True}):
        with pytest.raises(InvalidError, match="whole numbers"):
            actions.keep_apart(by=None, now=NOW, counts=wrong, **told_counts)


def test_counts_go_into_no_other_vault(scene):
    with pytest.raises(InvalidError, match="different vaults"):
        actions.keep_apart(by=None, now=NOW, vault=scene.vault.pk, name="x", counts={"a": 1})


def test_by_hand_it_is_destroyed_when_too_few_keys_are_left(scene):
    row = scene.put()
    ada, bero, dana = scene.people
    confirm = {"now": LATER, "vault": scene.vault.pk}
    proof = text_of(scene.vault.pk, reads.listed(ada, LATER, scene.vault.pk))
    with pytest.raises(RefusedError, match="Only a custodian of the vault confirms"):
        actions.confirm_destroyed(by=scene.member, **confirm)
    with pytest.raises(NotThereError):
        actions.confirm_destroyed(by=scene.root, **confirm)
    # 1. Two of three open it: with one key gone the other two still do, and it stays.
    assert actions.confirm_destroyed(by=ada, **confirm).state == "open"
    with pytest.raises(ConflictError, match="confirmed this already"):
        actions.confirm_destroyed(by=ada, **confirm)
    assert reads.file_of(bero, LATER, scene.vault.pk)
    scene.put(b"still possible", now=LATER)
    # 2. With two gone nobody opens it any more, and what the server held goes with them.
    assert actions.confirm_destroyed(by=bero, **confirm).state == "destroyed"
    scene.vault.refresh_from_db()
    row.refresh_from_db()
    assert scene.vault.file is None
    assert row.ciphertext is None
    with pytest.raises(NotThereError, match="destroyed"):
        reads.file_of(dana, LATER, scene.vault.pk)
    for act in (scene.put, lambda: actions.confirm_destroyed(by=dana, **confirm)):
        with pytest.raises(RefusedError, match="is destroyed"):
            act()
    # 3. The proof: what each item was stays in the ledger, and the last entry binds the whole list.
    assert entries("vault-key-destroyed").count() == 2
    last = told("vault-destroyed")
    assert (last["items"], last["keys_destroyed"], last["k"], last["n"]) == (2, 2, 2, 3)
    after = text_of(scene.vault.pk, reads.listed_items(scene.vault.items.all()))
    assert len(after) > len(proof)
    from hashlib import sha256

    assert last["list"] == sha256(after).hexdigest()
    assert bytes(row.commitment).hex() in str([one.pk and told_of(one) for one in entries("vault-item-sealed")])


def told_of(entry):
    return bytes(Body.objects.get(entry=entry).text).decode()


@pytest.mark.parametrize(("k", "needed"), [(1, 3), (2, 2), (3, 1)])
def test_so_many_keys_as_the_quorum_leaves(house, k, needed):
    scene = Scene(house, k=k)
    states = [
        actions.confirm_destroyed(by=person, now=LATER, vault=scene.vault.pk).state for person in scene.people[:needed]
    ]
    assert states == ["open"] * (needed - 1) + ["destroyed"]


def test_on_its_day_what_it_held_goes_and_the_keys_follow(house):
    scene = Scene(house, destroy_on=(NOW + 9 * DAY).date())
    row = scene.put()
    clock_of_vaults(NOW + 8 * DAY)
    scene.vault.refresh_from_db()
    assert scene.vault.state == "open"
    clock_of_vaults(NOW + 9 * DAY)
    clock_of_vaults(NOW + 10 * DAY)
    scene.vault.refresh_from_db()
    row.refresh_from_db()
    assert (scene.vault.state, scene.vault.file, row.ciphertext) == ("erased", None, None)
    assert entries("vault-erased").count() == 1
    assert told("vault-erased")["items"] == 1
    assert entries("vault-erased").get().actor == "clock"
    with pytest.raises(RefusedError, match="reached its day"):
        scene.put()
    with pytest.raises(NotThereError, match="shares are deleted"):
        reads.file_of(scene.people[0], LATER, scene.vault.pk)
    for person in scene.people[:2]:
        actions.confirm_destroyed(by=person, now=NOW + 11 * DAY, vault=scene.vault.pk)
    scene.vault.refresh_from_db()
    assert scene.vault.state == "destroyed"


def test_entries_of_a_vault_are_for_those_concerned(scene):
    scene.put()
    actions.confirm_destroyed(by=scene.people[0], now=LATER, vault=scene.vault.pk)

    def kinds(person):
        rows = reads.entries_visible_to(person, LATER).filter(subject_kind="access:vault")
        return sorted(rows.values_list("kind", flat=True))

    everything = ["access.vault-item-sealed", "access.vault-key-destroyed", "access.vault-registered"]
    for person in scene.people:
        assert kinds(person) == everything
    assert kinds(scene.member) == everything
    assert kinds(scene.registrar) == ["access.vault-key-destroyed", "access.vault-registered"]
    assert kinds(scene.outsider) == kinds(scene.root) == kinds(None) == []


def test_keys_are_published_and_ended_by_their_owner(scene):
    ada, bero, _ = scene.people
    fresh = Identity.new().recipient
    for wrong, reason in (({"name": " "}, "Give it a name"), ({"recipient": "age1x"}, "spelled as age")):
        with pytest.raises(InvalidError, match=reason):
            actions.publish_custodian_key(**{"by": ada, "now": NOW, "name": "new", "recipient": fresh} | wrong)
    key = actions.publish_custodian_key(by=ada, now=NOW, name="new", recipient=fresh)
    with pytest.raises(ConflictError, match="published already"):
        actions.publish_custodian_key(by=bero, now=NOW, name="stolen", recipient=fresh)
    # A key that keeps a vault is not offered for another one.
    assert [(one.person, one.recipient) for one in reads.keepers(bero, LATER)] == [(ada, fresh)]
    with pytest.raises(RefusedError, match="Publish a custodian's key of your own"):
        reads.keepers(scene.member, LATER)
    with pytest.raises(NotThereError):
        actions.end_custodian_key(by=bero, now=LATER, key=key.pk)
    actions.end_custodian_key(by=ada, now=LATER, key=key.pk)
    with pytest.raises(ConflictError, match="ended already"):
        actions.end_custodian_key(by=ada, now=LATER, key=key.pk)
    assert reads.keepers(bero, LATER + timedelta(seconds=1)) == []
    assert (entries("custodian-key-published").count(), entries("custodian-key-ended").count()) == (4, 1)


def test_a_closed_account_is_no_custodian_of_a_new_vault(scene):
    """Its key ends with it. The vault of which it keeps a share still needs so many keys destroyed."""
    ada, bero, _ = scene.people
    actions.publish_custodian_key(by=ada, now=NOW, name="new", recipient=Identity.new().recipient)
    actions.close_account(by=scene.root, now=LATER, person=ada, reason="She left.", orphans_read=True)
    assert not ada.custodian_keys.filter(ends__gt=LATER).exists()
    assert reads.keepers(bero, LATER) == []
    assert scene.vault.custodians.filter(person=ada).exists()


def test_the_database_holds_what_must_hold(scene):
    row = scene.put()
    for change in ({"state": "destroyed"}, {"file": None}, {"k": 4}, {"k": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Vault.objects.filter(pk=scene.vault.pk).update(**change)
    assert VaultItem.objects.get() == row


def test_no_column_can_hold_a_plaintext():
    names = {field.name for field in (*Vault._meta.get_fields(), *VaultItem._meta.get_fields())}
    assert not names & {"content", "plaintext", "text", "identity", "secret", "key"}
