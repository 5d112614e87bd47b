"""An administrator with the database puts his own key in a custodian's place: refused at each door, and it shows."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from world import build

from ninefold import clock
from ninefold.access import actions, reads
from ninefold.access.models import CustodianKey, Vault, VaultCustodian, VaultItem
from ninefold.access.vaults import ceremony, items
from ninefold.access.vaults.age_keys import Identity
from ninefold.access.vaults.lists import text_of
from ninefold.cli.vault_items import open_all
from ninefold.errors import ConflictError, RefusedError
from ninefold.ledger import append_only
from ninefold.ledger.check import check
from ninefold.ledger.models import Body, Entry

from .held_vault import Held

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_key", "static_files")]
REFUSED = "not as it was entered in the ledger"


@pytest.fixture
def present():
    return build(clock.now())


@pytest.fixture
def held(present):
    return Held(present)


@pytest.fixture
def his():
    """The attacker's own key."""
    return Identity.new()


def grants():
    """What the check says of grants."""
    return [str(finding) for finding in check().findings if finding.part == "grant"]


def page_of(name, person, *args):
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client.get(reverse(f"access:{name}", args=args))


def row_alone(held, his):
    """Only the row of the second custodian, whose share others pass on by the browser."""
    VaultCustodian.objects.filter(vault=held.vault, index=2).update(recipient=his.recipient)


def row_and_file(held, his):
    """The file beside it too, so that a custodian's browser would pass on his share to the attacker."""
    row_alone(held, his)
    second = replace(held.file.custodians[1], recipient=his.recipient)
    forged = replace(held.file, custodians=(held.file.custodians[0], second))
    Vault.objects.filter(pk=held.vault.pk).update(file=forged.text(), digest=forged.digest())


def one_more(held, his):
    """A custodian more than there are, to whom shares are passed on."""
    VaultCustodian.objects.create(vault=held.vault, index=3, label="Registry", recipient=his.recipient)


def fewer_needed(held, his):
    """One key instead of two would open it."""
    Vault.objects.filter(pk=held.vault.pk).update(k=1)


def another_name(held, his):
    """Another name beside the key, so that a colleague is taken for somebody whom one trusts more."""
    VaultCustodian.objects.filter(vault=held.vault, index=2).update(label="Registry")


ATTEMPTS = [row_alone, row_and_file, one_more, fewer_needed, another_name]


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_custodians_who_were_exchanged_are_refused_at_every_door_and_show(held, present, his, attempt):
    assert grants() == []
    attempt(held, his)
    vault, now = held.vault.pk, clock.now()
    item, sealed = uuid4(), items.seal(items.Item(vault, uuid4(), "Note", "text/plain", b"more"), held.file.recipient)
    told = {"item": item, "sealed": sealed.age, "commitment": sealed.commitment}
    for act in (
        lambda: actions.deposit(by=present.envoy, now=now, vault=vault, **told),
        lambda: actions.seal_into(by=None, now=now, vault=vault, name="Note", content=b"for him"),
        lambda: reads.file_of(present.analyst, now, vault),
    ):
        with pytest.raises(ConflictError, match=REFUSED):
            act()
    for name in ("vault_deposit", "vault_open", "vault_file", "vault_sealed"):
        answer = page_of(name, present.analyst, vault)
        assert answer.status_code == 409, name
        assert his.recipient not in answer.text, name
    outside = page_of("vault", present.analyst, vault)
    assert REFUSED in outside.text
    assert his.recipient not in outside.text
    assert held.file.recipient not in outside.text, "nobody copies a key from this page for the command"
    assert f"The entry that gave vaults {vault} says another thing than the database." in grants()


def test_a_custodians_own_file_names_the_exchange(held, his):
    """He kept the file of the founding: no share goes to another key, and the forged file does not know him."""
    row_and_file(held, his)
    forged = Vault.objects.get(pk=held.vault.pk).file
    with pytest.raises(RefusedError, match="not a custodian"):
        ceremony.pass_on(held.file, held.identities[0], to=his.recipient)
    with pytest.raises(RefusedError, match="not one of the custodians"):
        ceremony.own_share(type(held.file).parse(bytes(forged)), held.identities[1])


def exchanged(world, his):
    CustodianKey.objects.filter(person=world.head).update(recipient=his.recipient)


def added(world, his):
    old = CustodianKey.objects.get(person=world.head)
    fresh = {"name": "newer", "recipient": his.recipient, "starts": old.starts, "ends": old.ends}
    CustodianKey.objects.create(person=world.head, **fresh)


def turned_over(world, his):
    """He published it in his own name, by the page; then the row says that it is the other's."""
    made = actions.publish_custodian_key(by=world.outsider, now=clock.now(), name="mine", recipient=his.recipient)
    CustodianKey.objects.filter(pk=made.pk).update(person=world.head)


@pytest.mark.parametrize("attempt", [exchanged, added, turned_over])
def test_a_published_key_that_was_exchanged_is_offered_to_no_founder(present, his, attempt):
    """Before there is a vault: the founder would split the key to the attacker, and the item would never be safe."""
    mine = Identity.new()
    for person, one in ((present.head, Identity.new()), (present.analyst, mine)):
        actions.publish_custodian_key(by=person, now=clock.now(), name="key", recipient=one.recipient)
    assert page_of("found_vault", present.analyst).status_code == 200
    assert grants() == []
    attempt(present, his)
    name = str(present.head.name)
    with pytest.raises(ConflictError, match=f"key of {name} is not as it was entered"):
        reads.keepers(present.analyst, clock.now())
    answer = page_of("found_vault", present.analyst)
    assert (answer.status_code, his.recipient in answer.text) == (409, False)
    invited = [ceremony.Invited("Head", his.recipient), ceremony.Invited("Analyst", mine.recipient)]
    file = ceremony.found(name="Red lines", k=2, custodians=invited, day=clock.now().date())
    told = {"file": file.text(), "marking": "tlp:amber", "audiences": [present.audience.pk]}
    with pytest.raises(ConflictError, match=REFUSED):
        actions.register_vault(by=present.analyst, now=clock.now(), **told)
    assert any(told.startswith(("The entry that gave custodian", "No entry gave custodian")) for told in grants())


def rewrite_the_entry(vault, forged):
    """With the triggers gone, the text of the entry too."""
    from django.db import connection

    append_only.remove(connection)
    entry = Entry.objects.get(kind="access.vault-registered", subject_id=vault)
    old = bytes(Body.objects.get(entry=entry).text)
    text = old.replace(forged["old"].encode(), forged["new"].encode())
    Body.objects.filter(entry=entry).update(text=text)
    append_only.install(connection)
    return entry


def test_the_entry_rewritten_too_is_refused_and_named(held, present, his):
    forged = replace(held.file, recipient=his.recipient)
    changed = {"recipient": his.recipient, "file": forged.text(), "digest": forged.digest()}
    Vault.objects.filter(pk=held.vault.pk).update(**changed)
    entry = rewrite_the_entry(held.vault.pk, {"old": held.file.recipient, "new": his.recipient})
    with pytest.raises(ConflictError, match=REFUSED):
        actions.seal_into(by=None, now=clock.now(), vault=held.vault.pk, name="Note", content=b"for him")
    assert any(finding.part == "body" and str(entry.serial) in str(finding) for finding in check().findings)


def test_what_was_sealed_to_his_key_meanwhile_is_named_when_it_is_opened(held, present, his, tmp_path):
    """He shipped a page with his key for one moment, and put everything back: the custodians are told which item."""
    item = items.Item(held.vault.pk, uuid4(), "Note", "text/plain", b"taken")
    sealed = items.seal(item, his.recipient)
    told = {"item": item.id, "sealed": sealed.age, "commitment": sealed.commitment}
    taken = actions.deposit(by=present.envoy, now=clock.now(), vault=held.vault.pk, **told)
    folder = tmp_path / "items"
    folder.mkdir()
    for name, content in reads.sealed_items(present.analyst, clock.now(), held.vault.pk):
        (folder / f"{name}.age").write_bytes(content)
    (folder / "items.json").write_text(
        text_of(held.vault.pk, reads.listed(present.analyst, clock.now(), held.vault.pk)).decode()
    )
    opened = open_all(held.vault.pk, held.key, folder, tmp_path / "out")
    assert opened.faults == 2
    assert f"{taken.pk}.age: This is not encrypted to this key, or it is damaged." in opened.lines
    assert f"{taken.pk}: stands in the list and did not open, or is not there" in opened.lines
    assert grants() == [], "age does not say to whom it is: nobody but the custodians can tell"


def test_a_custodian_who_is_told_to_be_another_person_shows(held, present):
    """He would take the ciphertext, and confirm the destruction of a key that he never had."""
    VaultCustodian.objects.filter(vault=held.vault, index=2).update(person=present.outsider)
    assert grants() == [f"No entry gave custodians {present.outsider.pk}: somebody wrote it into the database."]


def test_an_item_that_was_exchanged_or_taken_away_shows(held):
    assert grants() == []
    forged = items.seal(items.Item(held.vault.pk, held.row.pk, "Note", "text/plain", b"a lie"), held.file.recipient)
    told = f"The entry that gave vault_items {held.row.pk} says another thing than the database."
    VaultItem.objects.filter(pk=held.row.pk).update(ciphertext=forged.age)
    assert grants() == [told]
    VaultItem.objects.filter(pk=held.row.pk).delete()
    assert grants() == [told]
    VaultItem.objects.create(
        pk=held.row.pk,
        vault=held.vault,
        ciphertext=forged.age,
        size=held.row.size,
        commitment=forged.commitment,
        digest=forged.digest,
        day=held.row.day,
    )
    assert grants() == [told]


def test_an_item_that_nobody_put_in_shows(held):
    added = items.seal(items.Item(held.vault.pk, uuid4(), "Note", "text/plain", b"a lie"), held.file.recipient)
    pk = uuid4()
    told = {"ciphertext": added.age, "size": 1024, "commitment": added.commitment, "digest": added.digest}
    VaultItem.objects.create(pk=pk, vault=held.vault, day=held.row.day, **told)
    assert grants() == [f"No entry gave vault_items {pk}: somebody wrote it into the database."]
