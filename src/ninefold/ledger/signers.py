"""Who signed an entry, as a proof file carries it: the listing of the key, and its tag, both in the same tree. Pure.

The tag is what makes a listing seen: whoever holds the label finds it among the public leaves. So a listing without its
tag in the tree proves nothing, and a proof file carries the way of both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ninefold.clock import read_stamp
from ninefold.errors import InvalidError, RefusedError
from ninefold.ledger.hexadecimal import read_hex
from ninefold.ledger.listings import LISTED, Listing, read_listing, tag_of
from ninefold.ledger.merkle import TreeHead, leaf_hash, verify_inclusion
from ninefold.ledger.openings import Opening, opening_from
from ninefold.ledger.signatures import statement_of, taken_apart

_MEMBERS = {"hashes", "index", "opening", "tag"}
_MOST_HASHES = 63
_GREATEST = 2**53


@dataclass(frozen=True, slots=True)
class Way:
    """A leaf and the hashes from it up to the root."""

    index: int
    hashes: tuple[bytes, ...]

    def value(self) -> dict[str, Any]:
        """As a JSON value."""
        return {"hashes": [sibling.hex() for sibling in self.hashes], "index": self.index}


@dataclass(frozen=True, slots=True)
class Signer:
    """The listing of the key that signed: its opening, its way to the root, and the way of its tag."""

    opening: Opening
    way: Way
    tag: Way

    def value(self) -> dict[str, Any]:
        """As a JSON value."""
        return {**self.way.value(), "opening": self.opening.value(), "tag": self.tag.value()}


@dataclass(frozen=True, slots=True)
class Signed:
    """What was found of a signature. `listing` is the commitment of the listing; label, public key in hexadecimal."""

    kind: str
    label: str
    number: int
    public: str
    rp: str
    listing: str
    leaf: int
    starts: str
    until: str


def signer_from(value: object) -> Signer:
    """The signer in a JSON value that came from `read_canonical`."""
    if not isinstance(value, Mapping) or value.keys() != _MEMBERS:
        raise InvalidError("The signer in a proof file has the members hashes, index, opening and tag, and no others.")
    way = {name: value[name] for name in ("hashes", "index")}
    return Signer(opening_from(value["opening"]), _way(way), _way(value["tag"]))


def verify_signer(opening: Opening, signer: Signer | None, head: TreeHead) -> Signed | None:
    """What a signed entry proves of its signer; None for an entry without a signature.

    Raises `RefusedError` unless the signature is by the listed key, the listing and its tag are in the tree, and the
    entry's time is one at which the listing holds.
    """
    envelope, signature = taken_apart(opening.envelope)
    if signature is None:
        if signer is not None:
            raise InvalidError("The proof file names a signer for an entry that nobody signed.")
        return None
    if signer is None:
        raise InvalidError("The proof file does not carry the key that signed its entry; ask for the file again.")
    listing = _verified_listing(signer, head)
    if signature.key != signer.opening.commitment().hex():
        raise RefusedError("The entry was signed with another key than the one that the proof file lists.")
    listing.key.verify(statement_of(envelope), signature)
    listing.require_living(read_stamp(_time(opening)))
    told = listing.body()
    return Signed(
        kind=told["kind"],
        label=told["label"],
        number=told["number"],
        public=told["public"],
        rp=told["rp"],
        listing=signature.key,
        leaf=signer.way.index,
        starts=told["from"],
        until=told["until"],
    )


def require_signer(signed: Signed | None, wanted: str) -> None:
    """Raise `RefusedError` unless the signer has this label, or this public key, in hexadecimal."""
    if signed is None:
        raise RefusedError("This entry bears no signature of its actor.")
    if wanted.strip().lower() not in (signed.label, signed.public):
        raise RefusedError("This entry was signed by somebody else: the label is {label}.", label=signed.label)


def _verified_listing(signer: Signer, head: TreeHead) -> Listing:
    listing = read_listing(signer.opening.says())
    if signer.opening.entry().get("type") != LISTED:
        raise RefusedError("What the proof file gives as the listing of a key is another entry.")
    verify_inclusion(leaf_hash(signer.opening.commitment()), signer.way.index, signer.way.hashes, head)
    tag = leaf_hash(tag_of(listing.label, listing.number))
    verify_inclusion(tag, signer.tag.index, signer.tag.hashes, head)
    return listing


def _time(opening: Opening) -> str:
    time = opening.entry().get("time")
    if not isinstance(time, str):
        raise InvalidError("The entry bears no time.")
    return time


def _way(value: object) -> Way:
    if not isinstance(value, Mapping) or value.keys() != {"hashes", "index"}:
        raise InvalidError("The way of a leaf has the members hashes and index, and no others.")
    index, hashes = value["index"], value["hashes"]
    if type(index) is not int or not 0 <= index < _GREATEST or not isinstance(hashes, list):
        raise InvalidError("The way of a leaf begins at its index, a whole number.")
    if len(hashes) > _MOST_HASHES:
        raise InvalidError("The proof file has more hashes than any tree has levels.")
    return Way(index, tuple(read_hex(text, "a hash", length=32) for text in hashes))
