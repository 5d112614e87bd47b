"""How an entry is matched with its leaf, step by step, and what one changed byte does to a copy. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ninefold.errors import InvalidError
from ninefold.ledger.merkle import node_hash
from ninefold.ledger.openings import Opening, commit, seal_body


class Climb(NamedTuple):
    """One step up the tree: the sibling's hash, on which side it stands, and the hash of both."""

    sibling: bytes
    on_left: bool
    above: bytes


def climb(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> list[Climb]:
    """The way from a leaf hash to the root, as RFC 9162, section 2.1.3.2 walks it. The last `above` is the root."""
    at, last = index, size - 1
    steps = []
    for sibling in proof:
        on_left = bool(at & 1) or at == last
        leaf = node_hash(sibling, leaf) if on_left else node_hash(leaf, sibling)
        steps.append(Climb(sibling, on_left, leaf))
        while on_left and at and not at & 1:
            at, last = at >> 1, last >> 1
        at, last = at >> 1, last >> 1
    return steps


@dataclass(frozen=True)
class Copy:
    """The bytes of one entry, copied: what a keeper of the log could change. `commitment` is what the tree holds."""

    leaf: int
    envelope: bytes
    key: bytes
    body: bytes | None
    body_key: bytes | None
    digest: str
    commitment: bytes

    @classmethod
    def of(cls, opening: Opening, leaf: int, commitment: bytes) -> "Copy":
        """A copy of an entry as it stands."""
        digest = str(opening.entry()["body"])
        return cls(leaf, opening.envelope, opening.key, opening.body, opening.body_key, digest, commitment)


class Fault(NamedTuple):
    """Where a copy broke: `what` is `body` or `envelope`, `found` the hash it gives, `wanted` the one that stands."""

    what: str
    found: str
    wanted: str


def fault_of(copy: Copy) -> Fault | None:
    """The first hash of a copy that does not come out as it stands, or None for one that matches."""
    if copy.body is not None and copy.body_key is not None:
        found = seal_body(copy.body, copy.body_key).hex()
        if found != copy.digest:
            return Fault("body", found, copy.digest)
    found = commit(copy.envelope, copy.key).hex()
    if found != copy.commitment.hex():
        return Fault("envelope", found, copy.commitment.hex())
    return None


def flipped(copy: Copy, *, part: str, place: int) -> Copy:
    """The copy with the lowest bit of one byte turned over; `part` is `body` or `envelope`."""
    text = {"body": copy.body, "envelope": copy.envelope}.get(part)
    if text is None:
        raise InvalidError("Choose the body or the envelope of an entry that has it.")
    if not 0 <= place < len(text):
        raise InvalidError("Choose a byte from 0 to {last}.", last=len(text) - 1)
    changed = text[:place] + bytes([text[place] ^ 1]) + text[place + 1 :]
    return replace(copy, body=changed) if part == "body" else replace(copy, envelope=changed)


class Around(NamedTuple):
    """The text round a changed byte, before and after, to show it."""

    before: str
    was: str
    now: str
    after: str


def around(old: bytes, new: bytes, place: int, *, reach: int = 40) -> Around:
    """The characters round a byte; a byte inside a longer character shows as that character, a broken one as �."""
    start = _start_of_character(old, place)
    end = _end_of_character(old, place)
    return Around(
        old[max(0, start - reach) : start].decode("utf-8", "replace").lstrip("\ufffd"),
        old[start:end].decode("utf-8", "replace"),
        new[start:end].decode("utf-8", "replace"),
        old[end : end + reach].decode("utf-8", "replace").rstrip("\ufffd"),
    )


def broken(copies: Iterable[Copy]) -> list[tuple[Copy, Fault]]:
    """The copies that no longer match, each with what broke."""
    return [(copy, fault) for copy in copies if (fault := fault_of(copy))]


def _start_of_character(text: bytes, place: int) -> int:
    while place and text[place] & 0xC0 == 0x80:
        place -= 1
    return place


def _end_of_character(text: bytes, place: int) -> int:
    place += 1
    while place < len(text) and text[place] & 0xC0 == 0x80:
        place += 1
    return place
