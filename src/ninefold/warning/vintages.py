"""Which data a board is made from, and what must stand under every picture of it."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ninefold.warning.intake import read_panel
from ninefold.warning.panel import Panel
from ninefold.warning.sources.ucdp_cm import adapter


@dataclass(frozen=True)
class VintageCard:
    """The caption of a panel. `digest` is the SHA-256 of the file that was read."""

    name: str
    attribution: str
    licence: str
    address: str
    unit: str
    vintage: str
    caution: str
    digest: str


@cache
def bundled_card() -> VintageCard:
    """The caption of the series that comes with Ninefold."""
    source = adapter.source()
    return VintageCard(
        source.name,
        source.attribution,
        source.licence,
        source.address,
        source.unit,
        source.vintage,
        source.caution,
        source.yields.sha256,
    )


def bundled() -> tuple[Panel, VintageCard]:
    """The series that comes with Ninefold, and its caption."""
    return adapter.panel(), bundled_card()


def own_file(file: Path) -> tuple[Panel, VintageCard]:
    """A file of one's own in the panel's format; its source and licence are its owner's to state."""
    panel = read_panel(file)
    return panel, VintageCard(
        file.name,
        "Own data",
        "as its owner states",
        "",
        "count per country and month, as the file holds it",
        f"{panel.first} to {panel.last}",
        "Data of your own: Ninefold checked the form, not the truth.",
        hashlib.sha256(file.read_bytes()).hexdigest(),
    )
