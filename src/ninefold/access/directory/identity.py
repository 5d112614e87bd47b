"""Who a directory is: what in its file decides whose word opens accounts, and how far. Its name and groups do not.

An issuer alone does not say it: with SAML it is a word in the answer, and whoever names other certificates beside it is
another directory of the same name. Groups are agreed to by custodians, word for word.
"""

from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256

from ninefold.access.directory.file import Directory
from ninefold.access.directory.saml.file import SamlDirectory, certificates_of
from ninefold.ledger.canonical import canonical_json

Identity = dict[str, str | list[str]]


def identity_of(directory: Directory) -> Identity:
    """Its members by the keys of the file; of each certificate the fingerprint (SHA-256)."""
    if isinstance(directory, SamlDirectory):
        return {
            "protocol": "saml",
            "issuer": directory.issuer,
            "sign_in": directory.sign_in,
            "certificates": sorted(each.fingerprint(SHA256()).hex() for each in certificates_of(directory)),
            "contexts": sorted(directory.contexts),
            "subject_attribute": directory.subject_attribute,
            "email_attribute": directory.email_attribute,
            "groups_attribute": directory.groups_attribute,
        }
    return {
        "protocol": "openid",
        "issuer": directory.issuer,
        "client_id": directory.client_id,
        "also": sorted(directory.also),
        "amr": sorted(directory.amr),
        "acr": sorted(directory.acr),
        "groups_claim": directory.groups_claim,
    }


def fingerprint(identity: Identity) -> str:
    """By which a page asks for the directory that was looked at, and for no other."""
    return sha256(canonical_json(identity)).hexdigest()
