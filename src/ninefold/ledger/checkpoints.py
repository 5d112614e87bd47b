"""What a log signs of its tree at one size (C2SP tlog-checkpoint).

    example.org/log                                         the origin: which log
    15                                                      the size
    rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=            the root

These lines are the text of a signed note.
"""

from collections.abc import Iterable

from ninefold.errors import InvalidError, RefusedError
from ninefold.ledger.checkpoint_text import Checkpoint, read_checkpoint
from ninefold.ledger.keys import NoteVerifier, Signer
from ninefold.ledger.notes import Note, open_note, sign_note

__all__ = ["Checkpoint", "open_checkpoint", "read_checkpoint", "sign_checkpoint"]


def sign_checkpoint(checkpoint: Checkpoint, *signers: Signer) -> str:
    """The signed note that the log publishes. Its keys bear the log's name; two sign where one follows the other."""
    for signer in signers:
        if signer.name != checkpoint.origin:
            raise InvalidError(
                "The key of {name} cannot sign for {origin}.", name=signer.name, origin=checkpoint.origin
            )
    return sign_note(checkpoint.text(), signers)


def open_checkpoint(
    text: str | bytes, verifier_keys: str | NoteVerifier | Iterable[str | NoteVerifier]
) -> tuple[Checkpoint, Note]:
    """The checkpoint and its note, once a key of the log itself is found to have signed it.

    A witness's signature alone does not do: it says that the witness saw the tree, not that the log stands by it.
    """
    note = open_note(text, verifier_keys)
    checkpoint = read_checkpoint(note.text)
    if all(signature.name != checkpoint.origin for signature in note.signatures):
        raise RefusedError("No known key of the log {origin} signed this checkpoint.", origin=checkpoint.origin)
    return checkpoint, note
