"""The key directory: what an entry that lists a key, or ends one, says; and the tag by which its owner watches it.

A listing names nobody. It says: the holder of this random label signs with this key from one moment until another. The
label is known to its owner, to the node, and to whom he gives it. The listings under a label are counted from 0, and
each has beside its own leaf a **tag** in the tree:

    tag = HMAC-SHA-256(label, "ninefold tag v1" ‖ 00 ‖ number in 8 bytes, most significant first)

Without the label a tag looks like a cover leaf. With it, everybody can compute the next tag and see that it is not
there: so no key is listed under a label unseen by who holds the label.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ninefold.clock import read_stamp, stamp
from ninefold.errors import InvalidError, RefusedError
from ninefold.ledger.hexadecimal import read_hex
from ninefold.ledger.signatures import SigningKey

LISTED, ENDED = "ledger.key-listed", "ledger.key-ended"
REASONS = ("lost", "replaced", "unused", "closed")
LABEL = 32  # bytes
# Entries under one label, so that a watcher knows every tag that there may be. So many nobody comes to.
MOST = 1_000
_TAG = b"ninefold tag v1\x00"
_LISTING = {"from", "kind", "label", "number", "public", "rp", "until"}
_END = {"at", "ends", "label", "number", "reason"}


def tag_of(label: bytes, number: int) -> bytes:
    """The 32 bytes that stand in the tree beside the listing of this number."""
    return hmac.digest(label, _TAG + number.to_bytes(8, "big"), "sha256")


@dataclass(frozen=True, slots=True)
class Listing:
    """A key under a label, good for signing from `starts` until just before `ends`."""

    label: bytes
    number: int
    key: SigningKey
    starts: datetime
    ends: datetime

    def body(self) -> dict[str, Any]:
        """What the entry says."""
        return {
            "from": stamp(self.starts),
            "kind": self.key.kind,
            "label": self.label.hex(),
            "number": self.number,
            "public": self.key.public.hex(),
            "rp": self.key.rp,
            "until": stamp(self.ends),
        }

    def require_living(self, moment: datetime) -> None:
        """Raise `RefusedError` unless the key could sign at this moment, as far as its listing says."""
        if not self.starts <= moment < self.ends:
            raise RefusedError(
                "The key was listed from {start} until {end}, and the act is of {time}.",
                start=stamp(self.starts),
                end=stamp(self.ends),
                time=stamp(moment),
            )


@dataclass(frozen=True, slots=True)
class End:
    """The listing whose commitment (hex) is `ends` is good no longer than `at`; `reason` is one of `REASONS`."""

    label: bytes
    number: int
    ends: str
    at: datetime
    reason: str

    def body(self) -> dict[str, Any]:
        """What the entry says."""
        return {
            "at": stamp(self.at),
            "ends": self.ends,
            "label": self.label.hex(),
            "number": self.number,
            "reason": self.reason,
        }


def read_listing(body: Mapping[str, Any] | None) -> Listing:
    """The listing that `Listing.body` wrote; anything else raises `InvalidError`."""
    told = _told(body, _LISTING)
    public = read_hex(told["public"], "the public key of a listing")
    key = SigningKey(_text(told["kind"]), public, _text(told["rp"]))
    starts, ends = read_stamp(_text(told["from"])), read_stamp(_text(told["until"]))
    return Listing(_label(told), _number(told), key, starts, ends)


def read_end(body: Mapping[str, Any] | None) -> End:
    """The end that `End.body` wrote; anything else raises `InvalidError`."""
    told = _told(body, _END)
    ended = read_hex(told["ends"], "the listing that is ended", length=32).hex()
    if told["reason"] not in REASONS:
        raise InvalidError("A key ends for one of the reasons {reasons}.", reasons=", ".join(REASONS))
    return End(_label(told), _number(told), ended, read_stamp(_text(told["at"])), told["reason"])


def _told(body: Mapping[str, Any] | None, members: set[str]) -> Mapping[str, Any]:
    if body is None or body.keys() != members:
        raise InvalidError("This is no entry of the key directory: it has other members.")
    return body


def _label(told: Mapping[str, Any]) -> bytes:
    return read_hex(told["label"], "a label", length=LABEL)


def _number(told: Mapping[str, Any]) -> int:
    number = told["number"]
    if type(number) is not int or not 0 <= number < MOST:
        raise InvalidError("The number of a listing is a whole number from 0 to 999.")
    return number


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidError("The members of a listing are texts, but for its number.")
    return value
