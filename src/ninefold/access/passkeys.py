"""A passkey that allauth has just taken, as a key that signs acts too."""

import hashlib
import json
import re
from typing import NamedTuple
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from fido2.utils import websafe_decode

from ninefold.errors import InvalidError
from ninefold.ledger.passkeys import key_from_cose
from ninefold.ledger.signatures import PASSKEY, SigningKey

_VERIFIED = 0x04


class Passkey(NamedTuple):
    """The key, and the id by which the browser finds it."""

    key: SigningKey
    credential: bytes


def signing_passkey(row: Authenticator) -> Passkey | None:
    """The passkey as a signing key; None for one that cannot sign here.

    It must ask for its owner each time (a finger, a face, a code), and its key be of a kind that is taken. One that
    cannot still lets its owner in.
    """
    try:
        data = row.wrap().authenticator_data
        if not int(data.flags) & _VERIFIED:
            return None
        public = key_from_cose(data.credential_data.public_key)
        site = _site(row.data["credential"]["response"]["clientDataJSON"], data.rp_id_hash)
        return Passkey(SigningKey(PASSKEY, public, site), credential_of(row))
    except (InvalidError, AttributeError, KeyError, TypeError, ValueError):
        return None


def credential_of(row: Authenticator) -> bytes:
    """The id of a passkey."""
    return bytes(row.wrap().authenticator_data.credential_data.credential_id)


def _site(client_data: str, digest: bytes) -> str:
    """The site that the passkey was made for: the host of the page, or what is above it."""
    host = urlsplit(json.loads(websafe_decode(client_data))["origin"]).hostname or ""
    while host and hashlib.sha256(host.encode()).digest() != digest:
        host = re.sub(r"^[^.]*\.?", "", host)
    return host
