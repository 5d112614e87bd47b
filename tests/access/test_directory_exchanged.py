"""Somebody exchanges the directory's file, or what stands beside it: no tie passes to another directory unseen."""

import pytest
from django.test import Client
from django.urls import reverse

from ninefold import clock
from ninefold.access import actions, reads
from ninefold.access.directory.file import from_file
from ninefold.access.directory.identity import fingerprint, identity_of
from ninefold.errors import ConflictError, RefusedError
from ninefold.ledger.models import Entry
from ninefold.ledger.reads import opening_of

from .directory_scene import ENTER, TIE, provider, scene, who
from .test_signing_in import enrolled

__all__ = ["provider", "scene"]
REFUSED = "was changed since an administrator agreed"
PAGE = "/access/directory/"


@pytest.fixture
def tied(scene):
    """Ada, whose account the directory opens."""
    scene.ada = scene.tied()[1]
    return scene


def exchange(scene, **more):
    """The file as the attacker leaves it; nobody has agreed."""
    path = scene.provider.directory_file(scene.folder, **more)
    scene.settings.DIRECTORY = from_file(str(path), scene.folder)
    return scene.settings.DIRECTORY


def his(scene):
    """What the attacker names: with SAML his own certificates under the old name, else a client of his own."""
    if hasattr(scene.provider, "ours"):
        scene.provider.lies(key="other")
        return {"certificates": str(scene.provider.folder / "others.pem")}
    return {"client_id": "another", "amr": ["pwd"]}


def named():
    rows = Entry.objects.filter(kind__in=["access.directory-named", "access.directory-changed"]).order_by("serial")
    return [(row.kind.rpartition(".")[2], row.actor.partition(":")[0], opening_of(row).says()) for row in rows]


def administrator(scene):
    """A browser of the administrator, who enrolled here and proved it this moment."""
    client = Client(headers={"accept-language": "en"})
    person, _ = enrolled(client, "keeper@example.org")
    type(person).objects.filter(pk=person.pk).update(roles=["administrator"])
    return client, type(person).objects.get(pk=person.pk)


def test_an_exchanged_directory_signs_nobody_in_until_an_administrator_agrees(tied):
    honest = identity_of(tied.settings.DIRECTORY)
    under_way = Client()
    begun = tied.begun(under_way)
    forged = exchange(tied, **his(tied))
    assert identity_of(forged) != honest
    for at in (ENTER, TIE):
        page = Client().post(at)
        assert page.status_code in {302, 403}, "not even asked: his page would take their passwords"
        assert forged.origin not in page.get("location", "")
    heard = tied.heard(under_way, tied.provider.answers(begun, "ada"))
    assert heard.status_code == 403
    assert who(under_way) is None
    client, root = administrator(tied)
    assert "It signs nobody in until an administrator agrees" in client.get("/access/").text
    seen = fingerprint(identity_of(forged))
    actions.agree_directory(by=root, now=clock.now(), directory=forged, seen=seen)
    assert named()[-1][:2] == ("directory-named", "access")
    assert named()[-1][2] == identity_of(forged)
    assert "It signs nobody in until" not in client.get("/access/").text
    reads.require_agreed(forged)


def test_a_start_enters_the_change_once_and_goes_on_refusing(tied):
    before = named()
    forged = exchange(tied, **his(tied))
    for _ in range(2):
        assert not actions.note_directory(now=clock.now(), directory=forged)
    assert named() == [*before, ("directory-changed", "node", identity_of(forged))]
    with pytest.raises(RefusedError, match=REFUSED):
        reads.require_agreed(forged)
    honest = exchange(tied, amr=["mfa", "hwk", "otp"])
    tied.provider.lies()
    assert actions.note_directory(now=clock.now(), directory=honest), "put back, it counts again"
    client = Client()
    assert tied.comes(client, "ada").status_code == 302
    assert who(client) == tied.ada


def test_the_administrator_sees_what_was_changed_and_agrees_to_what_he_saw(tied):
    forged = exchange(tied, **his(tied))
    client, root = administrator(tied)
    page = client.get(PAGE)
    assert page.status_code == 200
    assert page.text.count("(changed)") == sum(one.differs for one in page.context["facts"]) > 0
    seen = page.context["seen"]
    again = exchange(tied, **his(tied) | {"name": "Another name"})
    assert fingerprint(identity_of(again)) == seen, "how pages call it decides nothing"
    exchange(tied, amr=["hwk"])
    with pytest.raises(ConflictError, match="changed again meanwhile"):
        actions.agree_directory(by=root, now=clock.now(), directory=tied.settings.DIRECTORY, seen=seen)
    tied.settings.DIRECTORY = forged
    assert client.post(PAGE, {"seen": seen}).url == PAGE
    assert "agreed to" in client.get(PAGE).text
    with pytest.raises(ConflictError, match="agreed to already"):
        actions.agree_directory(by=root, now=clock.now(), directory=forged, seen=seen)


def test_nobody_else_sees_or_agrees(tied):
    forged = exchange(tied, **his(tied))
    client, person = tied.keeper()
    assert client.get(PAGE).status_code == 403
    assert "It signs nobody in until" not in client.get("/access/").text
    with pytest.raises(RefusedError, match="Only an administrator agrees"):
        actions.agree_directory(by=person, now=clock.now(), directory=forged, seen=fingerprint(identity_of(forged)))
    assert Client().get(PAGE).url.startswith(reverse("account_login"))
