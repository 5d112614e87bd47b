"""What a check may find, named so that a person knows which row it is."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was written: the part of the log, its name there, and what is wrong with it.

    `part` is one of entry, body, tombstone, listing, leaf, tile, checkpoint, cosignature, key, time stamp, database.
    `text` may hold `{name}` and the names of `values`.
    """

    part: str
    name: str
    text: str
    values: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text.format(name=self.name, **self.values)


class Findings(list[Finding]):
    """The findings of one check, in the order in which they were met."""

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
