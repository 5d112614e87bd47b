"""The card of a source: publisher, licence, vintage, and the figures that its file must yield."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from ninefold.warning.months import Month


@dataclass(frozen=True)
class Yields:
    """What the file must hold, to the row and the byte."""

    file: str
    sha256: str
    rows: int
    countries: int
    first: Month
    last: Month


@dataclass(frozen=True)
class Source:
    """`source.toml` of one folder. `attribution` stands under every chart made from it."""

    name: str
    publisher: str
    licence: str
    licence_address: str
    address: str
    attribution: str
    citation: tuple[str, ...]
    changes: str
    unit: str
    vintage: str
    caution: str
    marking: str
    reliability: str
    allowed: tuple[str, ...]
    red_lines: tuple[str, ...]
    counted_under: dict[str, str]
    yields: Yields


def read_source(folder: Path) -> Source:
    """The card in this folder; a missing or unknown field is a `TypeError` of the build, not of a person."""
    card = tomllib.loads((folder / "source.toml").read_text(encoding="utf-8"))
    told = card.pop("yields")
    first, last = Month.parse(told.pop("first")), Month.parse(told.pop("last"))
    lists = {name: tuple(card.pop(name)) for name in ("citation", "allowed", "red_lines")}
    return Source(**(card | lists), yields=Yields(**told, first=first, last=last))
