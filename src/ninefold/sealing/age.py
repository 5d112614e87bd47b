"""Bytes sealed to the holders of keys (age-encryption.org/v1, X25519). The one place that knows the library.

An identity is the secret key (`AGE-SECRET-KEY-1…`), a recipient the public one (`age1…`). age does not say who
sealed: whoever must know that adds a code of his own inside.
"""

from collections.abc import Iterable, Sequence

import pyrage
from pyrage import x25519

from ninefold.errors import InvalidError, RefusedError

IDENTITY = "AGE-SECRET-KEY-1"
"""How the text of every identity begins."""
_RECIPIENT = "age1"


def new_identity() -> str:
    """A new secret key."""
    return str(x25519.Identity.generate())


def recipient_of(identity: str) -> str:
    """The public key of an identity."""
    return str(_identity(identity).to_public())


def seal(data: bytes, recipients: Sequence[str], *, armored: bool = False) -> bytes:
    """Ciphertext that each of the recipients can open; `armored` writes it as text."""
    if not recipients:
        raise InvalidError("Nobody was named who could open this; name at least one recipient.")
    try:
        return bytes(pyrage.encrypt(data, [_recipient(text) for text in recipients], armored=armored))
    except pyrage.EncryptError:
        raise InvalidError("Nothing can be encrypted to one of these keys; ask for another.") from None


def unseal(sealed: bytes, identities: Sequence[str]) -> bytes:
    """The bytes, for one of the recipients; `RefusedError` for anybody else, and for bytes that were changed."""
    try:
        return bytes(pyrage.decrypt(sealed, [_identity(text) for text in identities]))
    except pyrage.DecryptError:
        raise RefusedError("None of these keys opens it, or it is damaged.") from None


def read_recipients(text: str) -> list[str]:
    """The recipients in a file, one a line; a line that begins with # is a comment. Nobody may stand in it twice."""
    found = list(_lines(text))
    if not found:
        raise InvalidError("There is no recipient in this file; write one a line, each begins with age1.")
    for line in found:
        _recipient(line)
    if len(set(found)) != len(found):
        raise InvalidError("A recipient stands in this file twice; each custodian has a key of his own.")
    return found


def read_identities(text: str) -> list[str]:
    """The identities in a file, as `age-keygen` writes it."""
    found = list(_lines(text))
    if not found:
        raise InvalidError("There is no identity in this file; it begins with {prefix}.", prefix=IDENTITY)
    for line in found:
        _identity(line)
    return found


def _lines(text: str) -> Iterable[str]:
    return (line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))


def _identity(text: str) -> x25519.Identity:
    try:
        return x25519.Identity.from_str(text)
    except pyrage.IdentityError:
        # Never the text: a slip in a secret key is still nearly the key.
        raise InvalidError("This is not an age identity; it begins with {prefix}.", prefix=IDENTITY) from None


def _recipient(text: str) -> x25519.Recipient:
    try:
        return x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise InvalidError(
            "{text} is not an age recipient; it begins with {prefix}.", text=repr(text[:80]), prefix=_RECIPIENT
        ) from None
