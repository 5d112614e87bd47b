"""A chain of copies in one folder, as the node knows it: where it is, how its pieces are named, how far it got.

The node keeps the key that names pieces and the recipient to whom it seals. The identity that opens them exists on no
disk: it is made, shared among the custodians, and forgotten.
"""

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.conf import settings

from ninefold import disk
from ninefold.errors import ConflictError, InvalidError
from ninefold.keeping.folder import Folder
from ninefold.keeping.opening import About
from ninefold.sealing import age
from ninefold.sealing.custody import entrust

KNOWN = "backups.json"
"""The file beside the log's key. No copy holds it."""


@dataclass(frozen=True)
class Mark:
    """How far the log had come in a copy: its newest entry, and the size of its tree."""

    number: int
    serial: int
    size: int


@dataclass(frozen=True)
class Chain:
    """What the node must know to go on with a chain."""

    folder: str
    id: str
    recipient: str
    key: str = field(repr=False)
    marks: tuple[Mark, ...] = ()

    @property
    def naming(self) -> bytes:
        """The key that names pieces."""
        return bytes.fromhex(self.key)

    def at(self) -> Folder:
        """Its folder; another one that was put in its place (or a disk that is not there) raises `ConflictError`."""
        folder = Folder(Path(self.folder))
        if not folder.is_begun or About.read(folder).chain != self.id:
            raise ConflictError(
                "The folder {folder} does not hold the backup that this workspace keeps there; is its disk in place?",
                folder=self.folder,
            )
        return folder

    def standing(self) -> tuple[Mark, ...]:
        """The marks of the copies that count; a run that was killed may have left one of a copy that does not."""
        copies = self.at().copies()
        return tuple(mark for mark in self.marks if mark.number in copies)


def known() -> list[Chain]:
    """The chains of this workspace."""
    path = settings.WORKSPACE / "keys" / KNOWN
    if not path.is_file():
        return []
    told = json.loads(path.read_text(encoding="utf-8"))
    return [Chain(**{**one, "marks": tuple(Mark(**mark) for mark in one["marks"])}) for one in told]


def chain_in(folder: Path) -> Chain | None:
    """The chain that this workspace keeps in a folder."""
    return next((chain for chain in known() if chain.folder == str(folder)), None)


def begin(folder: Path, custodians: Sequence[str], need: int) -> Chain:
    """Begin a chain that this workspace goes on with."""
    # Remembered first: killed in between, the next run finds a chain without a folder and begins again.
    return _begun(folder, custodians, need, remember)


def new(folder: Path, custodians: Sequence[str], need: int) -> Chain:
    """Begin a chain that nobody here remembers."""
    return _begun(folder, custodians, need, lambda _: None)


def _begun(folder: Path, custodians: Sequence[str], need: int, noted: Callable[[Chain], None]) -> Chain:
    """Make the secret, give the custodians their shares, and forget it."""
    if not 1 <= need <= len(custodians):
        raise InvalidError("{need} of {of} custodians cannot open it; choose 1 to {of}.", need=need, of=len(custodians))
    identity, key = age.new_identity(), secrets.token_hex(32)
    secret = json.dumps({"identity": identity, "key": key}).encode()
    about = About(secrets.token_hex(16), entrust(secret, custodians, need=need))
    chain = Chain(str(folder), about.chain, age.recipient_of(identity), key)
    noted(chain)
    Folder(folder).begin(about.written())
    return chain


def remember(chain: Chain) -> None:
    """Keep what is known of a chain, in place of what was known of that folder before."""
    others = [one for one in known() if one.folder != chain.folder]
    path = settings.WORKSPACE / "keys" / KNOWN
    disk.replace_whole(path, json.dumps([asdict(one) for one in [*others, chain]]).encode())
