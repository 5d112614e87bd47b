"""The list that goes with the items when a custodian takes them from the server: what the entries say of each.

Canonical JSON and a newline. It comes from the server; who does not trust it compares with the proof files.
"""

import re
from typing import NamedTuple
from uuid import UUID

from ninefold.access.vaults.items import read_id
from ninefold.errors import InvalidError
from ninefold.ledger.canonical import canonical_json, read_canonical

FORMAT = "ninefold items v1"
_LONGEST = 16 << 20
_DIGITS = re.compile(r"[0-9a-f]{64}")


class Listed(NamedTuple):
    """An item as its entry has it: the commitment, and the fingerprint of the age file."""

    item: UUID
    commitment: str
    sha256: str


def text_of(vault: UUID, items: list[Listed]) -> bytes:
    """The list's bytes."""
    rows = [{"commitment": one.commitment, "item": str(one.item), "sha256": one.sha256} for one in items]
    return canonical_json({"format": FORMAT, "items": rows, "vault": str(vault)}) + b"\n"


def read(text: bytes, vault: UUID) -> dict[UUID, Listed]:
    """The items of this vault by id; anything that `text_of` did not write raises `InvalidError`."""
    wrong = InvalidError("The list of items is not one, or is damaged.")
    told = read_canonical(text.removesuffix(b"\n"), _LONGEST)
    if not isinstance(told, dict) or set(told) != {"format", "items", "vault"} or told["format"] != FORMAT:
        raise wrong
    if told["vault"] != str(vault):
        raise InvalidError("The list of items belongs to another vault.")
    rows = told["items"]
    if not isinstance(rows, list) or not all(_is_row(row) for row in rows):
        raise wrong
    return {row.item: row for row in (Listed(read_id(one["item"]), one["commitment"], one["sha256"]) for one in rows)}


def _is_row(row: object) -> bool:
    if not isinstance(row, dict) or set(row) != {"commitment", "item", "sha256"}:
        return False
    return all(isinstance(row[name], str) and _DIGITS.fullmatch(row[name]) for name in ("commitment", "sha256"))
