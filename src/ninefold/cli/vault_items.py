"""Opening the items of a vault into a new folder, each held against the list that came with it."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from ninefold.access.vaults.age_keys import Identity
from ninefold.access.vaults.items import LARGEST, open_item
from ninefold.access.vaults.lists import Listed, read
from ninefold.disk import write_private
from ninefold.errors import ConflictError, InvalidError, NinefoldError, NotThereError

LIST = "items.json"
_LONGEST = 2 * LARGEST
_STRANGE = re.compile(r"[^\w.-]+")


@dataclass
class Opening:
    """One opening: the vault and its key, the list if there is one, and what to tell of each item."""

    vault: UUID
    identity: Identity
    out: Path
    listed: dict[UUID, Listed] | None
    lines: list[str] = field(default_factory=list)
    faults: int = 0
    seen: set[UUID] = field(default_factory=set)

    def take(self, name: str, sealed: bytes) -> None:
        """Open one age file and write its content; what is wrong with it is told, and the next one follows."""
        try:
            item, committed = open_item(sealed, self.identity, vault=self.vault)
        except NinefoldError as error:
            self._fault(f"{name}: {error}")
            return
        if item.id in self.seen:
            self._fault(f"{name}: a second file of the item {item.id}; it was left out")
            return
        self.seen.add(item.id)
        target = self.out / f"{item.id}-{_STRANGE.sub('_', item.name)[-80:]}"
        write_private(target, item.content)
        self._judge(target, len(item.content), item.id, committed.hex(), sha256(sealed).hexdigest())

    def finish(self) -> None:
        """Name what stands in the list and was not opened."""
        for missing in sorted((self.listed or {}).keys() - self.seen):
            self._fault(f"{missing}: stands in the list and did not open, or is not there")

    def _judge(self, target: Path, size: int, item: UUID, committed: str, digest: str) -> None:
        told = f"{target}: {size} bytes"
        row = (self.listed or {}).get(item)
        if self.listed is None:
            self.lines.append(f"{told}; no list to hold it against: compare the commitment with the entry's")
        elif row is None:
            self._fault(f"{told}; NOT in the list: nobody entered it")
        elif (row.commitment, row.sha256) != (committed, digest):
            self._fault(f"{told}; NOT what its entry says: it was exchanged, or its depositor told something else")
        else:
            self.lines.append(f"{told}; as the list says")
        self.lines.append(f"  commitment  {committed}")

    def _fault(self, line: str) -> None:
        self.lines.append(line)
        self.faults += 1


def open_all(vault: UUID, identity: Identity, items: Path, out: Path) -> Opening:
    """Write each item's content to the new folder `out`."""
    files = dict(_files(items))
    listed = read(files.pop(LIST), vault) if LIST in files else None
    try:
        out.mkdir(mode=0o700)
    except FileExistsError:
        raise ConflictError("There is already a folder {path}; name a new one.", path=str(out)) from None
    except OSError:
        raise NotThereError("You cannot write into the folder {folder}.", folder=str(out.parent)) from None
    opening = Opening(vault, identity, out, listed)
    for name in sorted(files):
        opening.take(name, files[name])
    opening.finish()
    return opening


def _files(items: Path) -> Iterator[tuple[str, bytes]]:
    """The age files and the list of a folder or a zip file, by name."""
    if items.is_dir():
        for path in items.rglob("*"):
            if path.is_file() and _wanted(path.name) and path.stat().st_size <= _LONGEST:
                yield path.name, path.read_bytes()
        return
    try:
        with zipfile.ZipFile(items) as packed:
            for one in packed.infolist():
                name = one.filename.rpartition("/")[2]
                if _wanted(name) and one.file_size <= _LONGEST:
                    yield name, packed.read(one)
    except OSError:
        raise NotThereError("There is no folder or zip file {path} that you may read.", path=str(items)) from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        raise InvalidError("{path} is no zip file, or is damaged.", path=str(items)) from None


def _wanted(name: str) -> bool:
    return name == LIST or name.endswith(".age")
