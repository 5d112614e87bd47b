"""Signed XML, through the library, and nothing of it but what was signed.

A signature is a promise about one element. So the shape is fixed before any signature is looked at: one assertion, in
its place, each signature directly below the element that it names, no id twice. Then the library checks that element
as a document of its own, under the operator's keys, and what it signed is read from there. What a message brings of
keys is never looked at. (Somorovsky and others, "On Breaking SAML: Be Whoever You Want to Be", USENIX Security 2012.)
"""

import re
from collections.abc import Container, Iterable
from datetime import datetime

from cryptography.x509 import Certificate
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from ninefold.errors import RefusedError

LONGEST = 1 << 18
_MOST_PARTS = 8000
"""Elements and attributes. A larger answer keeps the library busy before it can say no."""
PROTOCOL = "{urn:oasis:names:tc:SAML:2.0:protocol}"
ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}"
_SIGNED = "{http://www.w3.org/2000/09/xmldsig#}"
_ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_CANONICAL = "http://www.w3.org/2001/10/xml-exc-c14n#"
METHODS = frozenset(
    {
        SignatureMethod.RSA_SHA256,
        SignatureMethod.RSA_SHA384,
        SignatureMethod.RSA_SHA512,
        SignatureMethod.SHA256_RSA_MGF1,
        SignatureMethod.SHA384_RSA_MGF1,
        SignatureMethod.SHA512_RSA_MGF1,
        SignatureMethod.ECDSA_SHA256,
        SignatureMethod.ECDSA_SHA384,
        SignatureMethod.ECDSA_SHA512,
    }
)
DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})
_DECLARATION = re.compile(
    rb"""\A\s*<\?xml\s+version=(?:"1\.0"|'1\.0')(?:\s+encoding=(?:"utf-8"|'utf-8'))?"""
    rb"""(?:\s+standalone=(?:"(?:yes|no)"|'(?:yes|no)'))?\s*\?>""",
    re.IGNORECASE,
)


def parsed(text: bytes) -> etree._Element:
    """The root of a text that holds elements, attributes and characters, and nothing else of XML.

    No document type, so no entity; no comment, which splits a name in two for some readers; no instruction.
    """
    if len(text) > LONGEST:
        raise RefusedError("What the directory answered is too long, so nobody was signed in.")
    body = _DECLARATION.sub(b"", text, count=1)
    if b"<!" in body or b"<?" in body or b"\0" in body:
        raise no_answer()
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        body.decode("utf-8")
        root = etree.fromstring(body.strip(), parser)
    except (etree.LxmlError, ValueError):
        raise no_answer() from None
    if root.xpath("count(//*) + count(//@*)") > _MOST_PARTS:
        raise RefusedError("What the directory answered is too long, so nobody was signed in.")
    return root


def signed_assertion(response: etree._Element, keys: Iterable[Certificate], now: datetime) -> etree._Element:
    """The one assertion of the response, read from what one of the keys signed; `RefusedError` names the reason."""
    assertion = _the_assertion(response)
    by_response, by_assertion = signature_below(response), signature_below(assertion)
    keys = list(keys)
    if by_response is None and by_assertion is None:
        raise unsigned()
    if by_response is not None:
        _require_plain(by_response, response)
    if by_assertion is not None:
        _require_plain(by_assertion, assertion)
    if by_response is not None:
        assertion = _the_assertion(verified(response, keys, now))
    return assertion if by_assertion is None else verified(assertion, keys, now)


def no_answer() -> RefusedError:
    """What came is not the XML of an answer."""
    return RefusedError("What the directory answered is no answer in SAML, so nobody was signed in.")


def _the_assertion(response: etree._Element) -> etree._Element:
    if response.tag != f"{PROTOCOL}Response":
        raise no_answer()
    found = list(response.iter(f"{ASSERTION}Assertion"))
    if len(found) != 1 or found[0].getparent() is not response:
        raise wrapped()
    require_places(response, {response, found[0]})
    return found[0]


def require_places(root: etree._Element, signed: Container[etree._Element]) -> None:
    """No id twice, and no signature but directly below what may be signed."""
    _require_own_ids(root)
    if any(each.getparent() not in signed for each in root.iter(f"{_SIGNED}Signature")):
        raise wrapped()


def _require_own_ids(root: etree._Element) -> None:
    """No id twice, whatever the attribute is called: which of two is meant must never be a question."""
    ids = root.xpath("//@*[local-name()='ID' or local-name()='Id' or local-name()='id']")
    if len({*ids}) < len(ids):
        raise wrapped()


def signature_below(element: etree._Element) -> etree._Element | None:
    """The one signature directly below an element; None where there is none."""
    found: list[etree._Element] = element.findall(f"{_SIGNED}Signature")
    if len(found) > 1:
        raise wrapped()
    return found[0] if found else None


def _require_plain(signature: etree._Element, signed: etree._Element) -> None:
    """One reference, to the element around the signature, transformed in no way that could hide a part of it."""
    reference = signature.findall(f".//{_SIGNED}Reference")
    own = signed.get("ID")
    if len(reference) != 1 or not own or reference[0].get("URI") != f"#{own}":
        raise wrapped()
    if signature.find(f"{_SIGNED}Object") is not None:
        raise wrapped()
    transforms = [each.get("Algorithm") for each in reference[0].iter(f"{_SIGNED}Transform")]
    method = _algorithm(signature, f"{_SIGNED}SignedInfo/{_SIGNED}SignatureMethod")
    digest = _algorithm(reference[0], f"{_SIGNED}DigestMethod")
    canonical = _algorithm(signature, f"{_SIGNED}SignedInfo/{_SIGNED}CanonicalizationMethod")
    strong = method in {each.value for each in METHODS} and digest in {each.value for each in DIGESTS}
    if not strong or transforms != [_ENVELOPED, _CANONICAL] or canonical != _CANONICAL:
        raise RefusedError(
            "What the directory answered is signed in a way that is too weak, or not known here, so nobody was signed "
            "in; tell who runs the directory."
        )


def _algorithm(element: etree._Element, path: str) -> str:
    found = element.find(path)
    return str(found.get("Algorithm")) if found is not None else ""


def verified(element: etree._Element, keys: Iterable[Certificate], now: datetime) -> etree._Element:
    """What a key signed of this element, which bears a signature, as a document of its own."""
    signature = signature_below(element)
    if signature is None:
        raise unsigned()
    _require_plain(signature, element)
    config = SignatureConfiguration(
        location="./", signature_methods=METHODS, digest_algorithms=DIGESTS, verification_time=now
    )
    for key in keys:
        try:
            found = XMLVerifier().verify(element, x509_cert=key, expect_config=config, id_attribute="ID")
        # The library lets errors of what it is built on through: a number that is none, a part that is not there.
        except (SignXMLException, etree.LxmlError, ValueError, TypeError, KeyError, AttributeError):
            continue
        said = found.signed_xml if isinstance(found, VerifyResult) else None
        if said is not None and said.tag == element.tag and said.get("ID") == element.get("ID"):
            return said
    raise unsigned()


def unsigned() -> RefusedError:
    """No key of the operator's signed it."""
    return RefusedError(
        "What the directory answered is not signed by a key that the operator named, so nobody was signed in."
    )


def wrapped() -> RefusedError:
    """Which of its parts is meant, or is signed, would be a question."""
    return RefusedError(
        "What the directory answered holds more than one assertion, or a signature of something else, so nobody was "
        "signed in."
    )
