"""The name of a record that another room may point at: `room:kind:uuid4`."""

import re
from dataclasses import dataclass
from uuid import UUID

from ninefold.errors import InvalidError

_REF = re.compile(r"([a-z]+):([a-z][a-z-]*):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


@dataclass(frozen=True)
class Ref:
    """A record by its room, its kind there and its id; prints as `room:kind:uuid4`."""

    room: str
    kind: str
    id: UUID

    def __post_init__(self) -> None:
        if not _REF.fullmatch(str(self)):
            raise InvalidError("{ref} names no record; write it as room:kind:uuid4.", ref=str(self))

    def __str__(self) -> str:
        return f"{self.room}:{self.kind}:{self.id}"

    @property
    def room_kind(self) -> str:
        """`room:kind`, as tables keep it beside the id."""
        return f"{self.room}:{self.kind}"

    @classmethod
    def parse(cls, text: str) -> "Ref":
        """Read what `str` wrote; anything else raises `InvalidError`."""
        found = _REF.fullmatch(text)
        if not found:
            raise InvalidError("{ref} names no record; write it as room:kind:uuid4.", ref=repr(text[:80]))
        return cls(found[1], found[2], UUID(found[3]))
