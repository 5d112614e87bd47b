"""Secrets that open a door: 256 random bits, shown once, of which only the hash is kept."""

import hashlib
import secrets

TOKEN, LINK, FEED = "nf_", "nl_", "ni_"


def new_secret(prefix: str) -> str:
    """A secret to hand over: the prefix and 43 characters of base64url."""
    return prefix + secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """What is kept of it. A plain hash is enough: nobody can guess 256 bits."""
    return hashlib.sha256(secret.encode("utf-8")).digest()
