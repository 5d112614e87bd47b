"""The head of the log, as the foot of every page tells it."""

from typing import NamedTuple

from django.utils.translation import gettext

from ninefold.errors import NinefoldError, NotThereError
from ninefold.ledger import keeping, reads
from ninefold.ledger.checkpoints import open_checkpoint, read_checkpoint
from ninefold.ledger.merkle import TreeHead, verify_consistency
from ninefold.ledger.models import Checkpoint
from ninefold.ledger.notes import split_note


class Head(NamedTuple):
    """The size of the published tree, the ends of its root to recognise it by, and how many of its witnesses saw it.

    The size is 0 and the root empty before the first publication.
    """

    size: int
    short_root: str
    witnessed: int
    witnesses: int


def head() -> Head:
    """The head that was published last. Two queries."""
    try:
        note = reads.checkpoint_note()
    except NotThereError:
        return Head(0, "", 0, reads.witnessing().witnesses)
    found, seen = signed_head(note), reads.witnessing(note)
    root = found.root.hex()
    return Head(found.size, f"{root[:4]}…{root[-4:]}", len(seen.cosigned), seen.witnesses)


def fault() -> str:
    """Why the published log is not consistent, in the reader's language; empty when it is.

    The last checkpoint bears the log's signature, its tree is that of the one before, grown at its end, and it is not
    smaller than what the note beside the key says was signed. The policy of its witnesses can be followed.
    """
    notes = list(Checkpoint.objects.order_by("-size").values_list("note", flat=True)[:2])
    verifier = keeping.log_signer().verifier
    try:
        heads = [open_checkpoint(note, verifier)[0].head for note in notes]
        known = keeping.last_note()
        if known is not None and open_checkpoint(known, verifier)[0].size > (heads[0].size if heads else 0):
            return gettext("The database is older than what this log has signed: put back the newer one.")
        if len(heads) == 2:
            verify_consistency(heads[1], heads[0], reads.consistency(heads[1].size, heads[0].size))
        if trouble := reads.witnessing().fault:
            raise trouble
    except NinefoldError as error:
        return gettext(error.text).format(**error.values)
    return ""


def signed_head(note: str) -> TreeHead:
    """Size and root in a checkpoint's note."""
    return read_checkpoint(split_note(note).text).head
