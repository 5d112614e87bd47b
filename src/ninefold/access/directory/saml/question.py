"""What is carried to the directory: a question, bound to this browser by its id, and the description of this program.

The question is not signed: it says nothing that anybody could not ask, and the answer counts only in the browser that
bears its id.
"""

import base64
import zlib
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

from ninefold.access.directory.saml.file import SamlDirectory

PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
_POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
_PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
_ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
_METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
_RAW_DEFLATE = -15


class Ours(NamedTuple):
    """Who we are to the directory: the address of our description, which names us, and where it sends its answers."""

    entity: str
    answers: str


def address(directory: SamlDirectory, ours: Ours, *, request: str, relay: str, now: datetime) -> str:
    """Where the browser is sent (SAML bindings 2.0, section 3.4)."""
    packer = zlib.compressobj(wbits=_RAW_DEFLATE)
    packed = packer.compress(question(directory, ours, request=request, now=now).encode()) + packer.flush()
    asked = urlencode({"SAMLRequest": base64.b64encode(packed).decode("ascii"), "RelayState": relay})
    joint = "&" if "?" in directory.sign_in else "?"
    return f"{directory.sign_in}{joint}{asked}"


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


def description(ours: Ours) -> str:
    """Our metadata (SAML metadata 2.0, section 2.4.4): one address for answers, and that assertions must be signed."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<md:EntityDescriptor xmlns:md="{_METADATA}" entityID={quoteattr(ours.entity)}>'
        f'<md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true"'
        f' protocolSupportEnumeration="{_PROTOCOL}"><md:NameIDFormat>{PERSISTENT}</md:NameIDFormat>'
        f'<md:AssertionConsumerService index="0" isDefault="true" Binding="{_POST}"'
        f" Location={quoteattr(ours.answers)}/>"
        f"</md:SPSSODescriptor></md:EntityDescriptor>\n"
    )


def _contexts(directory: SamlDirectory) -> str:
    if not directory.contexts:
        return ""
    named = "".join(
        f"<saml:AuthnContextClassRef>{escape(each)}</saml:AuthnContextClassRef>" for each in sorted(directory.contexts)
    )
    return f'<samlp:RequestedAuthnContext Comparison="exact">{named}</samlp:RequestedAuthnContext>'
