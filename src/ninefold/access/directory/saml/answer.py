"""What the directory answered, checked (SAML profiles 2.0, section 4.1.4.3, and more strictly). Pure."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.x509 import Certificate
from lxml import etree

from ninefold.access.directory.saml.encrypted import is_encrypted, opened_assertion
from ninefold.access.directory.saml.file import SamlDirectory
from ninefold.access.directory.saml.question import PERSISTENT, Ours
from ninefold.access.directory.saml.xml import ASSERTION, LONGEST, PROTOCOL, no_answer, parsed, signed_assertion
from ninefold.access.directory.shown import DRIFT, LONGEST_SUBJECT, MOST_GROUPS, OLDEST, Shown
from ninefold.errors import RefusedError

LONGEST_FIELD = LONGEST * 4 // 3 + 4
_BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
_ENTITY = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"
_CONDITIONS = {f"{ASSERTION}AudienceRestriction", f"{ASSERTION}OneTimeUse", f"{ASSERTION}ProxyRestriction"}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z", re.ASCII)
_LONGEST_ID = 256


@dataclass(frozen=True)
class Expected:
    """What an answer must match: the directory and its keys, who we are, our question, the moment; and our own keys."""

    directory: SamlDirectory
    keys: Sequence[Certificate]
    ours: Ours
    request: str
    now: datetime
    own: Sequence[RSAPrivateKey] = ()


class Heard(NamedTuple):
    """What was shown, under which assertion, and until when that would be taken."""

    shown: Shown
    assertion: str
    until: datetime


def read_answer(field: str, expected: Expected) -> Heard:
    """What the form's field says, once everything about it holds; `RefusedError` names the reason."""
    if len(field) > LONGEST_FIELD:
        raise RefusedError("What the directory answered is too long, so nobody was signed in.")
    try:
        # Some break the lines of what they encode.
        text = base64.b64decode("".join(field.split()), validate=True)
    except (binascii.Error, ValueError):
        raise no_answer() from None
    response = parsed(text)
    _require_answer(response, expected)
    if is_encrypted(response):
        return _heard(opened_assertion(response, expected.keys, expected.now, expected.own), expected)
    return _heard(signed_assertion(response, expected.keys, expected.now), expected)


def _require_answer(response: etree._Element, expected: Expected) -> None:
    """The envelope, which may be unsigned: it can only lose by what it says."""
    if response.tag != f"{PROTOCOL}Response" or response.get("Version") != "2.0":
        raise no_answer()
    status = response.find(f"{PROTOCOL}Status/{PROTOCOL}StatusCode")
    if status is None or status.get("Value") != _SUCCESS:
        raise RefusedError("{name} did not sign you in.", name=expected.directory.name)
    _require_asked(response.get("InResponseTo"), expected)
    _require_for_us(response.get("Destination") == expected.ours.answers)
    for issuer in response.findall(f"{ASSERTION}Issuer"):
        _require_issuer(issuer, expected)


def _heard(assertion: etree._Element, expected: Expected) -> Heard:
    named = assertion.get("ID", "")
    _require(assertion.get("Version") == "2.0" and 0 < len(named) <= _LONGEST_ID)
    _require_issuer(_one(assertion, "Issuer"), expected)
    made = _moment(assertion, "IssueInstant")
    _require_now(expected.now - OLDEST <= made <= expected.now + DRIFT)
    subject = _one(assertion, "Subject")
    ends = min(_confirmed(subject, expected), _conditions(_one(assertion, "Conditions"), expected))
    strong = _strong(_one(assertion, "AuthnStatement"), expected)
    said = _attributes(assertion)
    directory = expected.directory
    email = said.get(directory.email_attribute, []) if directory.email_attribute else []
    shown = Shown(
        subject=_subject(subject, said, expected),
        email=email[0].strip().lower() if len(email) == 1 else "",
        groups=frozenset(said.get(directory.groups_attribute, [])[:MOST_GROUPS]),
        strong=strong,
    )
    return Heard(shown, named, ends + DRIFT)


def _confirmed(subject: etree._Element, expected: Expected) -> datetime:
    """Until when this subject is confirmed to whoever bears the answer, and that it is for this question."""
    confirmation = _one(subject, "SubjectConfirmation")
    _require(confirmation.get("Method") == _BEARER)
    data = _one(confirmation, "SubjectConfirmationData")
    _require_asked(data.get("InResponseTo"), expected)
    _require_for_us(data.get("Recipient") == expected.ours.answers)
    _require("NotBefore" not in data.attrib)  # the profile says so
    return _end(data, expected)


def _conditions(conditions: etree._Element, expected: Expected) -> datetime:
    """Until when the assertion counts, that it does already, and that it is for us and for nothing unknown."""
    _require({each.tag for each in conditions} <= _CONDITIONS)
    restrictions = conditions.findall(f"{ASSERTION}AudienceRestriction")
    _require_for_us(bool(restrictions))
    for restriction in restrictions:
        audiences = [_text(each) for each in restriction.findall(f"{ASSERTION}Audience")]
        _require_for_us(expected.ours.entity in audiences)
    if "NotBefore" in conditions.attrib:
        _require_now(_moment(conditions, "NotBefore") <= expected.now + DRIFT)
    return _end(conditions, expected)


def _strong(statement: etree._Element, expected: Expected) -> bool:
    """Whether the directory says that it asked for what the operator names; never where he names nothing."""
    _require_now(_moment(statement, "AuthnInstant") <= expected.now + DRIFT)
    if "SessionNotOnOrAfter" in statement.attrib:
        _require_now(_moment(statement, "SessionNotOnOrAfter") > expected.now - DRIFT)
    context = _one(statement, "AuthnContext").find(f"{ASSERTION}AuthnContextClassRef")
    return context is not None and _text(context) in expected.directory.contexts


def _subject(subject: etree._Element, said: dict[str, list[str]], expected: Expected) -> str:
    """The name by which the directory knows this person for good: never an address that another may bear later."""
    attribute = expected.directory.subject_attribute
    if attribute:
        values = said.get(attribute, [])
        named = values[0] if len(values) == 1 else ""
    else:
        name = _one(subject, "NameID")
        lasting = (
            name.get("Format") == PERSISTENT
            and name.get("NameQualifier", expected.directory.issuer) == expected.directory.issuer
            and name.get("SPNameQualifier", expected.ours.entity) == expected.ours.entity
        )
        named = _text(name) if lasting else ""
    if not 0 < len(named) <= LONGEST_SUBJECT or not named.isprintable() or named != named.strip():
        raise RefusedError(
            "The directory names you in no way that lasts, so nobody was signed in; who runs it must send a persistent "
            "identifier."
        )
    return named


def _attributes(assertion: etree._Element) -> dict[str, list[str]]:
    """The texts of each attribute; a value that is more than a text counts as none."""
    found: dict[str, list[str]] = {}
    for attribute in assertion.iterfind(f"{ASSERTION}AttributeStatement/{ASSERTION}Attribute"):
        values = found.setdefault(attribute.get("Name", ""), [])
        values += [str(each.text) for each in attribute.findall(f"{ASSERTION}AttributeValue") if _is_text(each)]
    return found


def _require_issuer(issuer: etree._Element, expected: Expected) -> None:
    if _text(issuer) != expected.directory.issuer or issuer.get("Format", _ENTITY) != _ENTITY:
        raise RefusedError(
            "What came was signed by another directory than the one that the operator named, so nobody was signed in."
        )


def _require_asked(question: str | None, expected: Expected) -> None:
    if question != expected.request:
        raise RefusedError("This answer belongs to no sign-in that this browser began, or came too late; start again.")


def _require_for_us(holds: bool) -> None:
    if not holds:
        raise RefusedError(
            "What the directory answered is for another program or another address, so nobody was signed in."
        )


def _require_now(holds: bool) -> None:
    if not holds:
        raise RefusedError("What the directory answered is too old, or not valid yet by the clock here; start again.")


def _require(holds: bool) -> None:
    if not holds:
        raise RefusedError("What the directory answered does not hold, so nobody was signed in; start again.")


def _end(element: etree._Element, expected: Expected) -> datetime:
    ends = _moment(element, "NotOnOrAfter")
    _require_now(ends > expected.now - DRIFT)
    return ends


def _moment(element: etree._Element, name: str) -> datetime:
    """A moment in UTC, as SAML core 2.0 asks for in section 1.3.3."""
    text = element.get(name, "")
    try:
        _require(bool(_MOMENT.fullmatch(text)))
        return datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        _require(False)
        raise


def _one(parent: etree._Element, name: str) -> etree._Element:
    found: list[etree._Element] = parent.findall(f"{ASSERTION}{name}")
    _require(len(found) == 1)
    return found[0]


def _text(element: etree._Element) -> str:
    _require(_is_text(element))
    return str(element.text)


def _is_text(element: etree._Element) -> bool:
    return len(element) == 0 and bool(element.text)
