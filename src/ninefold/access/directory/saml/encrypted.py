"""What a directory encrypted to this program (XML Encryption 1.1): opened, and then held to the same as what is open.

The shape is fixed before anything is opened: one encrypted assertion in its place, one key for it, ways of encrypting
from a short list, and nothing that leads elsewhere. A response that bears a signature is checked first.

Whoever can send here may send what somebody else's answer held, changed, and listen to how it is refused. AES-GCM
notices a change. AES-CBC does not, and what it is answered opens an assertion byte by byte, also one that was sealed
with GCM, if its key is taken for either; so CBC is opened only where the response around it is signed, which nobody
else can change. Whatever goes wrong from there on is refused with the same words: a wrong key, a padding, an end that
is missing, a text that is no XML. RSA with the padding of PKCS #1 1.5 is not taken at all, and a key that does not
come out is replaced by a random one, so that the same is done either way. (Jager and Somorovsky, "How to Break XML
Encryption", CCS 2011; Jager, Paterson and Somorovsky, "One Bad Apple", NDSS 2013.)

No library does this: the one that reads XML Encryption takes every way of encrypting, and must match another's build.
"""

import base64
import binascii
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.x509 import Certificate
from lxml import etree

from ninefold.access.directory.saml import xml
from ninefold.access.directory.saml.xml import ASSERTION, PROTOCOL
from ninefold.errors import RefusedError

_ENCRYPTED = "{http://www.w3.org/2001/04/xmlenc#}"
_NEWER = "{http://www.w3.org/2009/xmlenc11#}"
_SIGNED = "{http://www.w3.org/2000/09/xmldsig#}"
_ELEMENT = "http://www.w3.org/2001/04/xmlenc#Element"
_AUTHENTICATED = {
    "http://www.w3.org/2009/xmlenc11#aes128-gcm": 16,
    "http://www.w3.org/2009/xmlenc11#aes256-gcm": 32,
}
_CHAINED = {
    "http://www.w3.org/2001/04/xmlenc#aes128-cbc": 16,
    "http://www.w3.org/2001/04/xmlenc#aes256-cbc": 32,
}
# RSA-OAEP of the first edition has the mask of SHA-1. SHA-1 is no weakness in OAEP: nobody gains by a collision there.
_OAEP, _OAEP_NEWER = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p", "http://www.w3.org/2009/xmlenc11#rsa-oaep"
_SHA1, _SHA256 = "http://www.w3.org/2000/09/xmldsig#sha1", "http://www.w3.org/2001/04/xmlenc#sha256"
_DIGESTS: dict[str, type[HashAlgorithm]] = {_SHA1: SHA1, _SHA256: SHA256}
_MASK_SHA1 = "http://www.w3.org/2009/xmlenc11#mgf1sha1"
_MASKS: dict[str, type[HashAlgorithm]] = {_MASK_SHA1: SHA1, "http://www.w3.org/2009/xmlenc11#mgf1sha256": SHA256}
_PARTS = ("EncryptedID", "NewEncryptedID", "EncryptedAttribute")
_FIRST, _BLOCK = 12, 16


class _Sealed(NamedTuple):
    """How the text was encrypted, and how the key to it: everything that is read before anything is opened."""

    length: int
    chained: bool
    text: bytes
    padding: OAEP
    key: bytes


def is_encrypted(response: etree._Element) -> bool:
    """Whether anything in it is."""
    inside = next(response.iter(f"{_ENCRYPTED}*"), None) is not None
    return inside or _has(response, "EncryptedAssertion", *_PARTS)


def opened_assertion(
    response: etree._Element, keys: Sequence[Certificate], now: datetime, own: Sequence[RSAPrivateKey]
) -> etree._Element:
    """The assertion in the response, as one of the keys signed it, or the response around it."""
    holder = _the_holder(response)
    signed = xml.signature_below(response) is not None
    if signed:
        holder = _the_holder(xml.verified(response, keys, now))
    if not own:
        raise RefusedError(
            "What the directory answered is encrypted, and this workspace has no key to open it; tell who runs this "
            "workspace."
        )
    assertion = _opened(_sealed(holder, signed=signed), own, holder)
    _require_whole(assertion)
    if xml.signature_below(assertion) is not None:
        return xml.verified(assertion, keys, now)
    if not signed:
        raise xml.unsigned()
    return assertion


def _the_holder(response: etree._Element) -> etree._Element:
    """What holds the one encrypted assertion; nothing else in the response is encrypted, and no assertion is open."""
    if response.tag != f"{PROTOCOL}Response":
        raise xml.no_answer()
    if _has(response, *_PARTS):
        raise _in_parts()
    holders = list(response.iter(f"{ASSERTION}EncryptedAssertion"))
    texts = list(response.iter(f"{_ENCRYPTED}EncryptedData"))
    lone = len(holders) == len(texts) == 1 and holders[0].getparent() is response
    if not lone or texts[0].getparent() is not holders[0] or _has(response, "Assertion"):
        raise xml.wrapped()
    xml.require_places(response, {response})
    return holders[0]


def _require_whole(assertion: etree._Element) -> None:
    """What was opened holds no second assertion, nothing encrypted again, and no signature but its own."""
    if is_encrypted(assertion):
        raise _in_parts()
    if next(assertion.iterdescendants(f"{ASSERTION}Assertion"), None) is not None:
        raise xml.wrapped()
    xml.require_places(assertion, {assertion})


def _has(element: etree._Element, *names: str) -> bool:
    return next(element.iter(*(f"{ASSERTION}{name}" for name in names)), None) is not None


def _sealed(holder: etree._Element, *, signed: bool) -> _Sealed:
    """What stands in the holder; `RefusedError` unless all of it is known here."""
    data, key = _one(holder, f"{_ENCRYPTED}EncryptedData"), _one(holder, f".//{_ENCRYPTED}EncryptedKey")
    if key.getparent() is not holder and key.getparent() is not data.find(f"{_SIGNED}KeyInfo"):
        raise xml.wrapped()
    way = _one(data, f"{_ENCRYPTED}EncryptionMethod").get("Algorithm", "")
    if way in _CHAINED and not signed:
        raise RefusedError(
            "What the directory answered is encrypted in a way that others can change (AES-CBC), and the response is "
            "not signed, so nobody was signed in; whoever runs the directory must sign responses or use AES-GCM."
        )
    length = (_AUTHENTICATED | _CHAINED).get(way)
    if length is None or data.get("Type", _ELEMENT) != _ELEMENT:
        raise _unknown()
    return _Sealed(length, way in _CHAINED, _value(data), _padding(key), _value(key))


def _padding(key: etree._Element) -> OAEP:
    """RSA-OAEP (PKCS #1 2.2) with the digests that are named, and without a label."""
    method = _one(key, f"{_ENCRYPTED}EncryptionMethod")
    mask = _MASK_SHA1
    if method.get("Algorithm") == _OAEP_NEWER:
        mask = _named(method, f"{_NEWER}MGF", mask)
    elif method.get("Algorithm") != _OAEP:
        raise _unknown()
    digest = _named(method, f"{_SIGNED}DigestMethod", _SHA1)
    if digest not in _DIGESTS or mask not in _MASKS or method.find(f"{_ENCRYPTED}OAEPparams") is not None:
        raise _unknown()
    return OAEP(mgf=MGF1(_MASKS[mask]()), algorithm=_DIGESTS[digest](), label=None)


def _named(method: etree._Element, name: str, otherwise: str) -> str:
    found = method.findall(name)
    if len(found) > 1:
        raise _unknown()
    return str(found[0].get("Algorithm")) if found else otherwise


def _value(element: etree._Element) -> bytes:
    """The bytes themselves; a reference to other bytes is followed nowhere."""
    data = _one(element, f"{_ENCRYPTED}CipherData")
    value = _one(data, f"{_ENCRYPTED}CipherValue")
    if len(data) != 1 or len(value):
        raise _unknown()
    try:
        return base64.b64decode("".join((value.text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        raise _unknown() from None


def _one(element: etree._Element, path: str) -> etree._Element:
    found: list[etree._Element] = element.findall(path)
    if len(found) > 1:
        raise xml.wrapped()
    if not found:
        raise _unknown()
    return found[0]


def _opened(sealed: _Sealed, own: Sequence[RSAPrivateKey], holder: etree._Element) -> etree._Element:
    for key in own:
        text = _plain(sealed, _key(sealed, key))
        root = None if text is None else _root(text, holder)
        if root is not None and root.tag == f"{ASSERTION}Assertion":
            return root
    raise RefusedError(
        "What the directory answered cannot be opened with a key of this workspace, so nobody was signed in; tell who "
        "runs this workspace."
    )


def _key(sealed: _Sealed, own: RSAPrivateKey) -> bytes:
    otherwise = secrets.token_bytes(sealed.length)
    try:
        key = own.decrypt(sealed.key, sealed.padding)
    except ValueError:
        return otherwise
    return key if len(key) == sealed.length else otherwise


def _plain(sealed: _Sealed, key: bytes) -> bytes | None:
    text = sealed.text
    if not sealed.chained:
        try:
            return AESGCM(key).decrypt(text[:_FIRST], text[_FIRST:], None)
        except (InvalidTag, ValueError):
            return None
    if len(text) < 2 * _BLOCK or len(text) % _BLOCK:
        return None
    reader = Cipher(AES(key), CBC(text[:_BLOCK])).decryptor()
    plain = reader.update(text[_BLOCK:]) + reader.finalize()
    # The last byte counts what was filled up; what the others of them are, the standard leaves open (section 5.2).
    return plain[: -plain[-1]] if 0 < plain[-1] <= _BLOCK else None


def _root(text: bytes, holder: etree._Element) -> etree._Element | None:
    """The one element of the text, read where it stood: it may use names that were declared around it (section 4.4)."""
    names = "".join(f" xmlns{f':{name}' if name else ''}={quoteattr(uri)}" for name, uri in holder.nsmap.items())
    try:
        around = xml.parsed(f"<around{names}>".encode() + text + b"</around>")
        if len(around) != 1 or (around.text or "").strip() or (around[0].tail or "").strip():
            return None
        return xml.parsed(etree.tostring(around[0], encoding="utf-8", with_tail=False))
    except RefusedError:
        return None


def _in_parts() -> RefusedError:
    return RefusedError(
        "What the directory answered is encrypted in parts, and only a whole assertion can be opened here; tell who "
        "runs the directory."
    )


def _unknown() -> RefusedError:
    return RefusedError(
        "What the directory answered is encrypted in a way that is too weak, or not known here, so nobody was signed "
        "in; tell who runs the directory."
    )
