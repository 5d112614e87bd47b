"""Opening the items of a vault into a new folder, each held against the list and the proof files that came with it."""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from ninefold.access.vaults.age_keys import Identity
from ninefold.access.vaults.items import LARGEST, open_item
from ninefold.access.vaults.lists import Listed, read
from ninefold.cli.vault_proofs import SUFFIX, Proven, read_proofs
from ninefold.disk import read_named, write_private
from ninefold.errors import ConflictError, InvalidError, NinefoldError, NotThereError
from ninefold.ledger.proofs import LONGEST_PROOF

LIST = "items.json"
_LONGEST = 2 * LARGEST
_STRANGE = re.compile(r"[^\w.-]+")


@dataclass
class Opening:
    """One opening: the vault and its key, the list if there is one, what is proven, and what to tell of each item."""

    vault: UUID
    identity: Identity
    out: Path
    listed: dict[UUID, Listed] | None
    proven: Mapping[UUID, Proven]
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
        for missing in sorted(self.proven.keys() - (self.listed or {}).keys() - self.seen):
            self._fault(f"{missing}: stands in the log and did not open, or is not there")

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
        self._hold_against_log(item, Listed(item, committed, digest))

    def _hold_against_log(self, item: UUID, opened: Listed) -> None:
        proof = self.proven.get(item)
        if proof is None:
            self.lines.append("  no proof file of it is here, so whether the log holds it is only somebody's word")
        elif proof.listed != opened:
            self._fault(f"  NOT what the log holds as {proof.where}")
        else:
            self.lines.append(f"  as the log holds it: {proof.where}")

    def _fault(self, line: str) -> None:
        self.lines.append(line)
        self.faults += 1


class Against(NamedTuple):
    """What the items are held against, beside the list: further proof files, and keys of the log."""

    proofs: Sequence[Path] = ()
    keys: Sequence[str] = ()


def open_all(vault: UUID, identity: Identity, items: Path, out: Path, against: Against = Against()) -> Opening:  # noqa: B008
    """Write each item's content to the new folder `out`."""
    files = dict(_files(items))
    listed = read(files.pop(LIST), vault) if LIST in files else None
    proofs = {name: files.pop(name) for name in [*files] if name.endswith(SUFFIX)}
    proofs |= {str(path): read_named(path, LONGEST_PROOF) for path in against.proofs}
    proven, faults = read_proofs(proofs, vault, against.keys)
    try:
        out.mkdir(mode=0o700)
    except FileExistsError:
        raise ConflictError("There is already a folder {path}; name a new one.", path=str(out)) from None
    except OSError:
        raise NotThereError("You cannot write into the folder {folder}.", folder=str(out.parent)) from None
    opening = Opening(vault, identity, out, listed, proven, lines=faults, faults=len(faults))
    for name in sorted(files):
        opening.take(name, files[name])
    opening.finish()
    return opening


def _files(items: Path) -> Iterator[tuple[str, bytes]]:
    """The age files, the list and the proof files of a folder or a zip file, by name."""
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
    return name == LIST or name.endswith((".age", SUFFIX))
