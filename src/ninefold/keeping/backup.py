"""A backup: one picture of the database and the files, in sealed pieces. The node goes on meanwhile.

1. Read everything in one picture, cut it into pieces, and put down those that the folder does not hold yet.
2. Write what came after the copy before, up to this picture; begin the list of this one; remember how far it reaches.
3. When all of that is on the disk, write the list of what the copy holds: from then on the copy counts.
4. Bring its list up to date, then take away what is no longer kept.

Killed anywhere, the earlier copies are whole, and the next run finds the pieces that were put down already. The lists
of what must not come back meet without a gap: whichever copy counts, its list was begun and goes on from there.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from ninefold.clock import stamp
from ninefold.errors import InvalidError, NinefoldError
from ninefold.keeping import afterwards, chain
from ninefold.keeping.asking import POLICY
from ninefold.keeping.chain import Chain, Mark
from ninefold.keeping.folder import Folder
from ninefold.keeping.manifest import File, Manifest, Table, seal_manifest
from ninefold.keeping.picture import picture, schema, tables
from ninefold.keeping.pieces import cut_file, cut_lines, name_of, pack
from ninefold.keeping.rows import Model, columns_of, lines_of
from ninefold.ledger import reads
from ninefold.ledger.old_pages import forget_old_pages
from ninefold.ledger.regrowing import newest_serial
from ninefold.sealing import age

# What a restore makes anew, and what must not be in a copy: the memory of the chains, and the last signed head, which
# stands in the list instead.
_NOT_IN_A_COPY = {"keys/log.head", f"keys/{chain.KNOWN}"}

Step = Callable[[int], None]


class Custodians(NamedTuple):
    """Who can open a new chain: their keys, and how many of them it takes."""

    recipients: tuple[str, ...]
    need: int


class Made(NamedTuple):
    """What a backup did: the number of the copy, its rows, and the pieces and bytes that were new."""

    number: int
    rows: int
    pieces: int
    fresh: int
    written: int


def make(
    *, to: Path, now: datetime, custodians: Custodians | None = None, keep: int | None = None, step: Step | None = None
) -> Made:
    """Add a copy to the chain in a folder; the first one begins the chain and needs the custodians.

    `keep`: how many copies stay, the newest; None keeps all. `step` is told how many more of `count_rows()` are done.
    """
    place = Folder(to)
    with place.turn():
        found = _chain(place, custodians)
        made = _Making(found, step or (lambda _: None)).copy(now, keep)
    _forget_what_was_erased()
    return made


def renew(now: datetime, *, keep: int | None = None) -> dict[str, str]:
    """Add a copy to every chain of this workspace; of each folder, why it could not be added, or an empty text.

    One that fails stops none of the others.
    """
    done = {}
    for known in chain.known():
        try:
            add(known.folder, now, keep=keep)
            done[known.folder] = ""
        except (NinefoldError, OSError) as error:
            done[known.folder] = str(error)
    return done


def add(folder: str, now: datetime, *, keep: int | None = None) -> Made:
    """Add a copy to the chain in this folder, which must be in its place: on a disk that is missing none is begun."""
    if found := chain.chain_in(Path(folder)):
        found.at()
    return make(to=Path(folder), now=now, keep=keep)


def make_once(*, to: Path, now: datetime, custodians: Custodians) -> Made:
    """One copy in a new folder, to hand over: without keys, and nothing here goes on with it or remembers it."""
    place = Folder(to)
    with place.turn():
        made = _Making(chain.new(to, *custodians), lambda _: None, keys=False).alone(now)
    _forget_what_was_erased()
    return made


def _chain(place: Folder, custodians: Custodians | None) -> Chain:
    """The chain in this folder, begun now where custodians are named and nothing stands there."""
    found = chain.chain_in(place.path)
    if custodians is None:
        if found is not None:
            return found
        raise InvalidError(
            "There is no backup of this workspace in {folder} yet; name the custodians with --keys.",
            folder=str(place.path),
        )
    if place.is_begun:
        raise InvalidError(
            "The custodians of a backup stand from its beginning; leave out --keys, or begin in another folder."
        )
    return chain.begin(place.path, *custodians)


def count_rows() -> int:
    """How many rows a copy would hold, for a progress bar."""
    return sum(model._base_manager.count() for model in tables())


class _Making:
    """One copy in the making."""

    def __init__(self, of: Chain, step: Step, *, keys: bool = True) -> None:
        self._chain = of
        self._keys = keys
        self._folder = of.at()
        self._step = step
        self._digests = self._known_digests()
        self._pieces: dict[str, str] = {}
        self._fresh = 0
        self._written = 0

    def copy(self, now: datetime, keep: int | None) -> Made:
        """Write it, complete it, and tidy up behind it."""
        number = max([*self._folder.copies(), *(mark.number for mark in self._chain.marks)], default=0) + 1
        # 1. One picture.
        with picture():
            manifest = self._read(number, now)
        # 2. The lists meet here.
        mark, earlier = Mark(number, manifest.serial, manifest.size), self._chain.standing()
        for each in (*earlier[-1:], mark):
            afterwards.write(self._chain, each, now)
        grown = replace(self._chain, marks=(*earlier, mark))
        chain.remember(grown)
        # 3. The copy counts.
        sealed = seal_manifest(manifest, recipient=self._chain.recipient, key=self._chain.naming)
        self._folder.write_copy(number, sealed, self._pieces)
        # 4. What came while it was written; then tidy up.
        afterwards.write(grown, mark, now)
        for old in self._folder.copies()[:-keep] if keep else []:
            self._folder.drop(old)
        chain.remember(replace(grown, marks=grown.standing()))
        self._folder.sweep()
        return Made(number, manifest.rows, len(self._pieces), self._fresh, self._written)

    def alone(self, now: datetime) -> Made:
        """The only copy of a chain that ends with it."""
        with picture():
            manifest = self._read(1, now)
        sealed = seal_manifest(manifest, recipient=self._chain.recipient, key=self._chain.naming)
        self._folder.write_copy(1, sealed, self._pieces)
        return Made(1, manifest.rows, len(self._pieces), self._fresh, self._written)

    def _read(self, number: int, now: datetime) -> Manifest:
        status = reads.status()
        return Manifest(
            chain=self._chain.id,
            number=number,
            made=stamp(now),
            program=version("ninefold"),
            origin=status.origin,
            key=status.key,
            schema=tuple(schema()),
            serial=newest_serial(),
            size=status.size,
            note=reads.checkpoint_note() if status.size else "",
            tables=tuple(self._table(model) for model in tables()),
            files=tuple(self._file(path) for path in _files() if self._keys or path.parent.name != "keys"),
        )

    def _table(self, model: Model) -> Table:
        names, rows = [], 0
        for piece, lines in cut_lines(lines_of(model)):
            names.append(self._put(piece))
            rows += lines
            self._step(lines)
        return Table(model._meta.label, tuple(field.column or "" for field in columns_of(model)), rows, tuple(names))

    def _file(self, path: Path) -> File:
        name = path.relative_to(settings.WORKSPACE).as_posix()
        pieces = []
        with path.open("rb") as file:
            mode = path.stat().st_mode & 0o777
            for piece in cut_file(file):
                _require_no_identity(name, piece)
                pieces.append(self._put(piece))
        return File(name, mode, tuple(pieces))

    def _put(self, piece: bytes) -> str:
        name = name_of(piece, self._chain.naming)
        if name in self._pieces:
            return name
        if self._folder.has(name):
            self._pieces[name] = self._digests.get(name) or self._folder.digest(name)
            return name
        sealed = age.seal(pack(piece), [self._chain.recipient])
        self._pieces[name] = self._folder.put(name, sealed)
        self._fresh += 1
        self._written += len(sealed)
        return name

    def _known_digests(self) -> dict[str, str]:
        """From the newest copy: what a piece that is there already should look like."""
        copies = self._folder.copies()
        return self._folder.listed(copies[-1]) if copies else {}


def _files() -> Iterator[Path]:
    """What stands beside the database and belongs into a copy, by name."""
    root = settings.WORKSPACE
    below = (*(root / "keys").rglob("*"), *(root / "files").rglob("*"))
    for path in sorted([*root.glob("*.toml"), root / POLICY, *below]):
        if path.is_file() and not path.is_symlink():
            name = path.relative_to(root).as_posix()
            if name not in _NOT_IN_A_COPY and not path.name.startswith(".") and path.suffix != ".draft":
                yield path


def _require_no_identity(name: str, piece: bytes) -> None:
    """A custodian's secret key has no place on the node, and still less in a copy of it."""
    if name.startswith("keys/") and age.IDENTITY.encode() in piece.upper():
        raise InvalidError(
            "The file {name} holds a secret key of a custodian; take it off this machine, then make the backup.",
            name=name,
        )


def _forget_what_was_erased() -> None:
    """While a picture is read, the write-ahead log keeps what was erased meanwhile (SQLite)."""
    if not connection.in_atomic_block:
        forget_old_pages()
