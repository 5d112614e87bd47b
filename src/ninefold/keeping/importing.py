"""What somebody took along, brought into an empty workspace of his own: his to read, and marked with where it is from.

The tables are filled; the entries of the other log stay what they are, proofs of another log, kept as files. He reads
what he read there, under the same marks and until the same ends, and gets no right that he did not have.
"""

import io
import json
import zipfile
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models, transaction

from ninefold.access.models import Person
from ninefold.access.taking import Row
from ninefold.errors import ConflictError, InvalidError
from ninefold.keeping.exporting import FORMAT, LEDGER, ROOMS
from ninefold.keeping.plain import read
from ninefold.ledger.actions import append
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.openings import read_opening
from ninefold.ledger.refs import Ref
from ninefold.ledger.stock import take_stock
from ninefold.ledger.verify import verify_proof

IMPORTED = entry_kind("keeping.imported", "brought in what a person had taken along")
_MOST = 1 << 30  # bytes, unpacked
_MOST_FILES = 500_000  # one a proof, and a table each
_ENTRY_OF_LIST = b"PK\x01\x02"  # each file has one in the list at the end (APPNOTE.TXT, section 4.3.12)


class Imported(NamedTuple):
    """Who it is of, which log it is from, and how many rows and proofs came in."""

    person: UUID
    log: str
    rows: int
    proofs: int


def import_(content: bytes, *, now: datetime) -> Imported:
    """Fill an empty workspace. Everything is looked at first: a proof that does not hold stops it."""
    files = _unpack(content)
    about = _about(files)
    proofs = {name: text for name, text in files.items() if name.startswith(f"{LEDGER}/")}
    for name, text in proofs.items():
        _require_sound(name, text, about["key"])
    with transaction.atomic():
        if Person.objects.exists():
            raise ConflictError("This workspace is in use; bring it into an empty one.")
        rows = sum(_fill(room, files, now) for room in ROOMS)
        record = Ref("keeping", "import", uuid4())
        body = {"log": about["log"], "digest": sha256(content).hexdigest(), "rows": rows, "proofs": len(proofs)}
        append(kind=IMPORTED, actor="node", subject=record, now=now, marking="tlp:red", body=body)
        take_stock(now=now)
        _keep(about["log"], proofs)
    return Imported(UUID(about["person"]), about["log"], rows, len(proofs))


def _unpack(content: bytes) -> dict[str, bytes]:
    # Counted before the list is read: what is built of an entry of 46 bytes takes ten times as much.
    if content.count(_ENTRY_OF_LIST) > _MOST_FILES:
        raise InvalidError(
            "The file holds more than {most} files, which is more than is brought in; take along fewer rooms "
            "(ninefold export --room).",
            most=_MOST_FILES,
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MOST:
                raise InvalidError("The file unfolds to more than {most} bytes.", most=_MOST)
            return {entry.filename: archive.read(entry) for entry in archive.infolist()}
    except (zipfile.BadZipFile, EOFError, NotImplementedError):
        raise InvalidError("This is not a file that `ninefold export` wrote.") from None


def _about(files: dict[str, bytes]) -> dict[str, Any]:
    try:
        about: dict[str, Any] = json.loads(files.pop("manifest.json"))
        UUID(about["person"])
        if about["format"] != FORMAT or not isinstance(about["log"], str) or not isinstance(about["key"], str):
            raise ValueError
    except (KeyError, ValueError, TypeError, AttributeError):
        raise InvalidError("This is not a file that `ninefold export` wrote.") from None
    return about


def _require_sound(name: str, text: bytes, key: str) -> None:
    if name.endswith(".tlog-proof"):
        verify_proof(text, [key])
    else:
        read_opening(text)


def _fill(room: str, files: dict[str, bytes], now: datetime) -> int:
    count = 0
    for model in ROOMS[room].TABLES:
        content = files.get(f"{room}/{model.__name__}.ndjson")
        if content:
            rows = [_filled(room, model, row, now) for row in read(content, model)]
            model._base_manager.bulk_create(rows)
            count += len(rows)
    return count


def _filled(room: str, model: type[models.Model], row: Row, now: datetime) -> models.Model:
    fill = ROOMS[room].FILLED.get(model._meta.label)
    more = fill(row) if fill else {}
    if "joined_day" in more and more["joined_day"] is None:
        more["joined_day"] = now.date()
    return model(**{**row, **more})


def _keep(log: str, proofs: dict[str, bytes]) -> None:
    """Beside the database, under the other log's name."""
    folder = settings.WORKSPACE / "files" / "imported" / sha256(log.encode()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / "log").write_text(f"{log}\n", encoding="utf-8")
    for name, text in proofs.items():
        path = folder / name.removeprefix(f"{LEDGER}/").replace("/", "_")
        path.touch(mode=0o600)
        path.write_bytes(text)
