"""How one key of a log follows another: a note that both sign, and the line of keys that such notes make.

    ninefold-log-key v1
    ninefold.node/651cfe6315f7d8c5                          the log
    1024                                                    the first checkpoint of the new key, signed by both
    ninefold.node/651cfe6315f7d8c5+c7b9ce41+AYXat5V5...     the old key
    ninefold.node/651cfe6315f7d8c5+26cb1554+AUALUoyZ...     the new key
    ended                                                   or `stolen`: the old one is not to be trusted any more

Whoever trusts the old key may trust the new one by such a note. Not where the old one was stolen: the thief could
have signed for a successor of his own. Text in, text out.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ninefold.errors import InvalidError, RefusedError
from ninefold.ledger.checkpoints import Checkpoint, open_checkpoint, read_checkpoint
from ninefold.ledger.keys import Signer, Verifier
from ninefold.ledger.notes import LONGEST_NOTE, Note, open_note, sign_note, split_note, write_note

_HEADER = "ninefold-log-key v1"
_ENDS = {"ended": False, "stolen": True}
_SIZE = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
MOST_LINKS = 1_000


@dataclass(frozen=True, slots=True)
class Link:
    """From the checkpoint at `size` on, `new` signs instead of `old`. That one checkpoint is signed by both."""

    size: int
    old: Verifier
    new: Verifier
    stolen: bool

    def text(self) -> str:
        """The lines that both keys sign."""
        end = "stolen" if self.stolen else "ended"
        return "".join(f"{line}\n" for line in (_HEADER, self.new.name, self.size, self.old, self.new, end))


def sign_link(size: int, old: Signer, new: Signer, *, stolen: bool) -> str:
    """The note by which the old key names the new one. The new key signs too: nobody can name another's."""
    return sign_note(Link(size, old.verifier, new.verifier, stolen).text(), [old, new])


def open_link(note: str) -> Link:
    """The link in a note, once both of its keys are found to have signed it. Whether to trust either is not said."""
    link = _read_link(split_note(note).text)
    opened = open_note(note, [link.old, link.new])
    if len(opened.signatures) != 2 or write_note(opened.text, opened.signatures) != note:
        raise RefusedError("A change of the log's key must be signed by the old key and the new one, and no other.")
    return link


def write_chain(notes: Iterable[str]) -> str:
    """Notes one after the other, an empty line between."""
    return "\n".join(notes)


def read_chain(text: str) -> list[str]:
    """The notes that `write_chain` put together; an empty text holds none."""
    if len(text) > LONGEST_NOTE:
        raise InvalidError("The chain of keys is longer than {longest} bytes.", longest=LONGEST_NOTE)
    if not text:
        return []
    parts = text.split("\n\n")
    if len(parts) % 2 or not text.endswith("\n"):
        raise InvalidError("This is not a chain of keys: fetch it again, from /tlog/keys of the log.")
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return [f"{said}\n\n{signed.removesuffix(chr(10))}\n" for said, signed in pairs]


@dataclass(frozen=True, slots=True)
class KeyLine:
    """All keys of one log: the present one, and the links that lead to it."""

    current: Verifier
    links: tuple[Link, ...] = ()

    def __post_init__(self) -> None:
        ends = [*self.links[1:], None]
        for link, following in zip(self.links, ends, strict=False):
            if (following.old if following else self.current) != link.new:
                raise RefusedError("The changes of the log's key do not lead to the key that signs now.")
        if any(one.size >= other.size for one, other in pairwise(self.links)):
            raise RefusedError("The changes of the log's key are not in their order.")

    @classmethod
    def of(cls, current: Verifier, notes: Iterable[str]) -> "KeyLine":
        """The line of these notes, the oldest first, once each is found signed and they lead to the present key."""
        return cls(current, tuple(open_link(note) for note in notes))

    def at(self, size: int) -> tuple[Verifier, ...]:
        """The keys that sign the checkpoint at this size, the newest first; two where one follows the other."""
        for link in reversed(self.links):
            if size >= link.size:
                return (link.new, link.old) if size == link.size else (link.new,)
        return (self.links[0].old if self.links else self.current,)

    def open(self, note: str | bytes) -> tuple[Checkpoint, Note]:
        """A checkpoint of this log, once all keys that had to sign it are found to have done so."""
        keys = self.at(read_checkpoint(split_note(note).text).size)
        checkpoint, opened = open_checkpoint(note, keys)
        if not {(key.name, key.key_id) for key in keys} <= {(each.name, each.key_id) for each in opened.signatures}:
            raise RefusedError("The checkpoint is not signed by every key of the log that had to sign it.")
        return checkpoint, opened

    def without_old(self, note: str) -> str:
        """A checkpoint without the signature of the key that ended with it; a reader may not know that one."""
        said = split_note(note)
        old = {(key.name, key.key_id) for key in self.at(read_checkpoint(said.text).size)[1:]}
        return write_note(said.text, [line for line in said.unverified if (line.name, line.key_id) not in old])


def follow(trusted: Sequence[Verifier], links: Sequence[Link], to: Verifier) -> list[Verifier]:
    """The trusted keys, and those to which the links lead from them.

    `RefusedError` when the way to the key `to` leads over a key that was stolen.
    """
    reached, doubtful = list(trusted), list[Verifier]()
    for link in links[:MOST_LINKS]:
        if link.old in reached and not link.stolen:
            reached.append(link.new)
        elif link.old in (*reached, *doubtful):
            doubtful.append(link.new)
    if to in doubtful and to not in reached:
        raise RefusedError(
            "The log says that the key which you gave, or one that followed it, was stolen. A thief could have named "
            "the next one as well: ask the log's keeper for the present key."
        )
    return reached


def require_not_ended(links: Iterable[Link], key: Verifier, size: int) -> None:
    """`RefusedError` when the key had ended before the checkpoint at this size, or was stolen."""
    for link in links:
        if link.old == key and link.stolen:
            raise RefusedError(
                "The key that signed this was stolen; only what its log signs with the next key can be relied on. Ask "
                "for the file again."
            )
        if link.old == key and size >= link.size:
            raise RefusedError(
                "The key that signed this had ended before, at size {end}; this is of size {size}.",
                end=link.size,
                size=size,
            )


def _read_link(text: str) -> Link:
    lines = text.split("\n")
    if len(lines) != 7 or lines[0] != _HEADER or lines[5] not in _ENDS or not _SIZE.fullmatch(lines[2]):
        raise InvalidError("This note is not about a change of a log's key.")
    old, new = Verifier.parse(lines[3]), Verifier.parse(lines[4])
    link = Link(int(lines[2]), old, new, _ENDS[lines[5]])
    if old.name != new.name or old == new or link.text() != text:
        raise InvalidError("This note is not about a change of a log's key.")
    return link
