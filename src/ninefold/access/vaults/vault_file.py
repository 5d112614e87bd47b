"""The one file of a vault: its public key, its custodians, and for each of them his share, which only he decrypts.

Canonical JSON (RFC 8785) and a newline, so that one vault has one fingerprint. It holds nothing that opens the vault.
"""

import re
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from ninefold.access.vaults.age_keys import require_recipient
from ninefold.access.vaults.items import read_id
from ninefold.access.vaults.shares import require_quorum
from ninefold.disk import read_named
from ninefold.errors import InvalidError
from ninefold.ledger.canonical import canonical_json, read_canonical
from ninefold.words.text import plain

FORMAT = "ninefold vault v1"
LONGEST = 100_000
_LONGEST_NAME = 100
_ARMOR = re.compile(
    r"-----BEGIN AGE ENCRYPTED FILE-----\n(?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{1,64}={0,2}\n"
    r"-----END AGE ENCRYPTED FILE-----\n"
)
_LONGEST_ARMOR = 3000
_MEMBERS = {"custodians", "format", "founded", "k", "name", "recipient", "vault"}
_OF_CUSTODIAN = {"commitment", "label", "recipient", "share"}


@dataclass(frozen=True)
class Custodian:
    """Who keeps a share: a label for people, his key, what his share must be, and the share encrypted to him."""

    label: str
    recipient: str
    commitment: bytes
    share: str

    def __post_init__(self) -> None:
        _require_name(self.label)
        require_recipient(self.recipient)
        if len(self.commitment) != 32:
            raise InvalidError("The commitment to the share of {label} is not 32 bytes.", label=self.label)
        require_armor(self.share)


@dataclass(frozen=True)
class VaultFile:
    """A vault as it was founded. The custodians' shares have the indexes 1 to n in their order."""

    id: UUID
    name: str
    founded: date
    k: int
    recipient: str
    custodians: tuple[Custodian, ...]

    def __post_init__(self) -> None:
        _require_name(self.name)
        require_quorum(self.k, self.n)
        require_recipient(self.recipient)
        keys = [self.recipient, *(one.recipient for one in self.custodians)]
        if len(set(keys)) != len(keys):
            raise InvalidError("Two custodians have the same key; each needs one of his own.")

    @property
    def n(self) -> int:
        """How many keep a share."""
        return len(self.custodians)

    @classmethod
    def parse(cls, text: bytes) -> Self:
        """Read what `text` wrote; anything else raises `InvalidError`."""
        if not text.endswith(b"\n"):
            raise InvalidError("This is not a whole vault file; copy it again.")
        told = read_canonical(text[:-1], LONGEST)
        if not isinstance(told, dict) or set(told) != _MEMBERS or told["format"] != FORMAT:
            raise InvalidError("This is not a vault file.")
        rows = told["custodians"]
        if not isinstance(rows, list) or type(told["k"]) is not int:
            raise InvalidError("This is not a vault file.")
        return cls(
            id=read_id(told["vault"]),
            name=_text(told["name"]),
            founded=_day(told["founded"]),
            k=told["k"],
            recipient=_text(told["recipient"]),
            custodians=tuple(_custodian(row) for row in rows),
        )

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """The vault in a file."""
        return cls.parse(read_named(path, LONGEST + 1))

    def text(self) -> bytes:
        """The file's bytes."""
        told = {
            "custodians": [_row(one) for one in self.custodians],
            "format": FORMAT,
            "founded": self.founded.isoformat(),
            "k": self.k,
            "name": self.name,
            "recipient": self.recipient,
            "vault": str(self.id),
        }
        return canonical_json(told) + b"\n"

    def digest(self) -> bytes:
        """The fingerprint (SHA-256) of the file."""
        return sha256(self.text()).digest()


def require_armor(text: str) -> None:
    """Raise `InvalidError` unless this is one small armored age file in its usual spelling."""
    if len(text) > _LONGEST_ARMOR or not _ARMOR.fullmatch(text):
        raise InvalidError("A share stands in the file as an armored age file; this one does not.")


def _row(one: Custodian) -> dict[str, Any]:
    return {
        "commitment": one.commitment.hex(),
        "label": one.label,
        "recipient": one.recipient,
        "share": one.share,
    }


def _custodian(row: object) -> Custodian:
    if not isinstance(row, dict) or set(row) != _OF_CUSTODIAN:
        raise InvalidError("This is not a vault file.")
    committed = _text(row["commitment"])
    if not re.fullmatch(r"[0-9a-f]{64}", committed):
        raise InvalidError("A commitment is 64 hexadecimal digits in small letters.")
    return Custodian(_text(row["label"]), _text(row["recipient"]), bytes.fromhex(committed), _text(row["share"]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidError("This is not a vault file.")
    return value


def _day(value: object) -> date:
    try:
        day = date.fromisoformat(_text(value))
    except ValueError:
        day = None
    if day is None or day.isoformat() != value:
        raise InvalidError("The day on which the vault was founded is not a day, such as 2026-11-24.")
    return day


def _require_name(name: str) -> None:
    if not name or name != plain(name) or "\n" in name or len(name) > _LONGEST_NAME:
        raise InvalidError(
            "A vault and each custodian have a name of one line, at most {most} characters.", most=_LONGEST_NAME
        )
