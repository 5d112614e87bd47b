"""Through a token a custodian's key is published and a vault is brought only with its owner's signature."""

import base64
import json
from datetime import timedelta

import pytest
from signed_in import run, signed_in

from ninefold import clock
from ninefold.access import actions
from ninefold.access.models import CustodianKey, Vault
from ninefold.access.vaults import ceremony
from ninefold.access.vaults.age_keys import Identity
from ninefold.cli.sign import signature_of
from ninefold.ledger.keys import Signer
from ninefold.ledger.models import Entry
from ninefold.ledger.signatures import possession_statement

from .test_api import Holder
from .vault_scene import Scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]


@pytest.fixture
def scene(house):
    return Scene(house, now=clock.now())


def enrolled(person):
    """His signing key."""
    signer, challenge, now = Signer.generate("mine"), b"a challenge", clock.now()
    proof = actions.Possession(challenge, signer.sign(possession_statement(challenge)))
    told = {"name": "k", "public": signer.verifier.public, "ends": now + timedelta(days=30), "proof": proof}
    actions.enrol_key(by=person, now=now, **told)
    return signer


def file_of(signer, folder):
    folder.mkdir(exist_ok=True)
    path = folder / "mine.key"
    signer.to_file(path)
    return str(path)


def another(scene):
    """The file of a further vault of the same custodians, with keys of its own."""
    invited = []
    for person in scene.people:
        identity = Identity.new()
        actions.publish_custodian_key(by=person, now=scene.now, name="other", recipient=identity.recipient)
        invited.append(ceremony.Invited(str(person.name), identity.recipient))
    return ceremony.found(name="Second", k=2, custodians=invited, day=scene.now.date())


def signing(holder, path, body, signer):
    """Draw it up, sign it, and send it again, as a program does."""
    told = {"data": json.dumps(body), "content_type": "application/json"}
    drawn = holder.client.post(f"/api/v1/access{path}?prepare=1", **told)
    assert drawn.status_code == 202, drawn.content
    act = drawn.json()
    signature = {"draft": act["draft"], "signature": signature_of(act, signer).member()}
    packed = base64.b64encode(json.dumps(signature).encode()).decode()
    return holder.client.post(f"/api/v1/access{path}", headers={"Ninefold-Signed": packed}, **told)


def test_the_commands_publish_and_bring_with_a_signature_and_never_without(scene, tmp_path):
    ada, identity = scene.people[0], Identity.new()
    words = ("vault", "publish-key", "--name", "laptop", "--recipient", identity.recipient)
    with signed_in(ada, tmp_path / "ada"):
        refused = run(*words)
        assert (refused.code, "only with your signature" in refused.err) == (3, True)
        key = file_of(enrolled(ada), tmp_path)
        assert run(*words).code == 3, "a stolen token alone puts no key in her name"
        told = run(*words, "--key-file", key, "--json").json
        assert CustodianKey.objects.get(recipient=identity.recipient).pk.hex == told["key"].replace("-", "")
        assert run(*words, "--key-file", key).code == 4
        assert run("vault", "publish-key", "--name", "laptop").code == 2
    entry = Entry.objects.filter(kind="access.custodian-key-published").latest("serial")
    assert b'"signature"' in bytes(entry.envelope)


def test_a_vault_is_brought_by_command_with_a_signature(scene, tmp_path):
    made, other = another(scene), another(scene)
    paths = []
    for number, file in enumerate((made, other)):
        paths.append(tmp_path / f"{number}.vault")
        paths[-1].write_bytes(file.text())
    words = ("vault", "bring", str(paths[0]), "--audience", str(scene.audience.pk), "--purpose", "What must not leak")
    with signed_in(scene.registrar, tmp_path / "registrar"):
        assert run(*words).code == 3
        key = file_of(enrolled(scene.registrar), tmp_path)
        assert run(*words, "--marking", "tlp:clear", "--key-file", key).code == 2
        assert run(*words, "--destroy-on", "2020-01-01", "--key-file", key).code == 2
        told = run(*words, "--key-file", key, "--json").json
        assert (told["vault"], told["file_sha256"]) == (str(made.id), made.digest().hex())
        assert run(*words, "--key-file", key).code == 4
        nameless = ("vault", "bring", str(paths[1]), *words[3:], "--marking", "tlp:amber tlp:ex:chr")
        assert run(*nameless, "--key-file", key).code == 3, "nothing is signed under that rule"
    with signed_in(scene.outsider, tmp_path / "outsider"):
        own = file_of(enrolled(scene.outsider), tmp_path / "outsider")
        assert run("vault", "bring", str(paths[1]), *words[3:], "--key-file", own).code in (2, 3)
    assert Vault.objects.count() == 2


def test_the_api_publishes_and_brings_with_a_signature(scene):
    registrar, ada = Holder(scene.registrar), Holder(scene.people[0])
    made = another(scene)
    body = {"file": made.text().decode(), "marking": "tlp:amber", "audiences": [str(scene.audience.pk)]}
    assert registrar.post("/vaults", body).status_code == 403
    signer = enrolled(scene.registrar)
    assert registrar.post("/vaults", body).status_code == 403
    brought = signing(registrar, "/vaults", body, signer)
    assert (brought.status_code, brought.json()["id"]) == (201, str(made.id))
    assert b'"signature"' in bytes(Entry.objects.filter(kind="access.vault-registered").latest("serial").envelope)
    assert Vault.objects.count() == 2
    identity, mine = Identity.new(), enrolled(scene.people[0])
    key = signing(ada, "/vaults/keys", {"name": "laptop", "recipient": identity.recipient}, mine)
    assert key.status_code == 201
    assert identity.recipient in {one["recipient"] for one in ada.get("/vaults/keys").json()}
    assert identity.recipient in {one["recipient"] for one in registrar.get("/vaults/keepers").json()}
    assert Holder(scene.outsider).get("/vaults/keepers").status_code == 403
    assert registrar.post(f"/vaults/keys/{key.json()['id']}/end", {}).status_code == 404
    assert ada.post(f"/vaults/keys/{key.json()['id']}/end", {}).json() == {"done": True}
    assert signing_refused(ada, mine)


def signing_refused(holder, signer):
    """A recipient that is none is refused before anything is drawn up."""
    told = {"data": json.dumps({"name": "x", "recipient": "age1nonsense"}), "content_type": "application/json"}
    return holder.client.post("/api/v1/access/vaults/keys?prepare=1", **told).status_code == 422
