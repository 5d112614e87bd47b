"""What a check may find, named so that a person knows which row it is."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was written: the part of the log, its name there, and what is wrong with it.

    `part` is one of entry, body, tombstone, listing, leaf, tile, checkpoint, loss, cosignature, key, time stamp,
    grant, database. `text` may hold `{name}` and the names of `values`.
    """

    part: str
    name: str
    text: str
    values: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text.format(name=self.name, **self.values)


@dataclass(frozen=True)
class LostPart:
    """What a restore at `time` lost and signed for: what was published between two sizes, and the entries after `kept`.

    `entries` is how many there were at the larger size; None where an older version did not sign it.
    """

    time: str
    before: int
    size: int
    kept: int
    entries: int | None

    def __str__(self) -> str:
        told = f"Lost by the restore of {self.time}: what was published between the sizes {self.before} and {self.size}"
        if self.entries is None:
            return f"{told}, and the entries after {self.kept} that were in it."
        if self.entries <= self.kept:
            return f"{told}; no entry."
        return f"{told}, and the entries {self.kept + 1} to {self.entries}."


class Findings(list[Finding]):
    """The findings of one check, in the order in which they were met.

    `lost` is told, and is nothing wrong; so is `older`: by table, rows that cannot be held against the log yet.
    """

    def __init__(self) -> None:
        super().__init__()
        self.lost: list[LostPart] = []
        self.older: Counter[str] = Counter()

    def add(self, part: str, name: object, text: str, /, **values: object) -> None:
        """Note one more."""
        self.append(Finding(part, str(name), text, values))


@dataclass(frozen=True)
class Report:
    """What was read, and what was found wrong with it; no findings means that everything is as it was written."""

    entries: int
    erased: int
    waiting: int
    leaves: int
    checkpoints: int
    findings: list[Finding]
    lost: list[LostPart]
    older: dict[str, int]
