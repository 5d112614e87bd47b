"""What a log signs of its tree at one size (C2SP tlog-checkpoint).

    example.org/log                                         the origin: which log
    15                                                      the size
    rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=            the root

These lines are the text of a signed note.
"""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ninefold.errors import InvalidError, RefusedError
from ninefold.ledger.keys import Signer, Verifier, read_base64
from ninefold.ledger.merkle import TreeHead
from ninefold.ledger.notes import Note, open_note, sign_note

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


def sign_checkpoint(checkpoint: Checkpoint, *signers: Signer) -> str:
    """The signed note that the log publishes. Its keys bear the log's name; two sign where one follows the other."""
    for signer in signers:
        if signer.name != checkpoint.origin:
            raise InvalidError(
                "The key of {name} cannot sign for {origin}.", name=signer.name, origin=checkpoint.origin
            )
    return sign_note(checkpoint.text(), signers)


def open_checkpoint(
    text: str | bytes, verifier_keys: str | Verifier | Iterable[str | Verifier]
) -> tuple[Checkpoint, Note]:
    """The checkpoint and its note, once a key of the log itself is found to have signed it.

    A witness's signature alone does not do: it says that the witness saw the tree, not that the log stands by it.
    """
    note = open_note(text, verifier_keys)
    checkpoint = read_checkpoint(note.text)
    if all(signature.name != checkpoint.origin for signature in note.signatures):
        raise RefusedError("No known key of the log {origin} signed this checkpoint.", origin=checkpoint.origin)
    return checkpoint, note
