"""Vaults through the API: the same people see the same things, and nothing goes in that is not sealed to the vault."""

import base64
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ninefold import clock
from ninefold.access import reads
from ninefold.access.models import VaultItem
from ninefold.access.vaults import items
from ninefold.access.vaults.age_keys import Identity, encrypt
from ninefold.ledger.models import Entry

from .test_api import Holder
from .vault_scene import Scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]


@pytest.fixture
def scene(house):
    return Scene(house, now=clock.now())


@pytest.fixture
def vaults(scene):
    return f"/vaults/{scene.vault.pk}"


def put(holder, scene, **changes):
    """Put something in, as `curl -F` does."""
    item, sealed = scene.sealed()
    fields = {"item": str(item.id), "commitment": sealed.commitment.hex(), "recipient": scene.file.recipient}
    fields |= {"sealed": SimpleUploadedFile("item.age", changes.pop("age", sealed.age))} | changes
    return holder.client.post(f"/api/v1/access/vaults/{scene.vault.pk}/items", fields)


def test_who_knows_of_a_vault_sees_its_outside(scene, vaults):
    scene.put()
    for person in (scene.member, scene.people[0]):
        holder = Holder(person)
        assert [one["id"] for one in holder.get("/vaults").json()] == [str(scene.vault.pk)]
        assert holder.get(f"/vaults?after={scene.vault.pk}").json() == []
        seen = holder.get(vaults).json()
        assert (seen["k"], seen["n"], seen["recipient"]) == (2, 3, scene.file.recipient)
        assert [one["label"] for one in seen["custodians"]] == ["Ada", "Bero", "Dana"]
        assert [one["number"] for one in seen["held"]] == [1]


def test_who_does_not_know_of_it_gets_the_words_of_not_there(scene, vaults):
    row = scene.put()
    nowhere = f"/vaults/{uuid4()}"
    for person in (scene.outsider, scene.root):
        holder = Holder(person)
        assert holder.get("/vaults").json() == []
        for path in ("", "/file", "/items", f"/items/{row.pk}"):
            answer = holder.get(vaults + path)
            assert answer.status_code == 404, path
            assert answer.json() == holder.get(nowhere + path).json()
        assert put(holder, scene).status_code == holder.post(f"{vaults}/confirm-destroyed").status_code == 404


def test_custodians_take_what_opens_off_the_server(scene, vaults):
    row = scene.put(b"what was said")
    ada = Holder(scene.people[0])
    assert ada.get(f"{vaults}/file").json() == {"file": scene.file.text().decode()}
    (listed,) = ada.get(f"{vaults}/items").json()
    assert listed == {"item": str(row.pk), "commitment": row.commitment.hex(), "sha256": row.digest.hex()}
    sealed = base64.b64decode(ada.get(f"{vaults}/items/{row.pk}").json()["age"])
    item, committed = items.open_item(sealed, scene.key(), vault=scene.vault.pk)
    assert (item.content, committed.hex()) == (b"what was said", listed["commitment"])


def test_who_may_put_in_may_not_take_out(scene, vaults):
    row = scene.put()
    member = Holder(scene.member)
    for path in ("/file", "/items", f"/items/{row.pk}"):
        answer = member.get(vaults + path)
        assert (answer.status_code, answer.json()["error"]) == (403, "refused"), path
    assert member.post(f"{vaults}/confirm-destroyed").status_code == 403


def test_what_was_sealed_goes_in_as_on_the_page(scene):
    answer = put(Holder(scene.member), scene)
    assert answer.status_code == 200, answer.json()
    row = VaultItem.objects.get(pk=answer.json()["item"])
    assert (answer.json()["size"], row.vault_id) == (row.size, scene.vault.pk)
    entry = Entry.objects.get(kind="access.vault-item-sealed")
    assert entry.actor == reads.actor_name(scene.member)


def test_nothing_else_goes_in(scene):
    member, other = Holder(scene.member), Identity.new().recipient
    plain = b"what was said" * 100
    refused = {
        "not a file encrypted with age": {"age": plain},
        "not padded": {"age": encrypt(plain, scene.file.recipient)},
        "another key than the vault's": {"recipient": other},
        "64 hexadecimal digits": {"commitment": "ab"},
        "empty or too large": {"age": b""},
        "random uuid": {"item": "00000000-0000-0000-0000-000000000000"},
    }
    for reason, lie in refused.items():
        answer = put(member, scene, **lie)
        assert (answer.status_code, reason in answer.json()["message"]) == (422, True), answer.json()
    assert put(Holder(scene.member, scopes=["read"]), scene).status_code == 403
    assert not VaultItem.objects.exists()


def test_an_item_goes_in_once(scene):
    member = Holder(scene.member)
    item = put(member, scene).json()["item"]
    assert put(member, scene, item=item).status_code == 409


def test_the_last_key_that_is_needed_destroys_it(scene, vaults):
    scene.put()
    ada, bero = (Holder(person) for person in scene.people[:2])
    assert ada.post(f"{vaults}/confirm-destroyed").json() == {"state": "open"}
    assert bero.post(f"{vaults}/confirm-destroyed").json() == {"state": "destroyed"}
    assert ada.get(f"{vaults}/items").status_code == 404
    assert put(Holder(scene.member), scene).status_code in (403, 409)


def test_a_vault_that_was_exchanged_takes_nothing(scene):
    scene.vault.recipient = Identity.new().recipient
    scene.vault.save()
    answer = put(Holder(scene.member), scene, recipient=scene.vault.recipient)
    assert (answer.status_code, "not as it was entered" in answer.json()["message"]) == (409, True)
