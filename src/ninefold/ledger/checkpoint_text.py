"""The lines that a checkpoint says, before anybody signed them (C2SP tlog-checkpoint). Text in, text out."""

import base64
import re
from dataclasses import dataclass

from ninefold.errors import InvalidError
from ninefold.ledger.keys import read_base64
from ninefold.ledger.merkle import TreeHead

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of one log's tree. `extensions` are further lines that the format allows and we do not write."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        TreeHead(self.size, self.root)
        if not all(line and not _CONTROL.search(line) for line in (self.origin, *self.extensions)):
            raise InvalidError("The lines of a checkpoint must be neither empty nor broken.")

    @property
    def head(self) -> TreeHead:
        """Size and root, to check proofs against."""
        return TreeHead(self.size, self.root)

    def text(self) -> str:
        """The lines that are signed."""
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint in the text of a note; `InvalidError` unless it is in its one form."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() != "":
        raise InvalidError("A checkpoint has at least three lines: origin, size, root.")
    origin, size, root, *extensions = lines
    if not _SIZE.fullmatch(size):
        raise InvalidError("{size} is not the size of a tree.", size=repr(size[:80]))
    return Checkpoint(origin, int(size), read_base64(root), tuple(extensions))
