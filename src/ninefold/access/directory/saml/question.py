"""What is carried to the directory: a question, bound to this browser by its id, and the description of this program.

A signature makes the question no safer for us: it says nothing that anybody could not ask, and the answer counts only
in the browser that bears its id. It is there for the directories that want one.
"""

import base64
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from ninefold.access.directory.saml.file import SamlDirectory

PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
_POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
_PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
_ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
_METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
_XML_SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
_RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_RAW_DEFLATE = -15
# How we like it best; `encrypted.py` says what else is opened.
_WAYS = (
    "http://www.w3.org/2009/xmlenc11#aes256-gcm",
    "http://www.w3.org/2009/xmlenc11#aes128-gcm",
    "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
)


class Ours(NamedTuple):
    """Who we are to the directory: the address of our description, which names us, and where it sends its answers."""

    entity: str
    answers: str


def address(
    directory: SamlDirectory,
    ours: Ours,
    *,
    request: str,
    relay: str,
    now: datetime,
    key: rsa.RSAPrivateKey | None = None,
) -> str:
    """Where the browser is sent (SAML bindings 2.0, section 3.4); the question is signed with the key."""
    packer = zlib.compressobj(wbits=_RAW_DEFLATE)
    packed = packer.compress(question(directory, ours, request=request, now=now).encode()) + packer.flush()
    asked = urlencode({"SAMLRequest": base64.b64encode(packed).decode("ascii"), "RelayState": relay})
    joint = "&" if "?" in directory.sign_in else "?"
    return f"{directory.sign_in}{joint}{asked if key is None else _signed(asked, key)}"


def _signed(asked: str, key: rsa.RSAPrivateKey) -> str:
    """The query with its signature, which lies over these very characters (section 3.4.4.1)."""
    asked = f"{asked}&{urlencode({'SigAlg': _RSA_SHA256})}"
    signature = key.sign(asked.encode("ascii"), padding.PKCS1v15(), hashes.SHA256())
    return f"{asked}&{urlencode({'Signature': base64.b64encode(signature).decode('ascii')})}"


def question(directory: SamlDirectory, ours: Ours, *, request: str, now: datetime) -> str:
    """The question itself (SAML core 2.0, section 3.4.1)."""
    moment = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    naming = "" if directory.subject_attribute else f'<samlp:NameIDPolicy AllowCreate="true" Format="{PERSISTENT}"/>'
    return (
        f'<samlp:AuthnRequest xmlns:samlp="{_PROTOCOL}" xmlns:saml="{_ASSERTION}" ID={quoteattr(request)}'
        f' Version="2.0" IssueInstant="{moment}" Destination={quoteattr(directory.sign_in)}'
        f' AssertionConsumerServiceURL={quoteattr(ours.answers)} ProtocolBinding="{_POST}">'
        f"<saml:Issuer>{escape(ours.entity)}</saml:Issuer>{naming}{_contexts(directory)}</samlp:AuthnRequest>"
    )


def description(ours: Ours, own: Sequence[x509.Certificate] = (), *, signs: bool = False) -> str:
    """Our metadata (SAML metadata 2.0, section 2.4.4): one address for answers, and that assertions must be signed.

    `own` are our certificates, the oldest first: any of them may sign, and what is encrypted goes to the newest.
    """
    keys = "".join(_key("signing", each) for each in own)
    keys += "".join(_key("encryption", each, _WAYS) for each in own[-1:])
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<md:EntityDescriptor xmlns:md="{_METADATA}" entityID={quoteattr(ours.entity)}>'
        f'<md:SPSSODescriptor AuthnRequestsSigned="{str(signs).lower()}" WantAssertionsSigned="true"'
        f' protocolSupportEnumeration="{_PROTOCOL}">{keys}<md:NameIDFormat>{PERSISTENT}</md:NameIDFormat>'
        f'<md:AssertionConsumerService index="0" isDefault="true" Binding="{_POST}"'
        f" Location={quoteattr(ours.answers)}/>"
        f"</md:SPSSODescriptor></md:EntityDescriptor>\n"
    )


def _key(use: str, certificate: x509.Certificate, ways: Sequence[str] = ()) -> str:
    methods = "".join(f'<md:EncryptionMethod Algorithm="{way}"/>' for way in ways)
    der = base64.b64encode(certificate.public_bytes(Encoding.DER)).decode("ascii")
    return (
        f'<md:KeyDescriptor use="{use}"><ds:KeyInfo xmlns:ds="{_XML_SIGNATURE}"><ds:X509Data><ds:X509Certificate>{der}'
        f"</ds:X509Certificate></ds:X509Data></ds:KeyInfo>{methods}</md:KeyDescriptor>"
    )


def _contexts(directory: SamlDirectory) -> str:
    if not directory.contexts:
        return ""
    named = "".join(
        f"<saml:AuthnContextClassRef>{escape(each)}</saml:AuthnContextClassRef>" for each in sorted(directory.contexts)
    )
    return f'<samlp:RequestedAuthnContext Comparison="exact">{named}</samlp:RequestedAuthnContext>'
