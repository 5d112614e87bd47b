"""Whatever comes as an answer of a directory: a sentence, in bounded time, and never somebody who was not shown."""

import time

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from ninefold.access.directory.saml.answer import Expected, read_answer
from ninefold.access.directory.saml.xml import LONGEST
from ninefold.errors import RefusedError

from .saml_forge import ASSERTION, PROTOCOL, SIGNED, Forge, field
from .saml_scramble import CHAINED, ENCRYPTED, encrypted

SECONDS = 5
OURS = rsa.generate_private_key(65537, 2048)
often = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def forge(tmp_path_factory):
    return Forge(tmp_path_factory.mktemp("forge"))


@pytest.fixture(scope="module")
def honest(forge):
    """Sound answers: by whom they are signed, and whether they are encrypted."""
    to = OURS.public_key()
    made = {sign: etree.tostring(forge.answer(sign=sign)) for sign in (("assertion",), ("response",))}
    made["assertion", "encrypted"] = etree.tostring(encrypted(forge.answer(), to))
    made["encrypted", "response"] = etree.tostring(forge.signed(encrypted(forge.answer(), to, way=CHAINED)))
    return made


def heard(forge, text):
    """What is shown by these bytes; None if they are refused with a sentence, in time."""
    begun = time.monotonic()
    try:
        return forge.read(text, own=[OURS]).shown
    except RefusedError as refusal:
        said = str(refusal)
    assert said.endswith(".")
    assert time.monotonic() - begun < SECONDS
    return None


@often
@given(st.text())
def test_any_text_in_the_field(forge, text):
    with pytest.raises(RefusedError):
        read_answer(text, Expected(**forge.expected()))


@often
@given(st.binary(max_size=4096))
def test_any_bytes_in_the_answer(forge, text):
    assert heard(forge, text) is None


@often
@given(st.data())
def test_a_sound_answer_with_bytes_changed_shows_the_same_person_or_nobody(forge, honest, data):
    text = bytearray(honest[data.draw(st.sampled_from(sorted(honest)))])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        length = data.draw(st.integers(0, 30))
        text[at : at + length] = data.draw(st.one_of(st.binary(max_size=8), st.sampled_from(TOKENS)))
    shown = heard(forge, bytes(text))
    assert shown is None or shown == forge.read(honest["assertion",]).shown


@often
@given(st.data())
def test_a_sound_answer_with_parts_moved_shows_the_same_person_or_nobody(forge, honest, data):
    root = etree.fromstring(honest[data.draw(st.sampled_from(sorted(honest)))])
    for _ in range(data.draw(st.integers(1, 3))):
        parts = list(root.iter())
        part = data.draw(st.sampled_from(parts))
        place = data.draw(st.sampled_from(parts))
        act = data.draw(st.sampled_from(["copy", "move", "drop", "rename", "attribute"]))
        change(part, place, act, data)
    shown = heard(forge, etree.tostring(root))
    assert shown is None or shown == forge.read(honest["assertion",]).shown


@often
@given(st.data())
def test_a_sound_assertion_with_bytes_changed_and_encrypted_shows_the_same_person_or_nobody(forge, honest, data):
    """Anybody can encrypt to our key."""
    answer = forge.answer()
    text = bytearray(etree.tostring(answer.find(f"{ASSERTION}Assertion"), with_tail=False))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 30))] = data.draw(
            st.one_of(st.binary(max_size=8), st.sampled_from(TOKENS))
        )
    shown = heard(forge, etree.tostring(encrypted(answer, OURS.public_key(), text=bytes(text))))
    assert shown is None or shown == forge.read(honest["assertion",]).shown


def change(part, place, act, data):
    """One act upon a tree, where it can be done."""
    if act == "rename":
        part.tag = data.draw(st.sampled_from(NAMES))
    elif act == "attribute":
        part.set(data.draw(st.sampled_from(["ID", "Id", "URI", "Algorithm", "InResponseTo"])), data.draw(ATTRIBUTES))
    elif part.getparent() is not None and place not in {*part.iter()}:
        if act == "drop":
            part.getparent().remove(part)
        else:
            place.insert(0, etree.fromstring(etree.tostring(part)) if act == "copy" else part)


TOKENS = [
    b"<!--",
    b"-->",
    b"<!DOCTYPE x>",
    b"&lt;",
    b"&x;",
    b"<",
    b">",
    b'"',
    b"\0",
    b"<a>",
    b"</saml:Assertion>",
    b"]]>",
]
NAMES = [
    f"{ASSERTION}EncryptedAssertion",
    f"{ENCRYPTED}EncryptedData",
    f"{ENCRYPTED}EncryptedKey",
    f"{ENCRYPTED}CipherReference",
    f"{ASSERTION}Assertion",
    f"{ASSERTION}NameID",
    f"{PROTOCOL}Response",
    f"{SIGNED}Signature",
    f"{SIGNED}Object",
]
ATTRIBUTES = st.sampled_from(["_assertion", "_response", "#_assertion", "", "x"])


@pytest.mark.parametrize(
    "shape",
    [
        b"<a>" * 250 + b"</a>" * 250,
        b"<a>" + b"<b/>" * 7900 + b"</a>",
        b"<a " + b" ".join(b'xmlns:n%d="u:%d"' % (n, n) for n in range(9000)) + b"/>",
        b"<a " + b" ".join(b'n%d="%d"' % (n, n) for n in range(7900)) + b"/>",
        b"<a " + b" ".join(b'n%d="%d"' % (n, n) for n in range(15000)) + b"/>",
        b"<a>" + b"&lt;" * 60000 + b"</a>",
        b"<a>" * 200 + b"".join(b'<b xmlns:n%d="u:%d" n%d:c=""/>' % (n, n, n) for n in range(3800)) + b"</a>" * 200,
    ],
    ids=["deep", "wide", "names", "attributes", "too many attributes", "characters", "deep names"],
)
def test_the_largest_shapes_take_no_long_time(forge, honest, shape):
    assert len(shape) < LONGEST
    root = etree.fromstring(honest["assertion",])
    shaped = etree.fromstring(shape, etree.XMLParser(huge_tree=True))
    # Inside what is signed, so that the library has to write all of it out before it can say no.
    root.find(f"{ASSERTION}Assertion").append(shaped)
    assert heard(forge, etree.tostring(root)) is None
    assert heard(forge, shape) is None
    assert field(root)
