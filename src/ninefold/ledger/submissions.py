"""What a log sends to a witness: the checkpoint, and the proof that it grew from an earlier one (C2SP tlog-witness).

old 20852014                                            the size of the earlier one
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=            the hashes of the consistency proof, at most 63
                                                        an empty line, then the signed checkpoint
"""

import base64
import re
from dataclasses import dataclass

from ninefold.errors import InvalidError
from ninefold.ledger.keys import read_base64
from ninefold.ledger.notes import split_note

_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})", re.ASCII)
MOST_HASHES = 63
# Sixteen signatures, which a note may have, of the largest kinds to come take half of this.
LONGEST_SUBMISSION = 1 << 18
_HASH = 32


@dataclass(frozen=True, slots=True)
class Submission:
    """The parts of a request, of which nothing is verified yet. `note` is the signed checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    note: str

    def text(self) -> bytes:
        """The body of the request."""
        lines = [f"old {self.old}", *(base64.b64encode(sibling).decode() for sibling in self.proof)]
        return ("\n".join(lines) + "\n\n" + self.note).encode()


def read_submission(body: bytes) -> Submission:
    """The parts of a request's body; `InvalidError` unless every line is in its one form."""
    if len(body) > LONGEST_SUBMISSION:
        raise InvalidError("The request is longer than {longest} bytes.", longest=LONGEST_SUBMISSION)
    try:
        top, blank, note = body.decode().partition("\n\n")
    except UnicodeDecodeError:
        raise InvalidError("The request is not text in UTF-8.") from None
    first, *hashes = top.split("\n")
    old = _OLD.fullmatch(first)
    if old is None or int(old[1]) >= 1 << 63:
        raise InvalidError("The first line of the request must be old and a size, not {given}.", given=repr(first[:80]))
    if not blank:
        raise InvalidError("The request has no empty line before its checkpoint.")
    if len(hashes) > MOST_HASHES:
        raise InvalidError("The request has more than {most} lines of proof.", most=MOST_HASHES)
    split_note(note)
    return Submission(int(old[1]), tuple(_read_hash(line) for line in hashes), note)


def _read_hash(line: str) -> bytes:
    sibling = read_base64(line)
    if len(sibling) != _HASH:
        raise InvalidError("The line {given} of the proof is no hash of 32 bytes.", given=repr(line[:80]))
    return sibling
