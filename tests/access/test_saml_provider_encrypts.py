"""A real provider that encrypts (xmlsec1) to the key of our description: who gets in, and who does not."""

import base64

import pytest
from django.conf import settings as django_settings
from django.test import Client
from lxml import etree

from ninefold import clock
from ninefold.access.directory.saml.own import add_key, key_path, own_certificates, retire_key

from .directory_scene import running, scene, who

__all__ = ["scene"]
XENC, NEWER = "http://www.w3.org/2001/04/xmlenc#", "http://www.w3.org/2009/xmlenc11#"
OAEP = {"key": f"{XENC}rsa-oaep-mgf1p"}
GCM = OAEP | {"data": f"{NEWER}aes256-gcm", "session": "aes-256"}
GCM_SHORT = OAEP | {"data": f"{NEWER}aes128-gcm", "session": "aes-128"}
CHAINED = OAEP | {"data": f"{XENC}aes256-cbc", "session": "aes-256"}
OLD = OAEP | {"data": f"{XENC}tripledes-cbc", "session": "des-192"}
BOTH = ["assertion", "response"]


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    yield from running("saml", tmp_path_factory.mktemp("provider"))


@pytest.fixture
def own(provider):
    workspace = django_settings.WORKSPACE
    add_key(workspace, clock.now())
    provider.knows(*own_certificates(workspace))
    yield workspace
    key_path(workspace).unlink(missing_ok=True)
    provider.knows()


@pytest.fixture
def tied(scene, own):
    scene.tied()
    return scene


def text_of(answer):
    return base64.b64decode(answer["SAMLResponse"])


@pytest.mark.parametrize(
    "lies",
    [
        {"encrypt": GCM},
        {"encrypt": GCM_SHORT},
        {"encrypt": GCM, "sign": BOTH},
        {"encrypt": GCM, "sign": ["response"]},
        {"encrypt": CHAINED, "sign": BOTH},
        {"encrypt": CHAINED, "sign": ["response"]},
        {"encrypt": GCM | {"leans": True}},
        {"encrypt": GCM | {"digest": "http://www.w3.org/2000/09/xmldsig#sha1"}},
    ],
    ids=str,
)
def test_what_the_provider_encrypts_is_read(tied, lies):
    tied.provider.lies(**lies)
    client = Client()
    answer = tied.provider.answers(tied.begun(client), "ada")
    assert b"EncryptedAssertion" in text_of(answer)
    assert b"subject of ada" not in text_of(answer)
    assert tied.heard(client, answer).status_code == 302
    assert who(client).email == "ada@example.org"


def test_a_person_is_tied_by_an_encrypted_answer_too(scene, own):
    scene.provider.lies(encrypt=GCM)
    client, person = scene.tied()
    assert who(client) == person


@pytest.mark.parametrize(
    ("lies", "reason"),
    [
        ({"encrypt": CHAINED}, "others can change"),
        ({"encrypt": OLD}, "too weak"),
        ({"encrypt": OLD, "sign": BOTH}, "too weak"),
        ({"encrypt": GCM | {"key": f"{XENC}rsa-1_5"}, "sign": BOTH}, "too weak"),
        ({"encrypt": GCM, "sign": []}, "not signed by a key"),
        ({"encrypt": GCM, "key": "other"}, "not signed by a key"),
        ({"encrypt": CHAINED, "sign": ["response"], "key": "other"}, "not signed by a key"),
        ({"encrypt": GCM | {"to": "others.pem"}}, "cannot be opened"),
        ({"encrypt": CHAINED | {"to": "others.pem"}, "sign": BOTH}, "cannot be opened"),
        ({"encrypt": GCM, "instead": [["/sign-in/directory/metadata/", "/elsewhere/"]]}, "another program"),
        ({"encrypt": GCM, "instead": [["subject of ada", "<!--x-->subject of ada"]]}, "cannot be opened"),
    ],
    ids=str,
)
def test_an_encrypted_answer_that_does_not_hold_signs_nobody_in(tied, lies, reason):
    client = Client()
    begun = tied.begun(client)
    tied.provider.lies(**lies)
    page = tied.heard(client, tied.provider.answers(begun, "ada"))
    assert (page.status_code, reason in page.text) == (403, True), page.text
    assert who(client) is None


def test_another_s_encrypted_assertion_in_one_s_own_answer_is_refused(tied):
    """Who can read the answer of another cannot open it, but could carry it; its question is not his."""
    tied.provider.lies(encrypt=GCM)
    victim, thief = Client(), Client()
    stolen = etree.fromstring(text_of(tied.provider.answers(tied.begun(victim), "ada")))
    mine = tied.provider.answers(tied.begun(thief), "bero")
    shell = etree.fromstring(text_of(mine))
    path = "{urn:oasis:names:tc:SAML:2.0:assertion}EncryptedAssertion"
    shell.replace(shell.find(path), stolen.find(path))
    page = tied.heard(thief, mine | {"SAMLResponse": base64.b64encode(etree.tostring(shell)).decode()})
    assert (page.status_code, "belongs to no sign-in" in page.text) == (403, True)
    assert who(thief) is None


def test_an_encrypted_answer_is_heard_once(tied):
    tied.provider.lies(encrypt=GCM)
    client, other = Client(), Client()
    answer = tied.provider.answers(tied.begun(client), "ada")
    tied.begun(other)
    session = other.session
    session["directory_attempt"] = client.session["directory_attempt"]
    session.save()
    assert tied.heard(client, answer).status_code == 302
    page = tied.heard(other, answer)
    assert (page.status_code, "was used before" in page.text) == (403, True)
    assert tied.heard(client, answer).status_code == 403


def test_keys_follow_each_other_without_a_gap(tied, own):
    tied.provider.lies(encrypt=GCM)
    # 1. A second key is there, and the provider still encrypts to the first; then to the second.
    add_key(own, clock.now())
    for known in (own_certificates(own)[:1], own_certificates(own)):
        tied.provider.knows(*known)
        client = Client()
        assert tied.comes(client, "ada").status_code == 302
        assert who(client) is not None
    # 2. The first is retired: what is encrypted to it is shut.
    old = own_certificates(own)[0]
    retire_key(own)
    assert tied.comes(Client(), "ada").status_code == 302
    tied.provider.knows(old)
    page = tied.comes(Client(), "ada")
    assert (page.status_code, "cannot be opened" in page.text) == (403, True)


def test_with_a_key_that_others_may_read_nothing_is_opened(tied, own):
    tied.provider.lies(encrypt=GCM)
    client = Client()
    answer = tied.provider.answers(tied.begun(client), "ada")
    key_path(own).chmod(0o644)
    page = tied.heard(client, answer)
    assert (page.status_code, str(own) in page.text) == (503, False)
