"""An act that its actor signs: first drawn up to the last byte, then signed by him, then written exactly so. Pure.

1. `Draft.new`: the random parts of the entry, and its time. The act is run with it, and where its entry would be
   written `DrawnUp` is raised: the transaction is rolled back, and the envelope is known.
2. The person signs the statement of that envelope.
3. The act is run again with the same draft and the signature. Unless the same envelope comes out, nothing is written.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from ninefold.clock import read_stamp, stamp
from ninefold.errors import ConflictError, InvalidError
from ninefold.ledger.hexadecimal import read_hex
from ninefold.ledger.openings import new_key
from ninefold.ledger.signatures import Signature, SigningKey, signed, statement_of

LIFE = timedelta(minutes=10)
"""How long a person may look at what he signs. The act bears the time of its draft."""

_MEMBERS = {"actor", "body_key", "digest", "id", "key", "record", "time"}


@dataclass(frozen=True, slots=True)
class Draft:
    """The parts of an entry that come from chance or the clock. `record` is the id of what the act makes, if anything.

    `digest` is that of the drawn-up envelope; empty until then.
    """

    actor: str
    id: UUID
    key: bytes
    body_key: bytes
    record: UUID
    time: datetime
    digest: bytes = b""

    @classmethod
    def new(cls, actor: str, now: datetime) -> "Draft":
        """A draft for an act of this actor at this time."""
        return cls(actor, uuid4(), new_key(), new_key(), uuid4(), now)

    def value(self) -> dict[str, Any]:
        """As a JSON value, to be kept sealed until the signature comes: it holds the keys of the entry."""
        return {
            "actor": self.actor,
            "body_key": self.body_key.hex(),
            "digest": self.digest.hex(),
            "id": str(self.id),
            "key": self.key.hex(),
            "record": str(self.record),
            "time": stamp(self.time),
        }

    def require_fresh(self, at: datetime) -> None:
        """Raise `ConflictError` when it was drawn up too long ago, or the clock has been put back since."""
        if not self.time <= at <= self.time + LIFE:
            raise ConflictError("What you signed was drawn up more than ten minutes ago; look at it again.")


def draft_from(value: object) -> Draft:
    """The draft that `Draft.value` wrote."""
    if not isinstance(value, dict) or value.keys() != _MEMBERS:
        raise InvalidError("This is no draft of an act.")
    key, body_key, digest = (read_hex(value[name], name, length=32) for name in ("key", "body_key", "digest"))
    id_, record, time = UUID(value["id"]), UUID(value["record"]), read_stamp(value["time"])
    return Draft(value["actor"], id_, key, body_key, record, time, digest)


@dataclass(frozen=True, slots=True)
class Seal:
    """A draft, and once the person has signed it, his signature and the moment at which it came in."""

    draft: Draft
    signature: Signature | None = None
    at: datetime | None = None


class NamelessError(Exception):
    """Raised where a draft would be written whose actor may not be named: that act is done without a signature."""


class DrawnUp(Exception):  # noqa: N818 (no error: the end of the first run)
    """Raised where an unsigned draft would be written, so that whatever the act has done so far is rolled back."""

    def __init__(self, draft: Draft, envelope: bytes, body: bytes) -> None:
        super().__init__(draft.id)
        self.draft = replace(draft, digest=sha256(envelope).digest())
        self.envelope, self.body = envelope, body


@dataclass(frozen=True, slots=True)
class Closing:
    """What closes one envelope: the draft, and (None while it is only drawn up) the signature with its key."""

    draft: Draft
    signature: Signature | None = None
    key: SigningKey | None = None

    def close(self, envelope: bytes, body: bytes) -> bytes:
        """The envelope with its signature, once it is the one that was signed; `DrawnUp` while nobody has signed."""
        if self.signature is None or self.key is None:
            raise DrawnUp(self.draft, envelope, body)
        if sha256(envelope).digest() != self.draft.digest:
            raise ConflictError("What you signed is not what would be written now; look at it again.")
        self.key.verify(statement_of(envelope), self.signature)
        return signed(envelope, self.signature)
