"""The pages of vaults, in English and Arabic, for whom they are meant; no plaintext goes in or out."""

import io
import zipfile
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ninefold import clock
from ninefold.access import actions
from ninefold.access.actions import NewRelease, place
from ninefold.access.keyset import SIZE
from ninefold.access.models import CustodianKey, Vault, VaultItem
from ninefold.access.vaults import items, lists
from ninefold.access.vaults.age_keys import Identity
from ninefold.ledger.refs import Ref

from .conftest import YEAR
from .vault_scene import DAY, Scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]


@pytest.fixture
def scene(house):
    made = Scene(house, now=clock.now())
    made.put()
    return made


def at(name, scene, *more):
    return reverse(f"access:{name}", args=[scene.vault.pk, *more])


@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_open_for_whom_they_are_meant(scene, client, language):
    everybody = [reverse("access:vaults"), at("vault", scene), at("vault_deposit", scene)]
    founding = [reverse("access:custodian_keys"), reverse("access:found_vault")]
    for person, paths in [
        (scene.member, everybody),
        (scene.people[0], [*everybody, *founding, at("vault_open", scene)]),
        (scene.registrar, [*everybody, *founding]),
        (scene.root, [reverse("access:vaults")]),
    ]:
        client.force_login(person)
        for path in paths:
            response = client.get(path, headers={"accept-language": language})
            assert response.status_code == 200, path
            assert f'lang="{language}"' in response.text
            assert "style=" not in response.text
            assert "<script>" not in response.text


def test_for_others_there_is_nothing(scene, client):
    row = VaultItem.objects.get()
    names = ("vault", "vault_deposit", "vault_open", "vault_file", "vault_sealed", "vault_items")
    paths = [at(name, scene) for name in names]
    for person in (scene.outsider, scene.root):
        client.force_login(person)
        for path in [*paths, at("vault_item", scene, row.pk)]:
            assert client.get(path).status_code == 404, path
        assert scene.vault.name.shown_to("en").text not in client.get(reverse("access:vaults")).text
    client.force_login(scene.member)
    for path in [*paths[2:], at("vault_item", scene, row.pk)]:
        answer = client.get(path)
        assert answer.status_code == 403, path
        assert "Only a custodian" in answer.text
    client.logout()
    for path in paths:
        assert client.get(path).url == f"/sign-in/?next={path}"


def test_a_long_list_of_vaults_comes_a_page_at_a_time(scene, client):
    known = [scene.vault, *more_vaults(scene, SIZE)]
    hidden = more_vaults(scene, 2, audiences=[scene.house.audience("Other", scene.registrar).pk])
    client.force_login(scene.member)
    path = reverse("access:vaults")
    first = client.get(path)
    assert "The vaults of which you know" in first.text
    last = client.get(path, {"after": str(first.context["after"])})
    shown = [row["vault"].pk for page in (first, last) for row in page.context["vaults"]]
    assert (len(first.context["vaults"]), last.context["after"]) == (SIZE, None)
    assert sorted(shown) == sorted(one.pk for one in known)
    assert client.get(path, {"after": str(hidden[0].pk)}).status_code == 404


def more_vaults(scene, number, **told):
    """Vaults like the scene's, made known to an audience; written past the ceremony, which takes its time."""
    audiences = told.get("audiences", [scene.audience.pk])
    releases = [NewRelease(audience, "tlp:amber", scene.now, scene.now + YEAR) for audience in audiences]
    made = []
    for at in range(number):
        row = Vault.objects.get(pk=scene.vault.pk)
        row.pk, row.recipient, row.digest = uuid4(), f"age1{uuid4().hex}", uuid4().bytes * 2
        row.founded_day -= at % 3 * DAY
        row.save(force_insert=True)
        ref = Ref("access", "vault", row.pk)
        place(record=ref, releases=releases, now=scene.now, by=scene.registrar, listed=scene.now)
        made.append(row)
    return made


def test_a_key_is_published_and_ended(scene, client):
    client.force_login(scene.member)
    path, recipient = reverse("access:custodian_keys"), Identity.new().recipient
    assert client.post(path, {"name": "laptop", "recipient": recipient}).url == path
    wrong = client.post(path, {"name": "laptop", "recipient": "age1x"})
    assert wrong.status_code == 422
    assert "not spelled as age" in wrong.text
    key = CustodianKey.objects.get(recipient=recipient)
    client.post(reverse("access:end_custodian_key", args=[key.pk]))
    key.refresh_from_db()
    assert key.ends <= clock.now()


def test_a_vault_founded_elsewhere_is_brought_by_its_file(scene, client):
    client.force_login(scene.registrar)
    file = scene.founded()
    form = {
        "file": file.text().decode(),
        "purpose_en": "Names of sources",
        "purpose_authoritative": "en",
        "holds": "items",
        "marking": "tlp:amber",
        "audiences": [str(scene.audience.pk)],
    }
    path = reverse("access:found_vault")
    assert "not a vault file" in client.post(path, form | {"file": "{}"}).text
    assert client.post(path, form).url == reverse("access:vaults")
    assert Vault.objects.get(pk=file.id).digest == file.digest()
    client.force_login(scene.member)
    assert client.get(path).status_code == 403


def test_what_was_sealed_elsewhere_is_put_in(scene, client):
    client.force_login(scene.member)
    item, sealed = scene.sealed()
    path = at("vault_deposit", scene)

    def form(content, **more):
        told = {"item": str(item.id), "commitment": sealed.commitment.hex()}
        return told | {"sealed": SimpleUploadedFile("item.age", content)} | more

    plain = client.post(path, form(b"a plain text sent by mistake"))
    assert plain.status_code == 422
    assert "encrypt it first" in plain.text
    assert client.post(path, form(sealed.age, commitment="x" * 64)).status_code == 422
    assert client.post(path, form(sealed.age)).url == at("vault", scene)
    assert bytes(VaultItem.objects.get(pk=item.id).ciphertext) == sealed.age


def test_fields_of_the_plaintext_have_no_name(scene, client):
    """A form without script sends what has a name: text and file of the page have none, so they never leave it."""
    import re

    client.force_login(scene.member)
    page = client.get(at("vault_deposit", scene)).text
    for identifier in ("item-name", "item-text", "item-file"):
        (tag,) = re.findall(rf'<(?:input|textarea)[^>]*id="{identifier}"[^>]*>', page)
        assert " name=" not in tag


def test_a_custodian_takes_everything_sealed(scene, client):
    client.force_login(scene.people[0])
    answer = client.get(at("vault_sealed", scene))
    assert "attachment" in answer["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        # It says nothing of when and on which machine it was packed.
        assert {(info.date_time, info.create_system) for info in packed.infolist()} == {((1980, 1, 1, 0, 0, 0), 0)}
        listed = lists.read(packed.read("items.json"), scene.vault.pk)
        assert packed.read(f"{scene.vault.pk}.vault") == scene.file.text()
        for item, row in listed.items():
            opened, committed = items.open_item(packed.read(f"{item}.age"), scene.key(), vault=scene.vault.pk)
            assert committed.hex() == row.commitment
            assert opened.content == b"what was said"
    (row,) = client.get(at("vault_items", scene)).json()["items"]
    assert client.get(at("vault_item", scene, row["item"])).content == bytes(VaultItem.objects.get().ciphertext)
    assert client.get(at("vault_item", scene, uuid4())).status_code == 404


def test_keys_are_confirmed_destroyed_and_then_nothing_is_there(scene, client):
    for person in scene.people[:2]:
        client.force_login(person)
        page = client.post(at("vault_destroyed", scene), follow=True)
        assert "noted that your key is destroyed" in page.text
    assert "destroyed: too few custodians" in page.text
    again = client.post(at("vault_destroyed", scene))
    assert again.status_code == 403
    assert client.get(at("vault_sealed", scene)).status_code == 404
    assert client.get(at("vault_open", scene)).status_code == 403
    client.force_login(scene.member)
    assert client.get(at("vault_deposit", scene)).status_code == 403
    assert client.post(at("vault_destroyed", scene)).status_code == 403


def test_a_vault_of_counts_takes_nothing_from_people(house, client):
    scene = Scene(house, now=clock.now(), holds="counts")
    actions.keep_apart(by=None, now=clock.now(), vault=scene.vault.pk, name="Table 3", counts={"cell": 3})
    client.force_login(scene.member)
    page = client.get(at("vault", scene)).text
    assert at("vault_deposit", scene) not in page
    assert "16.0" in page


def test_whatever_is_sent_is_told_on_the_form(scene, client):
    """Anything in any field gives the form again with a sentence, never a fault of the program, and changes nothing."""
    client.force_login(scene.registrar)
    strange = ["", "\x00", "{}", "[" * 3000, "null", '{"custodians":[]}', "é" * 70_000, scene.file.text().decode()[:-9]]
    terms = {"holds": "items", "marking": "tlp:amber", "audiences": [str(scene.audience.pk)]}
    for text in strange:
        assert client.post(reverse("access:found_vault"), terms | {"file": text}).status_code == 422, text[:20]
    item, sealed = scene.sealed()
    right = {"item": str(item.id), "commitment": sealed.commitment.hex()}
    for change in ({"item": "x"}, {"commitment": "x"}, {"commitment": "é" * 64}, {"item": str(uuid4())[:-1]}):
        told = {"sealed": SimpleUploadedFile("item.age", sealed.age)}
        assert client.post(at("vault_deposit", scene), right | change | told).status_code == 422, change
    for content in (b"", b"\x00" * 5000, sealed.age[:60], sealed.age[:300], sealed.age + b"x"):
        told = {"sealed": SimpleUploadedFile("item.age", content)}
        assert client.post(at("vault_deposit", scene), right | told).status_code == 422, content[:20]
    assert (Vault.objects.count(), VaultItem.objects.count()) == (1, 1)
