"""What lies in a vault: a content with its name, padded, bound to its entry in the ledger, sealed to the vault's key.

The plaintext under age is `key (32) ‖ length of the header (4) ‖ header ‖ content ‖ zeros`. age says nothing of who
sealed a file, so the entry in the ledger holds a commitment, `HMAC-SHA-256(key, "ninefold item v1" ‖ 00 ‖ the rest)`:
an item that somebody exchanged does not come out as its entry says.
"""

import hmac
import re
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_bytes
from uuid import UUID

from ninefold.access.vaults.age_form import plaintext_size
from ninefold.access.vaults.age_keys import Identity, encrypt
from ninefold.errors import InvalidError, RefusedError
from ninefold.ledger.canonical import canonical_json, read_canonical
from ninefold.words.text import plain

FORMAT = "ninefold item v1"
LARGEST = 8 << 20
"""The largest padded plaintext. What is larger belongs sealed on another carrier, with its fingerprint in a vault."""

_KEY, _LENGTH = 32, 4
_LONGEST_NAME, _LONGEST_HEADER = 200, 4096
_LEAST, _DOUBLING = 1 << 10, 1 << 20
_MEDIA = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]{0,80}")
_MEMBERS = {"content", "format", "item", "media", "name", "vault"}


@dataclass(frozen=True)
class Item:
    """A content with the name and the kind that its depositor gave it."""

    vault: UUID
    id: UUID
    name: str
    media: str
    content: bytes

    def __post_init__(self) -> None:
        if not self.name or self.name != plain(self.name) or len(self.name) > _LONGEST_NAME:
            raise InvalidError("An item has a name of at most {most} characters.", most=_LONGEST_NAME)
        if not _MEDIA.fullmatch(self.media):
            raise InvalidError("{media} is no kind of content; write it as text/plain.", media=repr(self.media[:80]))


@dataclass(frozen=True)
class Sealed:
    """What the server takes: the age file, and the commitment for the entry."""

    age: bytes
    commitment: bytes

    @property
    def digest(self) -> bytes:
        """The fingerprint (SHA-256) of the age file itself."""
        return sha256(self.age).digest()


def seal(item: Item, recipient: str, *, least: int = 0) -> Sealed:
    """Encrypt an item to a vault's key, padded to `least` bytes or more. Nothing that is returned opens it."""
    plaintext = _packed(token_bytes(_KEY), item, least)
    return Sealed(encrypt(plaintext, recipient), _commitment(plaintext))


def open_item(sealed: bytes, identity: Identity, *, vault: UUID) -> tuple[Item, bytes]:
    """The item in an age file, and its commitment; `RefusedError` or `InvalidError` says what is wrong with it."""
    plaintext = identity.decrypt(sealed)
    if len(plaintext) != padded_size(len(plaintext)):
        raise InvalidError("This item is not padded as items are.")
    item = _unpacked(plaintext)
    if item.vault != vault:
        raise RefusedError("This item was sealed for another vault.")
    return item, _commitment(plaintext)


def require_form(sealed: bytes) -> int:
    """The padded size of an item, from its outside; `InvalidError` unless it is encrypted and padded."""
    size = plaintext_size(sealed)
    if size > LARGEST:
        raise InvalidError("An item has at most {most} MiB; make it smaller.", most=LARGEST >> 20)
    if size != padded_size(size):
        raise InvalidError("This item is not padded, so its length would tell what is in it; seal it again.")
    return size


def padded_size(size: int) -> int:
    """The next power of two from 1 KiB on; above 1 MiB the steps of Padmé (Nikitin and others, 2019), at most 12 %."""
    if size <= _DOUBLING:
        return max(_LEAST, 1 << (size - 1).bit_length())
    exponent = size.bit_length() - 1
    step = 1 << exponent - exponent.bit_length()
    return -(-size // step) * step


def _commitment(plaintext: bytes) -> bytes:
    """What the entry says of an item: it binds all of it and tells nothing without the key, which lies in the item."""
    keyed = hmac.new(plaintext[:_KEY], FORMAT.encode() + b"\x00", sha256)
    keyed.update(memoryview(plaintext)[_KEY:])
    return keyed.digest()


def _packed(key: bytes, item: Item, least: int) -> bytes:
    told = {
        "content": len(item.content),
        "format": FORMAT,
        "item": str(item.id),
        "media": item.media,
        "name": item.name,
        "vault": str(item.vault),
    }
    header = canonical_json(told)
    used = _KEY + _LENGTH + len(header) + len(item.content)
    size = padded_size(max(least, used))
    if size > LARGEST:
        raise InvalidError("An item has at most {most} MiB; make it smaller.", most=LARGEST >> 20)
    return b"".join((key, len(header).to_bytes(_LENGTH, "big"), header, item.content, bytes(size - used)))


def _unpacked(plaintext: bytes) -> Item:
    begin = _KEY + _LENGTH
    length = int.from_bytes(plaintext[_KEY:begin], "big")
    told = read_canonical(plaintext[begin : begin + length], _LONGEST_HEADER) if length <= _LONGEST_HEADER else None
    if not isinstance(told, dict) or set(told) != _MEMBERS or told["format"] != FORMAT:
        raise InvalidError("This is not an item of a vault.")
    start, size = begin + length, told["content"]
    rest = len(plaintext) - start
    whole = type(size) is int and 0 <= size <= rest
    if not whole or not plaintext.endswith(bytes(rest - size)):
        raise InvalidError("This item does not have the length that it states.")
    texts = [told[name] for name in ("name", "media", "item", "vault")]
    if not all(isinstance(text, str) for text in texts):
        raise InvalidError("This is not an item of a vault.")
    return Item(read_id(texts[3]), read_id(texts[2]), texts[0], texts[1], plaintext[start : start + size])


def read_id(text: object) -> UUID:
    """A uuid in its one spelling."""
    try:
        found = UUID(text) if isinstance(text, str) else None
    except ValueError:
        found = None
    if found is None or str(found) != text:
        raise InvalidError("{given} is no id; an id is a uuid in small letters.", given=repr(text)[:80])
    return found
