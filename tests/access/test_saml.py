"""What is of SAML alone: what is asked, the way back between two sites, and what a lying provider can do."""

import base64
import zlib
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings as django_settings
from django.test import Client
from lxml import etree
from saml2.md import entity_descriptor_from_string

from ninefold import clock
from ninefold.access import actions
from ninefold.access.models import HeardAnswer
from ninefold.errors import RefusedError

from .directory_scene import ANSWER, ENTER, MFA, TIE, running, scene, who

__all__ = ["scene"]
GCM = {
    "data": "http://www.w3.org/2009/xmlenc11#aes256-gcm",
    "key": "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
    "session": "aes-256",
}
METADATA = "/sign-in/directory/metadata/"


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    yield from running("saml", tmp_path_factory.mktemp("provider"))


@pytest.fixture
def tied(scene):
    scene.tied()
    return scene


def test_the_sign_in_page_leads_to_the_provider_with_a_question(scene, client):
    assert "Sign in with Harbour sign-in" in client.get("/sign-in/").text
    there = urlsplit(scene.begun(client))
    asked = {key: values[0] for key, values in parse_qs(there.query).items()}
    assert f"{there.scheme}://{there.netloc}{there.path}" == f"{scene.provider.issuer.removesuffix('/idp')}/sso"
    assert asked.keys() == {"SAMLRequest", "RelayState"}
    attempt = client.session["directory_attempt"]
    assert asked["RelayState"] == attempt["state"]
    question = etree.fromstring(zlib.decompress(base64.b64decode(asked["SAMLRequest"]), -15))
    assert question.get("ID") == f"_{attempt['nonce']}"
    assert question.get("AssertionConsumerServiceURL") == scene.provider.ours.answers


def test_our_description_is_one_that_others_read(scene, client):
    page = client.get(METADATA)
    assert page["Content-Type"] == "application/samlmetadata+xml"
    told = entity_descriptor_from_string(page.content)
    assert told.entity_id == scene.provider.ours.entity
    (service,) = told.spsso_descriptor[0].assertion_consumer_service
    assert service.location == scene.provider.ours.answers


def test_the_addresses_are_there_for_the_protocol_that_is_named(scene, client, settings):
    assert client.get("/sign-in/directory/back/").status_code == 404
    settings.DIRECTORY = None
    assert client.get(METADATA).status_code == client.post(ANSWER).status_code == 404


def test_an_answer_from_another_site_is_posted_again_by_a_page_of_ours(tied):
    stranger = Client(enforce_csrf_checks=True)
    answer = tied.provider.answers(tied.begun(Client()), "ada")
    page = stranger.post(ANSWER, answer)
    assert (page.status_code, "data-go-on" in page.text) == (200, True)
    # The browser kept its cookies back, so nothing may be put in their place.
    assert not page.cookies
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert stranger.post(ANSWER, answer | {"again": "1"}).status_code == 403
    # Only this address takes a form without the token of the house.
    assert stranger.post(ENTER).status_code == 403


def test_what_comes_back_is_shown_on_that_page_as_text(scene, client):
    page = client.post(ANSWER, {"SAMLResponse": '"><script>x</script>', "RelayState": '"><b>'})
    assert "<script>x" not in page.text
    assert "<b>" not in page.text
    assert client.post(ANSWER, {"SAMLResponse": "x" * (1 << 20)}).status_code == 403


def test_nobody_comes_unasked(tied):
    answer = tied.provider.answers(tied.begun(Client()), "ada")
    client = Client()
    assert "belongs to no sign-in" in tied.heard(client, answer).text
    # Nor with another's answer in one's own sign-in: the question's id is signed.
    tied.begun(client)
    state = client.session["directory_attempt"]["state"]
    assert "belongs to no sign-in" in tied.heard(client, answer | {"RelayState": state}).text
    assert who(client) is None


@pytest.mark.parametrize("relay", ["", "another", "x" * 5000, "é\0"], ids=lambda text: repr(text[:9]))
def test_the_relay_is_a_word_of_ours_and_nothing_else(tied, relay):
    client = Client()
    answer = tied.provider.answers(tied.begun(client, next="/warning/"), "ada")
    assert tied.heard(client, answer | {"RelayState": relay}).status_code == 403
    assert who(client) is None


def test_a_late_answer_is_not_heard(tied):
    client = Client()
    answer = tied.provider.answers(tied.begun(client), "ada")
    session = client.session
    session["directory_attempt"] |= {"since": clock.stamp(clock.now() - timedelta(minutes=11))}
    session.save()
    assert tied.heard(client, answer).status_code == 403


@pytest.mark.parametrize("sign", [["assertion"], ["response"], ["assertion", "response"]], ids=str)
def test_the_provider_may_sign_either_or_both(tied, sign):
    tied.provider.lies(sign=sign)
    client = Client()
    assert tied.comes(client, "ada").status_code == 302
    assert who(client) is not None


@pytest.mark.parametrize(
    ("lies", "reason"),
    [
        ({"sign": []}, "not signed by a key"),
        ({"key": "other"}, "not signed by a key"),
        ({"method": "http://www.w3.org/2000/09/xmldsig#rsa-sha1"}, "too weak"),
        ({"digest": "http://www.w3.org/2000/09/xmldsig#sha1"}, "too weak"),
        ({"encrypt": GCM | {"to": "certificate.pem"}}, "has no key to open it"),
        ({"instead": [["status:Success", "status:Responder"]]}, "did not sign you in"),
        ({"instead": [["/sign-in/directory/metadata/", "/elsewhere/"]]}, "another program"),
        ({"instead": [["subject of ada", "<!--x-->subject of ada"]]}, "no answer in SAML"),
        ({"format": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"}, "no way that lasts"),
    ],
    ids=str,
)
def test_an_answer_that_does_not_hold_signs_nobody_in(tied, lies, reason):
    client = Client()
    begun = tied.begun(client)
    tied.provider.lies(**lies)
    page = tied.heard(client, tied.provider.answers(begun, "ada"))
    assert (page.status_code, reason in page.text) == (403, True), page.text
    assert who(client) is None


@pytest.mark.parametrize(("context", "strong"), [("urn:example:two-factors", True), ("urn:example:password", False)])
def test_the_operator_says_what_stands_for_the_second_factor(scene, context, strong):
    scene.named(contexts=[context])
    client, _ = scene.in_by_invitation()
    scene.provider.says(ada=MFA)
    scene.comes(client, "ada", TIE)
    assert (client.get("/access/").status_code == 200) is strong


def test_the_certificates_are_read_anew_and_their_state_is_not_told(tied, tmp_path):
    keys = tmp_path / "directory.pem"
    keys.write_bytes(django_settings.DIRECTORY.certificates.read_bytes())
    tied.named(amr=["mfa"], certificates=str(keys))
    client = Client()
    answer = tied.provider.answers(tied.begun(client), "ada")
    keys.chmod(0o666)
    page = tied.heard(client, answer)
    assert (page.status_code, str(tmp_path) in page.text) == (503, False)


def test_two_processes_that_heard_the_same_answer_sign_in_once(tied):
    client, other = Client(), Client()
    answer = tied.provider.answers(tied.begun(client), "ada")
    tied.begun(other)
    session = other.session
    # Both read the session before either wrote that the attempt is over.
    session["directory_attempt"] = client.session["directory_attempt"]
    session.save()
    assert tied.heard(client, answer).status_code == 302
    page = tied.heard(other, answer)
    assert (page.status_code, "was used before" in page.text) == (403, True)
    assert who(other) is None


def test_an_answer_is_taken_once_and_kept_as_a_day(tied):
    tied.comes(Client(), "ada")
    row = HeardAnswer.objects.latest("until")
    assert row.until == (clock.now() + timedelta(minutes=6)).date() + timedelta(days=1)
    assert len(row.fingerprint) == 64
    told = {"issuer": tied.provider.issuer, "assertion": "_one", "until": clock.now(), "now": clock.now()}
    actions.hear_once(**told)
    with pytest.raises(RefusedError, match="used before"):
        actions.hear_once(**told)
    actions.forget_what_ended(now=clock.now() + timedelta(days=3))
    assert not HeardAnswer.objects.exists()
