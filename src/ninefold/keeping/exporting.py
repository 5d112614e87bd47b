"""What a person may read, in one file that he takes along: a table each, and the proofs of the entries that he reads.

The file says nothing of when and by whom it was packed: every time in it is the first that the format knows, and the
manifest bears the day.
"""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from types import ModuleType

from django.db.models import QuerySet

from ninefold.access import export as access
from ninefold.access.export import names_of
from ninefold.access.models import Person
from ninefold.access.reads import actors_known_to, entries_visible_to
from ninefold.access.taking import Taken, named_in
from ninefold.decisions import export as decisions
from ninefold.errors import InvalidError
from ninefold.keeping.plain import written
from ninefold.ledger import reads
from ninefold.ledger.models import Entry
from ninefold.sealing.packing import entry_of
from ninefold.tracks import export as tracks
from ninefold.warning import export as warning

FORMAT = "ninefold-export-1"
ROOMS: Mapping[str, ModuleType] = {"access": access, "tracks": tracks, "decisions": decisions, "warning": warning}
"""In the order in which an import fills them. The ledger has no tables to take along, it has proofs."""
LEDGER = "ledger"
_AT_ONCE = 500


def names() -> list[str]:
    """The rooms from which something can be taken."""
    return [*ROOMS, LEDGER]


def export(person: Person, now: datetime, rooms: Iterable[str] = ()) -> bytes:
    """The file. Without rooms, of all of them; the people and audiences through which he reads always come along."""
    wanted = set(rooms) or set(names())
    if unknown := wanted - set(names()):
        known = ", ".join(names())
        raise InvalidError("There is no room {name}; choose among {known}.", name=min(unknown), known=known)
    parts = [part for room in ROOMS if room in wanted | {"access"} for part in ROOMS[room].export(person, now)]
    parts.append(names_of(named_in(parts, "custodian_id") - {person.pk}))
    files = _tables(parts)
    if LEDGER in wanted:
        files |= dict(_proofs(person, now))
    status = reads.status()
    about = {
        "format": FORMAT,
        "day": now.date().isoformat(),
        "log": status.origin,
        "key": status.key,
        "person": str(person.pk),
        "rooms": [room for room in names() if room in wanted | {"access"}],
        "lines": {name: content.count(b"\n") for name, content in files.items() if name.endswith(".ndjson")},
    }
    return pack({"manifest.json": json.dumps(about, indent=1, ensure_ascii=False).encode() + b"\n", **files})


def pack(files: Mapping[str, bytes]) -> bytes:
    """A ZIP file that tells nothing but its content: fixed times, no machine, sorted names."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in sorted(files.items(), key=lambda file: (file[0] != "manifest.json", file[0])):
            entry = entry_of(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return packed.getvalue()


def _tables(parts: Iterable[Taken]) -> dict[str, bytes]:
    """A file a table. A row that several rooms name is taken once, as fully as one of them told it."""
    rows: dict[str, dict[str, dict[str, object]]] = {}
    for model, found in parts:
        table = rows.setdefault(f"{model._meta.app_label}/{model.__name__}.ndjson", {})
        for row in found:
            key = str(row.get("id", sorted(map(str, row.items()))))
            table[key] = row if len(row) >= len(table.get(key, {})) else table[key]
    return {name: written(list(table.values())) for name, table in rows.items() if table}


def _proofs(person: Person, now: datetime) -> Iterator[tuple[str, bytes]]:
    """The proof of each entry that he reads; of one that waits for its publication, its opening."""
    for entry in _openable(person, now, entries_visible_to(person, now).filter(leaf__isnull=False)):
        yield f"ledger/{entry.id}.tlog-proof", reads.proof_of(entry).text()
    for entry in _openable(person, now, entries_visible_to(person, now).filter(leaf__isnull=True)):
        yield f"ledger/{entry.id}.json", reads.opening_of(entry).canonical()


def _openable(person: Person, now: datetime, entries: QuerySet[Entry]) -> Iterator[Entry]:
    """Those whose opening names nobody whom he may not know, in their order."""
    rows = entries.order_by("serial").iterator(chunk_size=_AT_ONCE)
    while chunk := list(islice(rows, _AT_ONCE)):
        actors = actors_known_to(person, now, chunk)
        yield from (entry for entry in chunk if actors[entry.serial] == entry.actor)
