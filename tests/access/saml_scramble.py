"""Assertions encrypted in the process: as a directory does it, and in every way that it should not."""

import base64
import secrets

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, PKCS1v15
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA512
from lxml import etree

from .saml_forge import ASSERTION, SIGNED

XENC, NEWER = "http://www.w3.org/2001/04/xmlenc#", "http://www.w3.org/2009/xmlenc11#"
ENCRYPTED = f"{{{XENC}}}"
GCM, GCM_LONG = f"{NEWER}aes128-gcm", f"{NEWER}aes256-gcm"
CHAINED, CHAINED_LONG = f"{XENC}aes128-cbc", f"{XENC}aes256-cbc"
MASKED, OAEP_NEWER, OLD_RSA = f"{XENC}rsa-oaep-mgf1p", f"{NEWER}rsa-oaep", f"{XENC}rsa-1_5"
DIGESTS = {
    "http://www.w3.org/2000/09/xmldsig#sha1": SHA1,
    f"{XENC}sha256": SHA256,
    f"{XENC}sha512": SHA512,
}
MASKS = {f"{NEWER}mgf1sha1": SHA1, f"{NEWER}mgf1sha256": SHA256, f"{NEWER}mgf1sha512": SHA512}
SHORT = {GCM: 16, CHAINED: 16}


def scrambled(text, way, key):
    """The bytes of a text under a way of encrypting."""
    first = secrets.token_bytes(16 if way in (CHAINED, CHAINED_LONG) else 12)
    if len(first) == 12:
        return first + AESGCM(key).encrypt(first, text, None)
    missing = 16 - len(text) % 16
    text += b"\0" * (missing - 1) + bytes([missing])
    writer = Cipher(AES(key), CBC(first)).encryptor()
    return first + writer.update(text) + writer.finalize()


def wrapped_key(key, public, *, transport=MASKED, digest=None, mask=None, label=None):
    """The element EncryptedKey for a public key."""
    if transport == OLD_RSA:
        sealed = public.encrypt(key, PKCS1v15())
    else:
        hashed, masked = DIGESTS.get(digest, SHA1), MASKS.get(mask, SHA1)
        sealed = public.encrypt(key, OAEP(mgf=MGF1(masked()), algorithm=hashed(), label=label))
    said = "" if digest is None else f'<ds:DigestMethod Algorithm="{digest}"/>'
    said += "" if mask is None else f'<n:MGF xmlns:n="{NEWER}" Algorithm="{mask}"/>'
    said += "" if label is None else f"<OAEPparams>{base64.b64encode(label).decode()}</OAEPparams>"
    return (
        f'<EncryptedKey xmlns="{XENC}" xmlns:ds="{SIGNED[1:-1]}"><EncryptionMethod Algorithm="{transport}">{said}'
        f"</EncryptionMethod><CipherData><CipherValue>{base64.b64encode(sealed).decode()}</CipherValue></CipherData>"
        f"</EncryptedKey>"
    )


def holder(text, public, *, way=GCM_LONG, beside=False, key=None, sealed=None, **transport):
    """The element EncryptedAssertion around a text; its key inside, as most do it, or beside."""
    key = key or secrets.token_bytes(SHORT.get(way, 32))
    inside = wrapped_key(key, public, **transport)
    value = base64.b64encode(scrambled(text, way, key) if sealed is None else sealed).decode()
    return etree.fromstring(
        f'<saml:EncryptedAssertion xmlns:saml="{ASSERTION[1:-1]}"><EncryptedData xmlns="{XENC}" Id="_data"'
        f' Type="{XENC}Element"><EncryptionMethod Algorithm="{way}"/><ds:KeyInfo xmlns:ds="{SIGNED[1:-1]}">'
        f"{'' if beside else inside}</ds:KeyInfo><CipherData><CipherValue>{value}</CipherValue></CipherData>"
        f"</EncryptedData>{inside if beside else ''}</saml:EncryptedAssertion>"
    )


def encrypted(answer, public, *, text=None, **how):
    """The answer with its assertion encrypted to a public key; or with a text in its place."""
    assertion = answer.find(f"{ASSERTION}Assertion")
    tail, assertion.tail = assertion.tail, None
    made = holder(etree.tostring(assertion) if text is None else text, public, **how)
    made.tail = tail
    answer.replace(assertion, made)
    return answer
