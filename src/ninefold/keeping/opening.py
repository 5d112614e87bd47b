"""A backup opened with the keys of k custodians. Needs no workspace and no database."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ninefold.errors import InvalidError, NinefoldError, NotThereError, RefusedError
from ninefold.keeping.folder import Folder
from ninefold.keeping.manifest import FORMAT, Afterwards, Manifest, open_afterwards, open_manifest
from ninefold.keeping.pieces import name_of, unpack
from ninefold.sealing import age
from ninefold.sealing.custody import Custody, recover, share_of
from ninefold.sealing.sharing import Share


@dataclass(frozen=True)
class About:
    """What everybody can read of a backup: which chain it is, and how many custodians must open it."""

    chain: str
    custody: Custody

    def written(self) -> bytes:
        """As it stands in the folder."""
        sealed = [share.hex() for share in self.custody.sealed]
        value = {"format": FORMAT, "chain": self.chain, "need": self.custody.need, "shares": sealed}
        return json.dumps(value, indent=1).encode() + b"\n"

    @classmethod
    def read(cls, folder: Folder) -> "About":
        """Read what `written` wrote."""
        if not folder.is_begun:
            raise NotThereError("There is no backup in {folder}.", folder=str(folder.path))
        try:
            told: dict[str, Any] = json.loads(folder.about())
            if told["format"] != FORMAT:
                raise InvalidError("The backup is of the format {format}; use a newer version.", format=told["format"])
            sealed = tuple(bytes.fromhex(share) for share in told["shares"])
            return cls(told["chain"], Custody(told["need"], sealed))
        except (ValueError, KeyError, TypeError):
            raise InvalidError("The file backup.json of this backup is damaged.") from None


@dataclass(frozen=True)
class Opened:
    """A backup whose secret is known. Whatever is read from it was written by its node."""

    folder: Folder
    chain: str
    identity: str
    key: bytes

    def manifest(self, number: int | None = None) -> Manifest:
        """What a copy holds; without a number, the newest copy."""
        copies = self.folder.copies()
        if not copies:
            raise NotThereError("The backup in {folder} has no complete copy yet.", folder=str(self.folder.path))
        wanted = copies[-1] if number is None else number
        if wanted not in copies:
            raise NotThereError("There is no copy {number} in this backup.", number=wanted)
        found = open_manifest(self.folder.manifest(wanted), identity=self.identity, key=self.key)
        if (found.chain, found.number) != (self.chain, wanted):
            raise RefusedError("The copy {number} is another one than it says; somebody exchanged it.", number=wanted)
        return found

    def afterwards(self, number: int) -> tuple[list[Afterwards], list[int]]:
        """The lists of what came after a copy, the oldest first; and the copies whose list cannot be relied on.

        A list is missing, damaged, or an older one of the node's own that somebody put back: each reaches at least
        to the newest entry of the copy after it. The newest list has none after it; `written` says how old it is.
        """
        copies = [one for one in self.folder.copies() if one >= number]
        pairs = [(at, self._list(at), following) for at, following in zip(copies, [*copies[1:], None], strict=True)]
        found = [list_ for _, list_, _ in pairs if list_]
        return found, [at for at, list_, following in pairs if not (list_ and self._meets(list_, following))]

    def _meets(self, list_: Afterwards, following: int | None) -> bool:
        try:
            return following is None or list_.serial >= self.manifest(following).serial
        except NinefoldError:
            return False

    def _list(self, at: int) -> Afterwards | None:
        try:
            opened = open_afterwards(self.folder.afterwards(at), identity=self.identity, key=self.key)
        except NinefoldError:
            return None
        return opened if (opened.chain, opened.number) == (self.chain, at) else None

    def piece(self, name: str) -> bytes:
        """A piece, which must be the one that its name promises."""
        piece = unpack(age.unseal(self.folder.get(name), [self.identity]))
        if name_of(piece, self.key) != name:
            raise RefusedError("A piece of the backup was exchanged for another one.")
        return piece

    def lines(self, pieces: Iterable[str]) -> Iterator[list[bytes]]:
        """The lines of a table, piece by piece."""
        for name in pieces:
            yield self.piece(name).splitlines()


def open_backup(path: Path, identities: Iterable[str], shares: Iterable[Share] = ()) -> Opened:
    """Open a backup with the keys of custodians, and the shares that others have opened elsewhere."""
    folder = Folder(path)
    about = About.read(folder)
    told = json.loads(recover(about.custody, identities, shares))
    return Opened(folder, about.chain, told["identity"], bytes.fromhex(told["key"]))


def open_share(path: Path, identity: str) -> Share:
    """The share of one custodian, to bring to where the backup is opened."""
    return share_of(About.read(Folder(path)).custody, identity)
