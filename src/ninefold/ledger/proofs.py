"""The proof file: all that a stranger needs to check one entry offline (C2SP tlog-proof).

    c2sp.org/tlog-proof@v1
    extra eyJsb2c...                                        base64 of what opens the leaf (see `Claim`)
    index 7
    gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=            the hashes of the inclusion proof, from the leaf up
                                                            an empty line, then the signed checkpoint

The format does not authenticate the line `extra`. Here nothing rests on it: what it opens must lead to the root.
"""

import base64
import re
from dataclasses import dataclass
from typing import Any

from ninefold.errors import InvalidError, NinefoldError
from ninefold.ledger.canonical import canonical_json, read_canonical
from ninefold.ledger.checkpoints import read_checkpoint
from ninefold.ledger.keys import Verifier, read_base64
from ninefold.ledger.notes import LONGEST_NOTE, split_note
from ninefold.ledger.openings import LONGEST_OPENING, Opening, opening_from
from ninefold.ledger.signers import Signer, signer_from

_HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})", re.ASCII)
# Half as much again for base64 and the few short lines.
LONGEST_PROOF = LONGEST_NOTE + LONGEST_OPENING * 3 // 2
_MOST_HASHES = 63
_MAY = {"chain", "signer", "stamps"}  # members of the claim that are there only when they hold something


@dataclass(frozen=True, slots=True)
class Proof:
    """The parts of a proof file, of which nothing is checked yet. `checkpoint` is a signed note."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes = b""

    def text(self) -> bytes:
        """The file."""
        lines = [_HEADER]
        if self.extra:
            lines.append(f"extra {base64.b64encode(self.extra).decode()}")
        lines.append(f"index {self.index}")
        lines.extend(base64.b64encode(sibling).decode() for sibling in self.hashes)
        return ("\n".join(lines) + "\n\n" + self.checkpoint).encode()


@dataclass(frozen=True, slots=True)
class Claim:
    """What our proof files carry as extra: the opening of the leaf, and which key the log is said to sign with.

    `chain` holds the notes by which the older keys of the log name it (see `succession`); none while there are none.
    `stamps` holds time stamps of the checkpoint (TimeStampResp of RFC 3161, in DER). `signer` is the listing of the
    actor's key, for an entry that he signed.
    """

    log: Verifier
    opening: Opening
    chain: tuple[str, ...] = ()
    stamps: tuple[bytes, ...] = ()
    signer: Signer | None = None

    def canonical(self) -> bytes:
        """The claim as canonical JSON."""
        more: dict[str, Any] = {"chain": list(self.chain)} if self.chain else {}
        if self.stamps:
            more["stamps"] = [base64.b64encode(stamp).decode() for stamp in self.stamps]
        if self.signer:
            more["signer"] = self.signer.value()
        return canonical_json({"log": str(self.log), "opening": self.opening.value(), **more})


def read_claim(extra: bytes) -> Claim:
    """The claim that `Claim.canonical` wrote."""
    if not extra:
        raise InvalidError("The proof file does not say which entry it proves; ask for one with its opening.")
    value = read_canonical(extra, LONGEST_OPENING)
    if not isinstance(value, dict) or value.keys() - _MAY != {"log", "opening"} or not isinstance(value["log"], str):
        raise InvalidError("The proof file was not written by Ninefold: its extra line holds something else.")
    log, opening = Verifier.parse(value["log"]), opening_from(value["opening"])
    signer = signer_from(value["signer"]) if "signer" in value else None
    return Claim(log, opening, _texts(value, "chain"), _stamps(value), signer)


def _texts(value: dict[str, Any], member: str) -> tuple[str, ...]:
    """A member of the claim that is absent or holds texts."""
    texts = value.get(member, [""])
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
        raise InvalidError("The proof file was not written by Ninefold: its extra line holds something else.")
    return tuple(texts) if member in value else ()


def _stamps(value: dict[str, Any]) -> tuple[bytes, ...]:
    return tuple(read_base64(text) for text in _texts(value, "stamps"))


def read_proof(data: bytes) -> Proof:
    """The proof in a file; `InvalidError` says what the file is instead, or which line is wrong."""
    text = _read_text(data)
    top, blank, checkpoint = text.partition("\n\n")
    lines = top.split("\n")[1:]
    if not blank:
        raise InvalidError("The proof file ends before its checkpoint; fetch it again.")
    extra = b""
    if lines and lines[0].startswith("extra "):
        extra = read_base64(lines.pop(0).removeprefix("extra "))
    index = _INDEX.fullmatch(lines.pop(0)) if lines else None
    if index is None:
        raise InvalidError("The proof file does not give the index of its entry.")
    if len(lines) > _MOST_HASHES:
        raise InvalidError("The proof file has more hashes than any tree has levels.")
    return Proof(int(index[1]), tuple(_read_hash(line) for line in lines), checkpoint, extra)


def _read_text(data: bytes) -> str:
    if not data:
        raise InvalidError("The file is empty.")
    if len(data) > LONGEST_PROOF:
        raise InvalidError("The file is too large for a proof file (over {longest} bytes).", longest=LONGEST_PROOF)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise InvalidError("This is not a proof file: it is not text.") from None
    if not text.startswith(f"{_HEADER}\n"):
        raise InvalidError(_what_else(text), header=_HEADER)
    return text


def _what_else(text: str) -> str:
    """The sentence that says what the file is instead."""
    if text.startswith("c2sp.org/tlog-proof@"):
        return "This proof file is of another version than {header}; a newer Ninefold may read it."
    if text.lstrip()[:1] in ("{", "["):
        return "This is a JSON file, not a proof file. A proof file begins with the line {header}."
    try:
        read_checkpoint(split_note(text).text)
    except NinefoldError:
        return "This is not a proof file. A proof file begins with the line {header}."
    return (
        "This is a checkpoint: it tells the size and root of a log, not that an entry is in it. Ask for a proof file."
    )


def _read_hash(line: str) -> bytes:
    sibling = read_base64(line)
    if len(sibling) != 32:
        raise InvalidError("The line {given} of the proof file is no hash of 32 bytes.", given=repr(line[:80]))
    return sibling
