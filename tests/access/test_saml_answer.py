"""What a directory answers in SAML is taken only where all of it holds, and a refusal names its reason."""

import copy
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod

from ninefold.access.directory.saml.answer import Expected, read_answer
from ninefold.access.directory.shown import Shown
from ninefold.errors import RefusedError

from .saml_forge import (
    ASSERTION,
    DIRECTORY,
    ISSUER,
    LONG_AGO,
    NOW,
    OURS,
    PROTOCOL,
    REQUEST,
    SIGNED,
    TWO,
    Forge,
    stamp,
    wrapped,
)

ADA = Shown("subject of ada", "ada@example.org", frozenset({"desk", "field"}), strong=True)
UNSIGNED, WRAPPED, WEAK = "not signed by a key", "more than one assertion", "too weak, or not known"
NO_ANSWER, ELSEWHERE, LATE, FALSE = "no answer in SAML", "for another program", "too old, or not valid", "does not hold"
UNASKED, NAMELESS = "belongs to no sign-in", "in no way that lasts"
SOON = stamp(NOW + timedelta(minutes=5))
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"


@pytest.fixture(scope="module")
def forge(tmp_path_factory):
    return Forge(tmp_path_factory.mktemp("forge"))


@pytest.mark.parametrize("sign", [("assertion",), ("response",), ("assertion", "response")], ids=str)
def test_what_holds_is_read(forge, sign):
    heard = forge.read(forge.answer(sign=sign))
    assert heard.shown == ADA
    assert heard.assertion == "_assertion"
    assert heard.until == NOW + timedelta(minutes=6)


def test_a_key_on_a_curve_and_the_next_of_two_keys_are_taken(forge):
    answer = forge.answer(key="curve", method=SignatureMethod.ECDSA_SHA256)
    assert forge.read(answer, keys=[forge.others, forge.curve]).shown == ADA


def test_the_operator_may_name_an_attribute_for_the_subject(forge):
    named = replace(DIRECTORY, subject_attribute="mail")
    assert forge.read(forge.answer(), directory=named).shown.subject == "Ada@Example.org"
    for attribute in ("groups", "absent"):
        with pytest.raises(RefusedError, match=NAMELESS):
            forge.read(forge.answer(), directory=replace(DIRECTORY, subject_attribute=attribute))


# Who signed, and how.


def test_without_a_signature_nothing_is_read(forge):
    with pytest.raises(RefusedError, match=UNSIGNED):
        forge.read(forge.answer(sign=()))


@pytest.mark.parametrize("sign", ["assertion", "response"])
def test_a_key_that_the_message_brings_along_is_not_taken(forge, sign):
    answer = forge.answer(sign=(sign,), key="other")
    assert answer.find(f".//{SIGNED}X509Certificate") is not None
    with pytest.raises(RefusedError, match=UNSIGNED):
        forge.read(answer)


def test_two_signatures_must_both_hold(forge):
    for lie in ("assertion", "response"):
        with pytest.raises(RefusedError, match=UNSIGNED):
            forge.read(forge.answer(sign=("assertion", "response"), key={lie: "other"}))


def test_a_certificate_that_ended_signs_nothing(forge):
    with pytest.raises(RefusedError, match=UNSIGNED):
        forge.read(forge.answer(), NOW + timedelta(days=31))
    with pytest.raises(RefusedError, match=UNSIGNED):
        forge.read(forge.answer(key="late"), keys=[forge.ended])


@pytest.mark.parametrize(
    "weak",
    [
        {"method": SignatureMethod.RSA_SHA1},
        {"digest": DigestAlgorithm.SHA1},
        {"method": SignatureMethod.RSA_SHA224},
        {"method": SignatureMethod.HMAC_SHA256, "key": b"a secret of nobody"},
    ],
    ids=str,
)
def test_weak_ways_of_signing_are_refused(forge, weak):
    with pytest.raises(RefusedError, match=WEAK):
        forge.read(forge.answer(**weak))


def test_the_public_key_is_no_secret_to_sign_with(forge):
    public = forge.certificate.public_key()
    for encoding, form in ((Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), (Encoding.DER, PublicFormat.PKCS1)):
        key = public.public_bytes(encoding, form)
        with pytest.raises(RefusedError, match=WEAK):
            forge.read(forge.answer(method=SignatureMethod.HMAC_SHA256, key=key))


def test_a_signature_that_does_not_fit_its_method_is_refused(forge):
    answer = forge.answer()
    answer.find(f".//{SIGNED}SignatureMethod").set("Algorithm", SignatureMethod.ECDSA_SHA256.value)
    with pytest.raises(RefusedError, match=UNSIGNED):
        forge.read(answer)


@pytest.mark.parametrize("sign", ["assertion", "response"])
def test_a_changed_letter_breaks_the_signature(forge, sign):
    answer = forge.answer(sign=(sign,))
    answer.find(f".//{ASSERTION}NameID").text = "subject of adb"
    with pytest.raises(RefusedError, match=UNSIGNED):
        forge.read(answer)


# Wrapping: what is signed is there, and something else is shown.


@pytest.mark.parametrize("how", range(1, 9))
@pytest.mark.parametrize("sign", [("assertion",), ("response",), ("assertion", "response")], ids=str)
def test_wrapping_is_refused(forge, how, sign):
    if (how <= 2 and "response" not in sign) or (how > 2 and "assertion" not in sign):
        sign = ("assertion", "response")
    with pytest.raises(RefusedError, match=WRAPPED):
        forge.read(wrapped(forge.answer(sign=sign), how))


@pytest.mark.parametrize("where", [f"{PROTOCOL}Status", f"{ASSERTION}Assertion", "."])
def test_a_signature_in_another_place_or_a_second_one_is_refused(forge, where):
    answer = forge.answer()
    signature = copy.deepcopy(answer.find(f".//{SIGNED}Signature"))
    place = answer if where == "." else answer.find(where)
    place.append(signature)
    if where == ".":
        place.append(copy.deepcopy(signature))
    with pytest.raises(RefusedError, match=WRAPPED):
        forge.read(answer)


def test_a_signature_that_brings_an_object_along_is_refused(forge):
    answer = forge.answer()
    etree.SubElement(answer.find(f".//{SIGNED}Signature"), f"{SIGNED}Object")
    with pytest.raises(RefusedError, match=WRAPPED):
        forge.read(answer)


@pytest.mark.parametrize("name", ["Id", "id", "ID", "{http://www.w3.org/XML/1998/namespace}id"])
def test_no_id_stands_twice(forge, name):
    answer = forge.answer()
    answer.find(f".//{ASSERTION}NameID").set(name, "_assertion")
    with pytest.raises(RefusedError, match=WRAPPED):
        forge.read(answer)


@pytest.mark.parametrize(
    "uri", ["", "#_response", "#xpointer(/)", "#xpointer(id('_assertion'))", "http://x.example/", None]
)
def test_a_reference_to_anything_else_is_refused(forge, uri):
    answer = forge.answer()
    reference = answer.find(f".//{SIGNED}Reference")
    reference.attrib.pop("URI")
    if uri is not None:
        reference.set("URI", uri)
    with pytest.raises(RefusedError, match=WRAPPED):
        forge.read(answer)


def test_a_second_reference_is_refused(forge):
    answer = forge.answer()
    reference = answer.find(f".//{SIGNED}Reference")
    reference.addnext(copy.deepcopy(reference))
    with pytest.raises(RefusedError, match=WRAPPED):
        forge.read(answer)


@pytest.mark.parametrize(
    "algorithm",
    [
        "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "http://www.w3.org/2000/09/xmldsig#base64",
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
    ],
)
def test_another_transform_is_refused(forge, algorithm):
    for where in (f".//{SIGNED}Transform[2]", f".//{SIGNED}CanonicalizationMethod"):
        answer = forge.answer()
        answer.find(where).set("Algorithm", algorithm)
        with pytest.raises(RefusedError, match=WEAK):
            forge.read(answer)


# For whom, when, and to which question.


LIES = [
    (f'Destination="{OURS.answers}"', 'Destination="https://elsewhere.example/"', ELSEWHERE),
    (f'Destination="{OURS.answers}"', "", ELSEWHERE),
    (f'Recipient="{OURS.answers}"', 'Recipient="https://elsewhere.example/"', ELSEWHERE),
    (f'Recipient="{OURS.answers}"', "", ELSEWHERE),
    (f"{OURS.entity}</saml:Audience>", "https://elsewhere.example/</saml:Audience>", ELSEWHERE),
    (f"<saml:Audience>{OURS.entity}</saml:Audience>", "", ELSEWHERE),
    ("</saml:AudienceRestriction>", "</saml:AudienceRestriction><saml:AudienceRestriction/>", ELSEWHERE),
    (f'" InResponseTo="{REQUEST}"/>', '" InResponseTo="_another"/>', UNASKED),
    (f'" InResponseTo="{REQUEST}"/>', '"/>', UNASKED),
    (f'InResponseTo="{REQUEST}" Version', 'InResponseTo="_another" Version', UNASKED),
    (f'InResponseTo="{REQUEST}" Version', "Version", UNASKED),
    (f"Issuer>{ISSUER}", "Issuer>https://elsewhere.example/idp", "another directory"),
    ("<saml:Issuer>", '<saml:Issuer Format="urn:example">', "another directory"),
    (f'NotOnOrAfter="{SOON}"', f'NotOnOrAfter="{stamp(LONG_AGO)}"', LATE),
    (f'NotOnOrAfter="{SOON}"', "", FALSE),
    (f'NotOnOrAfter="{SOON}"', f'NotOnOrAfter="{SOON}" NotBefore="{SOON}"', FALSE),
    (f'NotOnOrAfter="{stamp(NOW + timedelta(minutes=6))}"', f'NotOnOrAfter="{stamp(LONG_AGO)}"', LATE),
    (f'NotOnOrAfter="{stamp(NOW + timedelta(minutes=6))}"', "", FALSE),
    (f'NotBefore="{stamp(NOW - timedelta(seconds=5))}"', f'NotBefore="{SOON}"', LATE),
    (f'NotOnOrAfter="{SOON}"', 'NotOnOrAfter="tomorrow"', FALSE),
    (f'NotOnOrAfter="{SOON}"', 'NotOnOrAfter="2026-13-41T00:00:00Z"', FALSE),
    (f'NotOnOrAfter="{SOON}"', 'NotOnOrAfter="2099-01-01T00:00:00+02:00"', FALSE),
    (f'ID="_assertion" IssueInstant="{stamp(NOW)}"', f'ID="_assertion" IssueInstant="{stamp(LONG_AGO)}"', LATE),
    (f'ID="_assertion" IssueInstant="{stamp(NOW)}"', f'ID="_assertion" IssueInstant="{SOON}"', LATE),
    (f'AuthnInstant="{stamp(NOW)}"', f'AuthnInstant="{SOON}"', LATE),
    ("<saml:AuthnStatement ", f'<saml:AuthnStatement SessionNotOnOrAfter="{stamp(LONG_AGO)}" ', LATE),
    ("status:Success", "status:Requester", "did not sign you in"),
    ("cm:bearer", "cm:sender-vouches", FALSE),
    ("</saml:AudienceRestriction>", '</saml:AudienceRestriction><x:Unknown xmlns:x="urn:x"/>', FALSE),
    ('<saml:Assertion Version="2.0"', '<saml:Assertion Version="1.1"', FALSE),
    (f"nameid-format:{'persistent'}", "nameid-format:transient", NAMELESS),
    (f'Format="{PERSISTENT}"', 'Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"', NAMELESS),
    (f'Format="{PERSISTENT}"', "", NAMELESS),
    (f'Format="{PERSISTENT}"', f'Format="{PERSISTENT}" NameQualifier="https://elsewhere.example"', NAMELESS),
    (f'Format="{PERSISTENT}"', f'Format="{PERSISTENT}" SPNameQualifier="https://elsewhere.example"', NAMELESS),
    ("subject of ada", "x" * 256, NAMELESS),
    ("subject of ada", " subject of ada", NAMELESS),
    ("subject of ada", "subject&#10;of ada", NAMELESS),
    ("subject of ada", "", FALSE),
    ("subject of ada", "subject <b/>of ada", FALSE),
    ("</saml:Subject>", "</saml:Subject><saml:Subject/>", FALSE),
    ("</saml:NameID>", "</saml:NameID><saml:NameID>root</saml:NameID>", FALSE),
    ("saml:Assertion ", "saml:EncryptedAssertion ", WRAPPED),
]


# Numbered: some of what is said in them is the time of this run.
@pytest.mark.parametrize(
    ("said", "lie", "reason"), LIES, ids=[f"{reason} {n}" for n, (_, _, reason) in enumerate(LIES)]
)
@pytest.mark.parametrize("sign", ["assertion", "response"])
def test_what_does_not_hold_is_refused_though_it_is_signed(forge, said, lie, reason, sign):
    instead = [(said, lie)]
    if "Encrypted" in lie:
        instead, sign = [*instead, ("saml:Assertion>", "saml:EncryptedAssertion>")], "response"
    with pytest.raises(RefusedError, match=reason):
        forge.read(forge.answer(instead=instead, sign=(sign,)))


@pytest.mark.parametrize(
    ("said", "lie", "reason", "sign"),
    [
        (
            f"{ISSUER}</saml:Issuer><samlp:Status>",
            "urn:x</saml:Issuer><samlp:Status>",
            "another directory",
            "assertion",
        ),
        (f"{ISSUER}</saml:Issuer><saml:Subject>", "urn:x</saml:Issuer><saml:Subject>", "another directory", "response"),
        ("<saml:AudienceRestriction>\n", "<saml:OneTimeUse>", ELSEWHERE, "assertion"),
        (f'InResponseTo="{REQUEST}" Version="2.0"', f'InResponseTo="{REQUEST}"', NO_ANSWER, "assertion"),
    ],
    ids=str,
)
def test_one_of_two_places_that_does_not_hold_is_enough(forge, said, lie, reason, sign):
    instead = [(said, lie)]
    if "OneTimeUse" in lie:
        instead.append(("</saml:AudienceRestriction>", "</saml:OneTimeUse>"))
    with pytest.raises(RefusedError, match=reason):
        forge.read(forge.answer(instead=instead, sign=(sign,)))


def test_the_clocks_may_differ_by_a_minute(forge):
    answer = forge.answer()
    for late in (-timedelta(seconds=55), timedelta(minutes=5, seconds=55)):
        assert forge.read(answer, NOW + late).shown == ADA
    for late in (-timedelta(seconds=70), timedelta(minutes=6, seconds=5)):
        with pytest.raises(RefusedError, match=LATE):
            forge.read(answer, NOW + late)


def test_another_browsers_question_is_not_answered(forge):
    with pytest.raises(RefusedError, match=UNASKED):
        forge.read(forge.answer(), request="_another")


@pytest.mark.parametrize(
    ("said", "lie", "shown"),
    [
        (TWO, "urn:example:password", {"strong": False}),
        ("Ada@Example.org", "", {"email": ""}),
        (
            "</saml:AttributeValue>\n</saml:Attribute>",
            "</saml:AttributeValue><saml:AttributeValue>eve@example.org</saml:AttributeValue></saml:Attribute>",
            {"email": ""},
        ),
        ("<saml:AttributeValue>desk<", "<saml:AttributeValue><b>desk</b><", {"groups": frozenset({"field"})}),
        ('Name="groups"', 'Name="rooms"', {"groups": frozenset()}),
    ],
    ids=str,
)
def test_what_is_not_said_does_not_count(forge, said, lie, shown):
    instead = [(said, lie)]
    heard = forge.read(forge.answer(instead=instead)).shown
    assert {name: getattr(heard, name) for name in shown} == shown


# What is no such answer at all.

BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))


@pytest.mark.parametrize(
    "head",
    [
        "<!DOCTYPE r>",
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd">',
        f'<!DOCTYPE r [<!ENTITY a0 "ha">{BOMB}]>',
        "<!-- a remark -->",
        "<?work do?>",
        '<?xml version="1.0" encoding="utf-16"?>',
        '<?xml version="1.0" encoding="utf-7"?>',
        '<?xml version="1.1"?>',
    ],
)
def test_no_document_type_no_entity_no_comment_no_instruction(forge, head):
    with pytest.raises(RefusedError, match=NO_ANSWER):
        forge.read(head.encode() + etree.tostring(forge.answer()))


def test_a_comment_does_not_cut_a_name_in_two(forge):
    text = etree.tostring(forge.answer()).replace(b"subject of ada<", b"subject of ad<!---->a<")
    with pytest.raises(RefusedError, match=NO_ANSWER):
        forge.read(text)
    text = etree.tostring(forge.answer()).replace(b"subject of ada<", b"<![CDATA[subject of ada]]><")
    with pytest.raises(RefusedError, match=NO_ANSWER):
        forge.read(text)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"<",
        b"<a/>",
        b"\xff\xfe<\0a\0/\0>\0",
        b"<a>" * 1000,
        b"\0",
        "<a>\ud800</a>".encode("utf-16", "surrogatepass"),
    ],
    ids=lambda text: str(text[:12]),
)
def test_what_is_no_xml_is_no_answer(forge, text):
    with pytest.raises(RefusedError, match=NO_ANSWER):
        forge.read(text)


@pytest.mark.parametrize("field", ["", "!", "=", "ü", "AAA", "PGEv Pg==x"])
def test_what_is_no_base64_is_no_answer(forge, field):
    with pytest.raises(RefusedError, match=NO_ANSWER):
        read_answer(field, Expected(**forge.expected()))


def test_a_long_answer_is_refused_before_it_is_read(forge):
    for text in (b"<a>" + b"x" * (1 << 18) + b"</a>", b"<a>" + b"<b/>" * 9000 + b"</a>"):
        with pytest.raises(RefusedError, match="too long"):
            forge.read(text)
