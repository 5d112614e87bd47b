"""Text signed by named keys (C2SP signed-note). Nothing of a note is to be believed before `open_note` returns.

    the text, one or more lines
                                                            an empty line
    — example.org/log Az3grl...                             em dash, key name, base64 of key id and signature

A note may have many signatures; those of unknown keys prove nothing and do no harm.
"""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ninefold.errors import InvalidError, RefusedError
from ninefold.ledger.cosignatures import Cosigner, read_verifier
from ninefold.ledger.keys import NoteVerifier, Signer, Verifier, read_base64, require_name

__all__ = [
    "Note",
    "Signature",
    "Signer",
    "Verifier",
    "cosign",
    "open_note",
    "read_signature",
    "sign_note",
    "split_note",
    "write_note",
]

# The specification asks to take at least 16 signatures, and those to come are up to 5 kB each.
MOST_SIGNATURES = 100
LONGEST_NOTE = 1 << 20
_DASH = "— "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature line: the key's name and id, and what the key made of the text."""

    name: str
    key_id: bytes
    signature: bytes = field(repr=False)

    @property
    def line(self) -> str:
        """As it stands in a note."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.signature).decode()}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text with the signatures that were verified, and those that were not: they prove nothing."""

    text: str
    signatures: tuple[Signature, ...]
    unverified: tuple[Signature, ...] = ()


def open_note(text: str | bytes, verifier_keys: str | NoteVerifier | Iterable[str | NoteVerifier]) -> Note:
    """The note, once at least one of the keys is found to have signed it.

    A key is the text of one, of type 1, 4 or 6, or a verifier. Raises `InvalidError` when it is not in the form of a
    note, `RefusedError` when the signature of a known key does not match, no known key signed, or none of those that
    did covers the whole text. Signatures of unknown keys are left unverified, as the specification asks.
    """
    note = split_note(text)
    known = _by_key(verifier_keys)
    message = note.text.encode()
    verified: dict[tuple[str, bytes], Signature] = {}
    unknown = []
    for signature in note.unverified:
        key = (signature.name, signature.key_id)
        if key in known:
            known[key].verify(message, signature.signature)
            verified.setdefault(key, signature)
        else:
            unknown.append(signature)
    if not verified:
        raise RefusedError("None of the keys that you trust signed this note.")
    if not any(known[key].binds(message) for key in verified):
        raise RefusedError("The lines of this checkpoint behind its root are covered by no signature.")
    return Note(note.text, tuple(verified.values()), tuple(unknown))


def sign_note(text: str, signers: Signer | Iterable[Signer]) -> str:
    """The signed note over `text`, which must end with a newline."""
    content = _read_text(text)
    if not content.endswith("\n"):
        raise InvalidError("The text of a note must end with a newline.")
    signers = [signers] if isinstance(signers, Signer) else signers
    made = [Signature(key.name, key.verifier.key_id, key.sign(content.encode())) for key in signers]
    return write_note(content, made)


def cosign(text: str, signer: Cosigner, *, time: int) -> Signature:
    """What a witness adds to the note of a checkpoint, at `time` (seconds since 1970)."""
    return Signature(signer.name, signer.verifier.key_id, signer.sign(text.encode(), time=time))


def write_note(text: str, signatures: Iterable[Signature]) -> str:
    """The note of a text and signatures that were made elsewhere, on which the caller stands."""
    return f"{text}\n" + "".join(f"{signature.line}\n" for signature in signatures)


def split_note(text: str | bytes) -> Note:
    """The parts of a note, of which nothing is verified yet."""
    body, blank, lines = _read_text(text).rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise InvalidError("This is not a signed note: text, an empty line, then a line for each signature.")
    rows = lines.removesuffix("\n").split("\n")
    if len(rows) > MOST_SIGNATURES:
        raise InvalidError("The note has more than {most} signatures.", most=MOST_SIGNATURES)
    return Note(body + "\n", (), tuple(read_signature(row) for row in rows))


def _read_text(text: str | bytes) -> str:
    if len(text) > LONGEST_NOTE:
        raise InvalidError("The note is longer than {longest} bytes.", longest=LONGEST_NOTE)
    try:
        content = text.decode() if isinstance(text, bytes) else text.encode().decode()
    except UnicodeError:
        raise InvalidError("The note is not text in UTF-8.") from None
    if _CONTROL.search(content):
        raise InvalidError("The note holds control characters.")
    return content


def read_signature(row: str) -> Signature:
    """The parts of a signature line, without its newline."""
    name, space, data = row.removeprefix(_DASH).partition(" ")
    if not row.startswith(_DASH) or not space:
        raise InvalidError("{row} is not a signature line.", row=repr(row[:80]))
    require_name(name)
    signed = read_base64(data)
    if len(signed) < 5:
        raise InvalidError("The signature of {name} is too short.", name=name)
    return Signature(name, signed[:4], signed[4:])


def _by_key(keys: str | NoteVerifier | Iterable[str | NoteVerifier]) -> dict[tuple[str, bytes], NoteVerifier]:
    known: dict[tuple[str, bytes], NoteVerifier] = {}
    for key in keys if isinstance(keys, Iterable) and not isinstance(keys, str) else [keys]:
        verifier = read_verifier(key) if isinstance(key, str) else key
        if known.setdefault((verifier.name, verifier.key_id), verifier) != verifier:
            raise InvalidError("Two different keys of {name} have the same hash.", name=verifier.name)
    return known
