"""A directory that speaks SAML, as its file names it.

protocol = "saml"
issuer = "https://login.ministry.example/idp"   its entity id, word for word
sign_in = "https://login.ministry.example/sso"  where it takes questions (HTTP-Redirect); https, or http on loopback
certificates = "directory.pem"                  a file beside this one: the certificates (PEM) under which it signs
name = "Ministry sign-in"                       how the pages call it
contexts = ["urn:example:two-factors"]          optional: one of these stands for the second factor; it is asked for
subject_attribute = "urn:example:id"            optional: the attribute that names a person for good, else the NameID
email_attribute = "mail"                        optional: the attribute that holds a verified address
groups_attribute = "groups"                     optional: the attribute that lists a person's groups
sign_requests = true                            optional: questions bear a signature of this program's own key
[[group]]                                       as with OpenID Connect
"""

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from ninefold.access.directory.fields import GroupMapping, flag, mappings, origin_of, require_keys, word, words
from ninefold.errors import InvalidError, NotThereError, RefusedError, UnavailableError

_MUST = {"protocol", "issuer", "sign_in", "certificates", "name"}
_MAY = {"contexts", "subject_attribute", "email_attribute", "groups_attribute", "sign_requests", "group"}
_LONGEST_FILE, _MOST_CERTIFICATES = 1 << 17, 10
_LEAST_BITS = 2048
_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)


@dataclass(frozen=True)
class SamlDirectory:
    """The identity provider and what of its word counts."""

    issuer: str
    sign_in: str
    certificates: Path
    name: str
    contexts: frozenset[str] = frozenset()
    subject_attribute: str = ""
    email_attribute: str = ""
    groups_attribute: str = "groups"
    sign_requests: bool = False
    mappings: tuple[GroupMapping, ...] = ()

    @property
    def origin(self) -> str:
        """The origin of its sign-in page: the only one to which a form of these pages may lead."""
        return origin_of(self.sign_in)


def read(told: Mapping[str, object], folder: Path) -> SamlDirectory:
    """The directory of a file's keys; `InvalidError` names what does not fit."""
    require_keys(told, must=_MUST, may=_MAY)
    return SamlDirectory(
        issuer=word(told, "issuer"),
        sign_in=_sign_in(word(told, "sign_in")),
        certificates=folder / Path(word(told, "certificates")),
        name=word(told, "name"),
        contexts=frozenset(words(told, "contexts")),
        subject_attribute=_optional(told, "subject_attribute"),
        email_attribute=_optional(told, "email_attribute"),
        groups_attribute=_optional(told, "groups_attribute") or "groups",
        sign_requests=flag(told, "sign_requests"),
        mappings=mappings(told.get("group", [])),
    )


def require_extra() -> None:
    """Raise `UnavailableError` where the library for signed XML is not installed."""
    if find_spec("signxml") is None:
        raise UnavailableError(
            "The directory file names SAML, which needs the package signxml, which is not installed; run "
            "`./ninefold install` with NINEFOLD_DIRECTORY set, or install ninefold[saml]."
        )


def certificates_of(directory: SamlDirectory) -> list[x509.Certificate]:
    """The certificates under which the directory signs, from a file into which nobody else may write."""
    path = directory.certificates
    try:
        with path.open("rb") as file:
            mode, pem = path.stat().st_mode, file.read(_LONGEST_FILE)
    except OSError:
        raise NotThereError(
            "There is no file {path} with the directory's certificates that this account may read.", path=path
        ) from None
    if mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise RefusedError("Others may write to the directory's certificates {path}: run chmod 644 on it.", path=path)
    try:
        found = x509.load_pem_x509_certificates(pem)
    except ValueError:
        raise InvalidError("The directory's certificates {path} are not certificates in PEM.", path=path) from None
    if len(found) > _MOST_CERTIFICATES or not all(_is_strong(each) for each in found):
        raise InvalidError(
            "The directory's certificates {path} must be at most {most}, each with a key of RSA (2048 bits or more) or "
            "of the curves P-256, P-384 or P-521.",
            path=path,
            most=_MOST_CERTIFICATES,
        )
    return found


def _is_strong(certificate: x509.Certificate) -> bool:
    try:
        key = certificate.public_key()
    except ValueError:
        return False
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= _LEAST_BITS
    return isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, _CURVES)


def _sign_in(url: str) -> str:
    origin_of(url)
    if "#" in url:
        raise InvalidError("The address {url} in sign_in has a mark behind its path.", url=repr(url))
    return url


def _optional(told: Mapping[str, object], key: str) -> str:
    return word(told, key) if key in told else ""
