"""This program's own key for a directory: questions are signed where the file says so, and keys follow each other."""

import base64
import re
from datetime import timedelta
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings as django_settings
from django.test import Client
from lxml import etree

from ninefold import clock
from ninefold.access.directory.file import from_file
from ninefold.access.directory.saml.own import add_key, key_path, own_certificates, own_keys, retire_key
from ninefold.disk import write_private
from ninefold.errors import ConflictError, InvalidError, NotThereError, RefusedError

from .directory_scene import TIE, running, scene, who

__all__ = ["scene"]
METADATA = "/sign-in/directory/metadata/"
CERTIFICATE = "{http://www.w3.org/2000/09/xmldsig#}X509Certificate"
KEY = "{urn:oasis:names:tc:SAML:2.0:metadata}KeyDescriptor"


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    yield from running("saml", tmp_path_factory.mktemp("provider"))


@pytest.fixture
def own(provider):
    """The workspace of the tests with a key, which the provider knows."""
    workspace = django_settings.WORKSPACE
    add_key(workspace, clock.now())
    provider.knows(*own_certificates(workspace), signs=True)
    yield workspace
    key_path(workspace).unlink(missing_ok=True)
    provider.knows()


@pytest.fixture
def place(tmp_path):
    (tmp_path / "keys").mkdir()
    return tmp_path


def fields(address):
    return dict(parse_qsl(urlsplit(address).query))


def test_a_question_is_signed_where_the_file_says_so_and_the_provider_asks_for_it(scene, own):
    scene.named(amr=["mfa"], sign_requests=True)
    scene.provider.lies(wants_signed=True)
    client, person = scene.tied()
    assert who(client) == person
    asked = fields(scene.begun(Client()))
    assert list(asked) == ["SAMLRequest", "RelayState", "SigAlg", "Signature"]
    assert asked["SigAlg"].endswith("#rsa-sha256")


def test_without_that_word_a_question_is_bare_also_where_there_is_a_key(scene, own):
    assert list(fields(scene.begun(Client()))) == ["SAMLRequest", "RelayState"]
    scene.provider.lies(wants_signed=True)
    assert scene.provider.answers(scene.begun(Client()), "ada") == {}


@pytest.mark.parametrize("part", ["SAMLRequest", "RelayState", "SigAlg", "Signature"])
def test_the_signature_lies_over_every_part_of_the_question(scene, own, part):
    scene.named(sign_requests=True)
    scene.provider.lies(wants_signed=True)
    there, other = scene.begun(Client()), fields(scene.begun(Client()))
    lie = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384" if part == "SigAlg" else other[part]
    changed = f"{there.partition('?')[0]}?{urlencode(fields(there) | {part: lie})}"
    assert scene.provider.answers(there, "ada").keys() == {"SAMLResponse", "RelayState"}
    assert scene.provider.answers(changed, "ada") == {}


def test_an_address_that_has_a_query_of_its_own_keeps_it_outside_the_signature(scene, own):
    scene.named(sign_requests=True, sign_in=f"{scene.provider.issuer.removesuffix('/idp')}/sso?tenant=one")
    there = scene.begun(Client())
    head, signed, signature = re.fullmatch(r"(.*)&(SAMLRequest=.*&SigAlg=.*)&Signature=(.*)", there).groups()
    assert head.endswith("/sso?tenant=one")
    public = own_certificates(own)[0].public_key()
    public.verify(base64.b64decode(unquote(signature)), signed.encode(), PKCS1v15(), SHA256())


def test_the_older_key_signs_until_it_is_retired(scene, own):
    scene.named(sign_requests=True)
    scene.provider.lies(wants_signed=True)
    old, new = own_certificates(own)[0], add_key(own, clock.now())
    # 1. The provider knows the older one alone, then both, then the newer one alone: each time it is asked as it wants.
    for known in ([old], [old, new]):
        scene.provider.knows(*known, signs=True)
        assert scene.provider.answers(scene.begun(Client()), "ada")
    assert retire_key(own) == new
    scene.provider.knows(new, signs=True)
    assert scene.provider.answers(scene.begun(Client()), "ada")
    # 2. What was retired signs nothing any more.
    scene.provider.knows(old, signs=True)
    assert scene.provider.answers(scene.begun(Client()), "ada") == {}


def test_the_description_names_each_key_to_sign_with_and_the_newest_to_encrypt_to(scene, own, client):
    add_key(own, clock.now())
    told = etree.fromstring(client.get(METADATA).content)
    keys = [(key.get("use"), key.findtext(f".//{CERTIFICATE}")) for key in told.iter(KEY)]
    assert [use for use, _ in keys] == ["signing", "signing", "encryption"]
    assert keys[1][1] == keys[2][1] != keys[0][1]
    assert told[0].get("AuthnRequestsSigned") == "false"
    scene.named(sign_requests=True)
    assert etree.fromstring(client.get(METADATA).content)[0].get("AuthnRequestsSigned") == "true"
    assert b"PRIVATE" not in client.get(METADATA).content


def test_a_key_that_went_away_meanwhile_is_for_the_operator_to_see(scene, own, client):
    scene.named(sign_requests=True)
    key_path(own).chmod(0o644)
    for page in (client.get(METADATA), client.post("/sign-in/directory/")):
        assert (page.status_code, str(own) in page.text) == (503, False)
    key_path(own).unlink()
    assert client.post("/sign-in/directory/").status_code == 503
    scene.in_by_invitation()
    assert client.post(TIE).status_code == 302  # to the door: nobody is signed in here


def test_a_file_that_asks_for_signed_questions_needs_a_key(provider, place):
    file = str(provider.directory_file(place, sign_requests=True))
    with pytest.raises(NotThereError, match="ninefold access directory-key make"):
        from_file(file, place)
    add_key(place, clock.now())
    assert from_file(file, place).sign_requests
    key_path(place).chmod(0o640)
    with pytest.raises(RefusedError, match="chmod 600"):
        from_file(file, place)
    with pytest.raises(InvalidError, match="true or false"):
        from_file(str(provider.directory_file(place, sign_requests="yes")), place)


def test_there_are_two_keys_at_most_and_one_stays(place):
    assert own_keys(place) == ()
    with pytest.raises(ConflictError, match="No key follows"):
        retire_key(place)
    first = add_key(place, clock.now())
    with pytest.raises(ConflictError, match="No key follows"):
        retire_key(place)
    second = add_key(place, clock.now())
    with pytest.raises(ConflictError, match="two keys"):
        add_key(place, clock.now())
    assert [each.certificate for each in own_keys(place)] == [first, second]
    assert key_path(place).stat().st_mode & 0o777 == 0o600
    assert retire_key(place) == second
    assert own_certificates(place) == (second,)
    assert first.not_valid_after_utc - clock.now() > timedelta(days=1090)


def test_a_file_with_anything_else_in_it_is_refused(place):
    add_key(place, clock.now())
    first = key_path(place).read_bytes()
    key_path(place).unlink()
    add_key(place, clock.now())
    other = key_path(place).read_bytes()
    key, _, certificate = first.partition(b"-----BEGIN CERTIFICATE")
    mixed = other.partition(b"-----BEGIN CERTIFICATE")[0] + b"-----BEGIN CERTIFICATE" + certificate
    for lie in (b"", b"nothing", key, certificate, first + b"x", first * 3, mixed, first.replace(b"A", b"B")):
        key_path(place).unlink()
        write_private(key_path(place), lie)
        with pytest.raises(InvalidError, match="each followed by its certificate"):
            own_keys(place)
