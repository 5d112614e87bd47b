"""What a restore is told to do, and what it did. Values only."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ninefold.keeping.manifest import Afterwards, Manifest
from ninefold.keeping.opening import Opened
from ninefold.keeping.sources import Seen


@dataclass(frozen=True)
class Plan:
    """What is restored: the copy, the lists of what came after it, what the world has seen, and whether to go on."""

    opened: Opened
    manifest: Manifest
    lists: Sequence[Afterwards]
    missing: Sequence[int]
    seen: Sequence[Seen]
    successor: bool

    @property
    def lost(self) -> int:
        """How many entries the copy lacks, as far as the lists tell."""
        return max([list_.serial for list_ in self.lists], default=self.manifest.serial) - self.manifest.serial

    @property
    def listed(self) -> int:
        """The size of the largest tree that the lists tell; 0 when they tell of none."""
        grown = [list_.grown for list_ in self.lists if list_.grown]
        return max([one.start + len(one.leaves) for one in grown], default=0)


@dataclass(frozen=True)
class Restored:
    """What a restore did. `behind` is the size that others have seen, where it is more than the copy holds."""

    origin: str
    size: int
    behind: int | None
    lost: int
    known_until: datetime | None
    missing: Sequence[int]
    again: dict[str, int] = field(default_factory=dict)
    ways_in: int = 0
