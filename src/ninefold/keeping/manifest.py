"""What a copy holds, and what must not come back with it: the two sealed lists of a backup. Bytes in, bytes out.

age says nothing of who sealed, so each list bears a code under the key that names the pieces: only the node and k of
the custodians have it. Every piece is bound by its name.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hmac import compare_digest, digest
from typing import Any
from uuid import UUID

from ninefold.clock import read_stamp, stamp
from ninefold.errors import InvalidError, RefusedError
from ninefold.keeping.pieces import pack, unpack
from ninefold.ledger.growth import Growth
from ninefold.sealing import age

FORMAT = "ninefold-backup-1"
_CODE = 32
_LONGEST = 1 << 30


@dataclass(frozen=True)
class Table:
    """One table: its name, the columns of a line, the number of rows, and the pieces in order."""

    name: str
    columns: tuple[str, ...]
    rows: int
    pieces: tuple[str, ...]


@dataclass(frozen=True)
class File:
    """One file: its path in the workspace, its mode, and the pieces in order."""

    path: str
    mode: int
    pieces: tuple[str, ...]


@dataclass(frozen=True)
class Manifest:
    """A copy. `size` and `note` are of the last checkpoint in it, `serial` of its newest entry."""

    chain: str
    number: int
    made: str
    program: str
    origin: str
    key: str
    schema: tuple[tuple[str, str], ...]
    serial: int
    size: int
    note: str
    tables: tuple[Table, ...]
    files: tuple[File, ...]

    @property
    def rows(self) -> int:
        """How many rows the copy holds."""
        return sum(table.rows for table in self.tables)

    def pieces(self) -> list[str]:
        """Every piece of the copy, each once, in order."""
        parts: Sequence[Table | File] = [*self.tables, *self.files]
        return list(dict.fromkeys(name for part in parts for name in part.pieces))


@dataclass(frozen=True)
class Afterwards:
    """What happened after a copy, in ids and moments: `acts` are (kind, id, moment, detail).

    `serial` is that of the newest entry when the list was written, so it tells how many entries the copy lacks.
    """

    chain: str
    number: int
    written: datetime
    serial: int
    acts: tuple[tuple[str, UUID, datetime, str], ...]
    grown: Growth | None


def seal_manifest(manifest: Manifest, *, recipient: str, key: bytes) -> bytes:
    """The manifest as the folder keeps it."""
    return _seal(asdict(manifest), recipient, key, "manifest")


def open_manifest(sealed: bytes, *, identity: str, key: bytes) -> Manifest:
    """The manifest, for who has the chain's identity and key."""
    told = _unseal(sealed, identity, key, "manifest")
    try:
        told["tables"] = tuple(
            Table(t["name"], tuple(t["columns"]), t["rows"], tuple(t["pieces"])) for t in told["tables"]
        )
        told["files"] = tuple(File(f["path"], f["mode"], tuple(f["pieces"])) for f in told["files"])
        told["schema"] = tuple((room, name) for room, name in told["schema"])
        return Manifest(**told)
    except (KeyError, TypeError, ValueError):
        raise InvalidError("The list of what the copy holds cannot be read by this version.") from None


def seal_afterwards(list_: Afterwards, *, recipient: str, key: bytes) -> bytes:
    """The list as the folder keeps it."""
    grown = list_.grown and {
        "start": list_.grown.start,
        "leaves": base64.b64encode(b"".join(list_.grown.leaves)).decode(),
        "note": list_.grown.note,
        "time": stamp(list_.grown.time),
        "signature": list_.grown.time_signature.hex(),
        "before": list_.grown.before,
        "entries": list_.grown.entries,
        "last": None if list_.grown.last is None else list_.grown.last.hex(),
    }
    value = {
        "chain": list_.chain,
        "number": list_.number,
        "written": stamp(list_.written),
        "serial": list_.serial,
        "acts": [[kind, id_.hex, stamp(time), detail] for kind, id_, time, detail in list_.acts],
        "grown": grown,
    }
    return _seal(value, recipient, key, "afterwards")


def open_afterwards(sealed: bytes, *, identity: str, key: bytes) -> Afterwards:
    """The list, for who has the chain's identity and key."""
    told = _unseal(sealed, identity, key, "afterwards")
    grown = told["grown"]
    return Afterwards(
        chain=told["chain"],
        number=told["number"],
        written=read_stamp(told["written"]),
        serial=told["serial"],
        acts=tuple((kind, UUID(id_), read_stamp(time), detail) for kind, id_, time, detail in told["acts"]),
        grown=grown and _leaves(grown),
    )


def _leaves(told: dict[str, Any]) -> Growth:
    joined = base64.b64decode(told["leaves"])
    leaves = tuple(joined[at : at + 32] for at in range(0, len(joined), 32))
    last = told.get("last")
    # The lists of an older version do not tell the last three.
    signed = told.get("before"), told.get("entries"), None if last is None else bytes.fromhex(last)
    time, signature = read_stamp(told["time"]), bytes.fromhex(told["signature"])
    return Growth(told["start"], leaves, told["note"], time, signature, *signed)


def _seal(value: object, recipient: str, key: bytes, what: str) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return age.seal(pack(_code(text, key, what) + text), [recipient])


def _unseal(sealed: bytes, identity: str, key: bytes, what: str) -> dict[str, Any]:
    content = unpack(age.unseal(sealed, [identity]), _LONGEST)
    code, text = content[:_CODE], content[_CODE:]
    if not compare_digest(code, _code(text, key, what)):
        raise RefusedError("This backup was not written by the node that it names; somebody put it there.")
    value: dict[str, Any] = json.loads(text)
    return value


def _code(text: bytes, key: bytes, what: str) -> bytes:
    return digest(key, f"ninefold {what} v1\x00".encode() + text, "sha256")
