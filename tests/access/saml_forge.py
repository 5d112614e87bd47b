"""Answers of SAML made in the process: honest ones, and what can be made of them."""

import base64
import copy
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from lxml import etree
from provider.saml.running import curve_key, key_and_certificate
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner

from ninefold.access.directory.saml.answer import Expected, read_answer
from ninefold.access.directory.saml.file import SamlDirectory
from ninefold.access.directory.saml.question import Ours

NOW = datetime.now(UTC).replace(microsecond=0)
SITE = "http://localhost:8009/sign-in/directory"
OURS = Ours(f"{SITE}/metadata/", f"{SITE}/answer/")
ISSUER, REQUEST = "https://login.example/idp", "_our-question"
TWO = "urn:example:two-factors"
DIRECTORY = SamlDirectory(
    issuer=ISSUER,
    sign_in="https://login.example/sso",
    certificates=Path("unread"),
    name="Harbour sign-in",
    contexts=frozenset({TWO}),
    email_attribute="mail",
)
PROTOCOL = "{urn:oasis:names:tc:SAML:2.0:protocol}"
ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}"
SIGNED = "{http://www.w3.org/2000/09/xmldsig#}"
SIGNATURE = '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="placeholder"/>'
LONG_AGO = NOW - timedelta(hours=1)


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class OldSigner(XMLSigner):
    """Signs in ways that nobody should take any more."""

    def check_deprecated_methods(self):
        pass


class Forge:
    """A provider's key, and answers under it."""

    def __init__(self, folder):
        self.certificate = key_and_certificate(folder)
        self.others = key_and_certificate(folder, "other", "others")
        self.curve = key_and_certificate(folder, "curve", "curved", key=curve_key())
        self.ended = key_and_certificate(folder, "late", "ended", days=-1)
        self.keys = {
            name: load_pem_private_key((folder / f"{name}.pem").read_bytes(), None)
            for name in ("key", "other", "curve", "late")
        }

    def answer(self, *, instead=(), sign=("assertion",), key="key", method=SignatureMethod.RSA_SHA256, digest=None):
        """An answer as an element, signed at the parts named, each with its key; `instead` is told before."""
        text = TEMPLATE
        for part in ("assertion", "response"):
            text = text.replace(f"[{part}]", SIGNATURE if part in sign else "")
        for said, lie in instead:
            assert said in text, said
            text = text.replace(said, lie)
        response = etree.fromstring(text)
        for part in [each for each in ("assertion", "response") if each in sign]:
            self._sign(response, part, key, method, digest or DigestAlgorithm.SHA256)
        return response

    def _sign(self, response, part, key, method, digest):
        signed = response if part == "response" else response.find(f".//{ASSERTION}Assertion")
        signer = OldSigner(
            signature_algorithm=method,
            digest_algorithm=digest,
            c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        )
        key = key.get(part, "key") if isinstance(key, dict) else key
        secret = self.keys.get(key, key)
        with_certificate = {} if isinstance(key, bytes) else {"cert": [self.certificate]}
        done = signer.sign(signed, key=secret, reference_uri=signed.get("ID"), **with_certificate)
        if part == "response":
            response[:] = done[:]
        else:
            response.replace(signed, done)

    def signed(self, response, part="response", key="key"):
        """The response with a signature over one of its parts as it is now."""
        element = response if part == "response" else response.find(f".//{ASSERTION}Assertion")
        element.insert(1, etree.fromstring(SIGNATURE))
        self._sign(response, part, key, SignatureMethod.RSA_SHA256, DigestAlgorithm.SHA256)
        return response

    def read(self, answer, now=NOW, **changes):
        """What we read of it."""
        return read_answer(field(answer), Expected(**self.expected(now=now) | changes))

    def expected(self, **changes):
        keys = [self.certificate]
        return {"directory": DIRECTORY, "keys": keys, "ours": OURS, "request": REQUEST, "now": NOW} | changes


def field(answer):
    text = answer if isinstance(answer, bytes) else etree.tostring(answer)
    return base64.b64encode(text).decode("ascii")


def evil(element):
    """A copy that names somebody else, under another id and without a signature."""
    copied = copy.deepcopy(element)
    for each in copied.iter(f"{ASSERTION}NameID"):
        each.text = "subject of root"
    for each in [*copied.iter(f"{SIGNED}Signature")]:
        each.getparent().remove(each)
    copied.set("ID", "_evil")
    return copied


def wrapped(answer, how):
    """The eight ways of wrapping (as the tools of testers number them); 1 and 2 need a signed response."""
    assertion = answer.find(f"{ASSERTION}Assertion")
    if how in (1, 2):
        forged, signature = evil(answer), answer.find(f"{SIGNED}Signature")
        answer.remove(signature)
        forged.insert(1, signature)
        (signature if how == 1 else forged).append(answer)
        return forged
    forged, signature = evil(assertion), assertion.find(f"{SIGNED}Signature")
    if how == 3:
        answer.insert(1, forged)
    elif how == 4:
        answer.replace(assertion, forged)
        forged.append(assertion)
    elif how == 5:
        assertion.remove(signature)
        forged.insert(1, signature)
        answer.replace(assertion, forged)
        answer.append(assertion)
    elif how == 6:
        assertion.remove(signature)
        forged.insert(1, signature)
        answer.replace(assertion, forged)
        signature.append(assertion)
    elif how == 7:
        holder = etree.Element(f"{PROTOCOL}Extensions")
        holder.append(forged)
        answer.insert(1, holder)
    elif how == 8:
        assertion.remove(signature)
        forged.insert(1, signature)
        answer.replace(assertion, forged)
        etree.SubElement(signature, f"{SIGNED}Object").append(assertion)
    return answer


TEMPLATE = f"""<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_response" InResponseTo="{REQUEST}" Version="2.0"
 IssueInstant="{stamp(NOW)}" Destination="{OURS.answers}"><saml:Issuer>{ISSUER}</saml:Issuer>[response]<samlp:Status>
<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status><saml:Assertion Version="2.0"
 ID="_assertion" IssueInstant="{stamp(NOW)}"><saml:Issuer>{ISSUER}</saml:Issuer>[assertion]<saml:Subject>
<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">subject of ada</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData
 NotOnOrAfter="{stamp(NOW + timedelta(minutes=5))}" Recipient="{OURS.answers}" InResponseTo="{REQUEST}"/>
</saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{stamp(NOW - timedelta(seconds=5))}"
 NotOnOrAfter="{stamp(NOW + timedelta(minutes=6))}"><saml:AudienceRestriction>
<saml:Audience>{OURS.entity}</saml:Audience></saml:AudienceRestriction></saml:Conditions>
<saml:AuthnStatement AuthnInstant="{stamp(NOW)}"><saml:AuthnContext>
<saml:AuthnContextClassRef>{TWO}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
<saml:AttributeStatement><saml:Attribute Name="mail"><saml:AttributeValue>Ada@Example.org</saml:AttributeValue>
</saml:Attribute><saml:Attribute Name="groups"><saml:AttributeValue>desk</saml:AttributeValue>
<saml:AttributeValue>field</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>
</samlp:Response>"""
