"""What is encrypted to this program is opened where nobody can have changed it, and held to the same as the rest."""

import copy
import secrets
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree

from ninefold.errors import RefusedError

from .saml_forge import ASSERTION, NOW, SIGNED, Forge, evil, wrapped
from .saml_scramble import (
    CHAINED,
    CHAINED_LONG,
    DIGESTS,
    ENCRYPTED,
    GCM,
    GCM_LONG,
    MASKED,
    MASKS,
    NEWER,
    OAEP_NEWER,
    OLD_RSA,
    XENC,
    encrypted,
    holder,
    scrambled,
    wrapped_key,
)
from .test_saml_answer import ADA

SHUT, UNKNOWN, PARTS = "cannot be opened with a key", "encrypted in a way that is too weak", "encrypted in parts"
UNSIGNED, WRAPPED, CHANGEABLE = "not signed by a key", "more than one assertion", "others can change"
SHA1, SHA256, SHA512 = DIGESTS
MASK1, MASK256, MASK512 = MASKS
OURS = rsa.generate_private_key(65537, 3072)
NEXT = rsa.generate_private_key(65537, 2048)
TO = OURS.public_key()


@pytest.fixture(scope="module")
def forge(tmp_path_factory):
    return Forge(tmp_path_factory.mktemp("forge"))


def read(forge, answer, own=(OURS,), **more):
    return forge.read(answer, own=own, **more)


def in_signed(forge, answer, **how):
    """As it should be: encrypted, and then the response signed as it is sent."""
    return forge.signed(encrypted(answer, TO, **how))


# What is opened.


@pytest.mark.parametrize("way", [GCM, GCM_LONG])
@pytest.mark.parametrize(
    "transport",
    [
        {},
        {"digest": SHA1},
        {"digest": SHA256},
        {"transport": OAEP_NEWER},
        {"transport": OAEP_NEWER, "digest": SHA256},
        {"transport": OAEP_NEWER, "digest": SHA256, "mask": MASK256},
        {"transport": OAEP_NEWER, "digest": SHA1, "mask": MASK1},
    ],
    ids=str,
)
@pytest.mark.parametrize("beside", [False, True])
def test_a_signed_assertion_inside_is_read(forge, way, transport, beside):
    heard = read(forge, encrypted(forge.answer(), TO, way=way, beside=beside, **transport))
    assert (heard.shown, heard.assertion, heard.until) == (ADA, "_assertion", NOW + timedelta(minutes=6))


@pytest.mark.parametrize("way", [GCM, GCM_LONG, CHAINED, CHAINED_LONG])
@pytest.mark.parametrize("sign", [("assertion",), ()], ids=str)
def test_in_a_signed_response_each_way_is_read_and_the_signature_inside_may_be_missing(forge, way, sign):
    assert read(forge, in_signed(forge, forge.answer(sign=sign), way=way)).shown == ADA


@pytest.mark.parametrize("own", [(NEXT, OURS), (OURS, NEXT)], ids=["newer", "older"])
@pytest.mark.parametrize("way", [GCM, CHAINED])
def test_either_of_two_keys_opens_while_one_follows_the_other(forge, own, way):
    assert read(forge, in_signed(forge, forge.answer(), way=way), own).shown == ADA


def test_names_that_were_declared_around_what_was_encrypted_are_known(forge):
    answer = forge.answer()
    text = etree.tostring(answer.find(f"{ASSERTION}Assertion"), with_tail=False)
    declared = b' xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'
    assert declared in text
    assert read(forge, encrypted(answer, TO, text=text.replace(declared, b"", 1))).shown == ADA


# Who signed.


def test_without_any_signature_nothing_is_read(forge):
    with pytest.raises(RefusedError, match=UNSIGNED):
        read(forge, encrypted(forge.answer(sign=()), TO))


@pytest.mark.parametrize("way", [GCM, CHAINED])
def test_a_response_signed_by_another_is_not_opened(forge, way):
    answer = forge.signed(encrypted(forge.answer(), TO, way=way), key="other")
    with pytest.raises(RefusedError, match=UNSIGNED):
        read(forge, answer)


def test_an_assertion_signed_by_another_inside_is_refused_also_in_a_signed_response(forge):
    for answer in (encrypted(forge.answer(key="other"), TO), in_signed(forge, forge.answer(key="other"))):
        with pytest.raises(RefusedError, match=UNSIGNED):
            read(forge, answer)


def test_a_response_that_was_signed_before_it_was_encrypted_is_refused(forge):
    for sign in (("response",), ("assertion", "response")):
        with pytest.raises(RefusedError, match=UNSIGNED):
            read(forge, encrypted(forge.answer(sign=sign), TO))


def test_an_encrypted_assertion_put_in_the_place_of_another_is_refused(forge):
    mine, others = in_signed(forge, forge.answer()), encrypted(forge.answer(sign=()), TO)
    mine.replace(mine.find(f"{ASSERTION}EncryptedAssertion"), others.find(f"{ASSERTION}EncryptedAssertion"))
    with pytest.raises(RefusedError, match=UNSIGNED):
        read(forge, mine)


def test_another_question_s_assertion_in_this_response_is_refused(forge):
    """Nothing binds an encrypted assertion to an unsigned response but what it says itself."""
    old = forge.answer(instead=[('Recipient="', 'Recipient="x')])
    with pytest.raises(RefusedError, match="another program or another address"):
        read(forge, encrypted(old, TO))


def test_a_removed_signature_leaves_a_way_that_others_can_change(forge):
    answer = in_signed(forge, forge.answer(), way=CHAINED)
    answer.remove(answer.find(f"{SIGNED}Signature"))
    with pytest.raises(RefusedError, match=CHANGEABLE):
        read(forge, answer)


# How it was encrypted.


@pytest.mark.parametrize("way", [CHAINED, CHAINED_LONG])
@pytest.mark.parametrize("sign", [("assertion",), ()], ids=str)
def test_what_others_can_change_is_not_opened_for_a_signature_inside(forge, way, sign):
    with pytest.raises(RefusedError, match=CHANGEABLE):
        read(forge, encrypted(forge.answer(sign=sign), TO, way=way))


@pytest.mark.parametrize(
    "how",
    [
        {"transport": OLD_RSA},
        {"digest": SHA512},
        {"transport": OAEP_NEWER, "mask": MASK512},
        {"label": b"label"},
    ],
    ids=str,
)
def test_weak_and_unknown_ways_of_handing_over_the_key_are_refused(forge, how):
    for signed in (False, True):
        answer = encrypted(forge.answer(), TO, **how)
        with pytest.raises(RefusedError, match=UNKNOWN):
            read(forge, forge.signed(answer) if signed else answer)


@pytest.mark.parametrize(
    "name",
    [f"{XENC}tripledes-cbc", f"{NEWER}aes192-gcm", f"{XENC}aes192-cbc", f"{XENC}kw-aes128", "urn:x", ""],
)
@pytest.mark.parametrize("signed", [False, True])
def test_weak_and_unknown_ways_of_encrypting_are_refused(forge, name, signed):
    answer = encrypted(forge.answer(), TO)
    answer.find(f".//{ENCRYPTED}EncryptedData/{ENCRYPTED}EncryptionMethod").set("Algorithm", name)
    with pytest.raises(RefusedError, match=UNKNOWN):
        read(forge, forge.signed(answer) if signed else answer)


def changed(way):
    """The same answer in every way in which it does not open, by name."""
    key, other = secrets.token_bytes(32), secrets.token_bytes(32)
    text = b"<a/>"
    sound = scrambled(text, way, key)
    yield "another key", {"sealed": scrambled(text, way, other), "key": key}
    yield "short key", {"sealed": sound, "key": key[:16]}
    yield "no key", {"sealed": sound, "key": b""}
    yield "changed end", {"sealed": sound[:-1] + bytes([sound[-1] ^ 1]), "key": key}
    yield "changed beginning", {"sealed": bytes([sound[0] ^ 1]) + sound[1:], "key": key}
    yield "cut", {"sealed": sound[:-1], "key": key}
    yield "cut by a block", {"sealed": sound[:-16], "key": key}
    for length in (0, 11, 12, 16, 28):
        yield f"{length} bytes", {"sealed": sound[:length], "key": key}
    for said in (b"", b"text", b"<", b"<a>", b"\xff", b"<b/><b/>", b"</around><around>", b"x<b/>"):
        yield f"inside {said}", {"sealed": scrambled(said, way, key), "key": key}
    yield "padding of 0", {"sealed": scrambled(b"<a/>" + b"\0" * 12, way, key)[: -16 or None], "key": key}


@pytest.mark.parametrize("way", [GCM_LONG, CHAINED_LONG])
def test_whatever_does_not_open_is_refused_with_the_same_words(forge, way):
    said = set()
    for _name, how in changed(way):
        sealed = {name: value for name, value in how.items() if value}
        answer = encrypted(forge.answer(), TO, way=way, **({"sealed": b""} | sealed))
        with pytest.raises(RefusedError, match=SHUT) as refused:
            read(forge, forge.signed(answer))
        said.add(str(refused.value))
        if way == GCM_LONG:
            bare = encrypted(forge.answer(), TO, way=way, **({"sealed": b""} | sealed))
            with pytest.raises(RefusedError, match=SHUT):
                read(forge, bare)
    assert len(said) == 1


def test_what_was_encrypted_to_another_or_wrapped_falsely_is_refused_with_those_words_too(forge):
    key = secrets.token_bytes(32)
    stranger = encrypted(forge.answer(), NEXT.public_key())
    false = encrypted(forge.answer(), TO)
    false.findall(f".//{ENCRYPTED}CipherValue")[0].text = "AAAA" * 100
    other_digest = encrypted(forge.answer(), TO, key=key)
    info = other_digest.find(f".//{SIGNED}KeyInfo")
    info[:] = [etree.fromstring(wrapped_key(key, TO, digest=SHA256).replace(SHA256, SHA1))]
    for answer in (stranger, false, other_digest):
        with pytest.raises(RefusedError, match=SHUT):
            read(forge, answer)


def test_without_a_key_it_is_said_that_there_is_none(forge):
    with pytest.raises(RefusedError, match="has no key to open it"):
        read(forge, encrypted(forge.answer(), TO), own=())


# What stands inside, and around it.


@pytest.mark.parametrize("how", [4, 5, 6, 8])
@pytest.mark.parametrize("signed", [False, True])
def test_wrapping_inside_what_is_encrypted_is_refused(forge, how, signed):
    """The ways that leave one assertion outside; all that it holds is encrypted with it."""
    answer = wrapped(forge.answer(), how)
    forged, *others = answer.findall(f"{ASSERTION}Assertion")
    for each in others:
        answer.remove(each)
    assert forged.get("ID") == "_evil"
    answer = encrypted(answer, TO)
    with pytest.raises(RefusedError, match=WRAPPED):
        read(forge, forge.signed(answer) if signed else answer)


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("signed", [False, True])
def test_two_assertions_in_one_text_are_refused(forge, order, signed):
    assertion = forge.answer().find(f"{ASSERTION}Assertion")
    both = [etree.tostring(each, with_tail=False) for each in (assertion, evil(assertion))]
    answer = encrypted(forge.answer(), TO, text=b"".join(both[::order]))
    with pytest.raises(RefusedError, match=SHUT):
        read(forge, forge.signed(answer) if signed else answer)


@pytest.mark.parametrize("place", ["around", "before", "after", "inside a signature", "inside its holder"])
def test_an_open_assertion_beside_the_encrypted_one_is_refused(forge, place):
    forged = evil(forge.answer().find(f"{ASSERTION}Assertion"))
    answer = encrypted(forge.answer(), TO)
    here = answer.find(f"{ASSERTION}EncryptedAssertion")
    if place == "around":
        answer.replace(here, forged)
        forged.append(here)
    elif place == "before":
        here.addprevious(forged)
    elif place == "after":
        here.addnext(forged)
    elif place == "inside its holder":
        here.append(forged)
    else:
        etree.SubElement(answer, f"{SIGNED}Signature").append(forged)
    with pytest.raises(RefusedError, match=WRAPPED):
        read(forge, answer)


@pytest.mark.parametrize("signed", [False, True])
def test_two_encrypted_assertions_are_refused(forge, signed):
    answer = encrypted(forge.answer(), TO)
    here = answer.find(f"{ASSERTION}EncryptedAssertion")
    second = copy.deepcopy(here)
    second[0].set("Id", "_second")
    here.addnext(second)
    with pytest.raises(RefusedError, match=WRAPPED):
        read(forge, forge.signed(answer) if signed else answer)


@pytest.mark.parametrize("where", ["beside", "inside", "both"])
def test_two_keys_are_refused(forge, where):
    answer = encrypted(forge.answer(), TO, beside=where == "beside")
    here = answer.find(f"{ASSERTION}EncryptedAssertion")
    second = etree.fromstring(wrapped_key(secrets.token_bytes(32), TO))
    place = here if where != "inside" else here.find(f".//{SIGNED}KeyInfo")
    place.append(second)
    with pytest.raises(RefusedError, match=WRAPPED):
        read(forge, answer)


def test_a_key_in_another_place_and_a_text_elsewhere_are_refused(forge):
    stray = encrypted(forge.answer(), TO)
    key = stray.find(f".//{ENCRYPTED}EncryptedKey")
    etree.SubElement(stray.find(f".//{SIGNED}KeyInfo"), f"{SIGNED}X509Data").append(key)
    with pytest.raises(RefusedError, match=WRAPPED):
        read(forge, stray)
    outside = encrypted(forge.answer(), TO)
    here = outside.find(f"{ASSERTION}EncryptedAssertion")
    etree.SubElement(here, f"{ASSERTION}Advice").append(here[0])
    with pytest.raises(RefusedError, match=WRAPPED):
        read(forge, outside)


@pytest.mark.parametrize("part", ["EncryptedKey", "EncryptionMethod", "CipherData", "CipherValue"])
def test_a_part_that_is_missing_is_refused(forge, part):
    answer = encrypted(forge.answer(), TO)
    for each in answer.findall(f".//{ENCRYPTED}{part}"):
        each.getparent().remove(each)
    with pytest.raises(RefusedError, match=UNKNOWN):
        read(forge, answer)


def test_a_reference_is_followed_nowhere(forge):
    answer = encrypted(forge.answer(), TO)
    data = answer.find(f".//{ENCRYPTED}EncryptedData/{ENCRYPTED}CipherData")
    data[:] = [etree.Element(f"{ENCRYPTED}CipherReference", URI="http://127.0.0.1:9/")]
    with pytest.raises(RefusedError, match=UNKNOWN):
        read(forge, answer)
    answer = encrypted(forge.answer(), TO)
    info = answer.find(f".//{SIGNED}KeyInfo")
    info[:] = [etree.Element(f"{SIGNED}RetrievalMethod", URI="file:///etc/passwd")]
    with pytest.raises(RefusedError, match=UNKNOWN):
        read(forge, answer)


@pytest.mark.parametrize("name", ["Content", "urn:x"])
def test_nothing_but_an_element_is_encrypted(forge, name):
    answer = encrypted(forge.answer(), TO)
    answer.find(f".//{ENCRYPTED}EncryptedData").set("Type", name)
    with pytest.raises(RefusedError, match=UNKNOWN):
        read(forge, answer)


@pytest.mark.parametrize(
    "text",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><a/>',
        b"<!-- a remark --><a/>",
        b"<?work do?><a/>",
        b"<a><!-- a remark --></a>",
        b"<a>&x;</a>",
        b'<?xml version="1.0" encoding="utf-16"?><a/>',
        b"<a>" * 300 + b"</a>" * 300,
        b"<a>" + b"<b/>" * 8100 + b"</a>",
    ],
    ids=lambda text: str(text[:20]),
)
def test_no_document_type_entity_comment_or_mass_inside(forge, text):
    for answer in (encrypted(forge.answer(), TO, text=text), in_signed(forge, forge.answer(), text=text)):
        with pytest.raises(RefusedError, match=SHUT):
            read(forge, answer)


def test_a_comment_inside_does_not_cut_a_name_in_two(forge):
    answer = forge.answer()
    text = etree.tostring(answer.find(f"{ASSERTION}Assertion"), with_tail=False)
    with pytest.raises(RefusedError, match=SHUT):
        read(forge, encrypted(answer, TO, text=text.replace(b"of ada<", b"of ad<!---->a<")))


def test_an_answer_that_is_too_long_is_refused_before_it_is_opened(forge):
    with pytest.raises(RefusedError, match="too long"):
        read(forge, encrypted(forge.answer(), TO, text=b"<a>" + b"x" * (1 << 18) + b"</a>"))


@pytest.mark.parametrize("signed", [False, True])
def test_what_is_encrypted_twice_or_in_parts_is_refused(forge, signed):
    answer = forge.answer()
    inner = holder(etree.tostring(answer.find(f"{ASSERTION}Assertion"), with_tail=False), TO)
    for text in (etree.tostring(inner), etree.tostring(inner[0])):
        twice = encrypted(forge.answer(), TO, text=text)
        with pytest.raises(RefusedError, match=SHUT):
            read(forge, forge.signed(twice) if signed else twice)
    nested = forge.answer(sign=())
    subject = nested.find(f".//{ASSERTION}Subject")
    inner.tag = f"{ASSERTION}EncryptedID"
    subject[0] = inner
    nested = forge.signed(nested, "assertion")
    with pytest.raises(RefusedError, match=PARTS):
        read(forge, copy.deepcopy(nested))
    closed = encrypted(nested, TO)
    with pytest.raises(RefusedError, match=PARTS):
        read(forge, forge.signed(closed) if signed else closed)


def test_no_id_stands_twice_inside_or_around(forge):
    answer = encrypted(forge.answer(), TO)
    answer.find(f".//{ENCRYPTED}EncryptedKey").set("Id", "_data")
    with pytest.raises(RefusedError, match=WRAPPED):
        read(forge, answer)
    twin = forge.answer(sign=())
    twin.find(f".//{ASSERTION}NameID").set("Id", "_assertion")
    with pytest.raises(RefusedError, match=WRAPPED):
        read(forge, in_signed(forge, twin))


def test_what_it_says_is_held_to_the_same(forge):
    late = encrypted(forge.answer(), TO)
    with pytest.raises(RefusedError, match="too old, or not valid"):
        read(forge, late, now=NOW + timedelta(minutes=20))
    elsewhere = forge.answer(instead=[("<saml:Audience>", "<saml:Audience>x")])
    with pytest.raises(RefusedError, match="another program"):
        read(forge, encrypted(elsewhere, TO))


def test_the_mask_of_the_first_edition_is_always_that_of_sha1(forge):
    answer = encrypted(forge.answer(), TO, transport=MASKED, mask=MASK256)
    with pytest.raises(RefusedError, match=SHUT):
        read(forge, answer)
