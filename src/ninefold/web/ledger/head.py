"""The head of the log, as the foot of every page tells it."""

from typing import NamedTuple

from django.utils.translation import get_language_bidi, gettext

from ninefold import clock
from ninefold.errors import NinefoldError
from ninefold.ledger import keeping, reads, timeguard
from ninefold.ledger.checkpoints import read_checkpoint
from ninefold.ledger.merkle import TreeHead, verify_consistency
from ninefold.ledger.models import Checkpoint
from ninefold.ledger.notes import split_note


class Head(NamedTuple):
    """The size of the published tree, the ends of its root to recognise it by, and how many of its witnesses saw it.

    The size is 0 and the root empty before the first publication. `halted` says why nothing is signed for now, in the
    reader's language; empty while the clock can be right.
    """

    size: int
    short_root: str
    halted: str
    witnessed: int
    witnesses: int


def head() -> Head:
    """The head that was published last, and who witnessed it. Few queries."""
    last = Checkpoint.objects.order_by("-size").values_list("size", "note", "time").first()
    stopped = _told(timeguard.fault_after(last[2] if last else None, clock.now()))
    seen = reads.witnessing_at(last[:2] if last else None)
    if last is None:
        return Head(0, "", stopped, 0, seen.witnesses)
    found = signed_head(last[1])
    root = found.root.hex()
    return Head(found.size, f"{root[:4]}…{root[-4:]}", stopped, len(seen.cosigned), seen.witnesses)


def fault() -> str:
    """Why the published log is not consistent, in the reader's language; empty when it is.

    The last checkpoint bears the log's signature, its tree is that of the one before, grown at its end, and it is not
    smaller than what the note beside the key says was signed. The policy of its witnesses can be followed.
    """
    last_two = list(Checkpoint.objects.order_by("-size").values_list("size", "note")[:2])
    try:
        keys = keeping.key_line()
        heads = [keys.open(note)[0].head for _, note in last_two]
        known = keeping.last_note()
        if known is not None and keys.open(known)[0].size > (heads[0].size if heads else 0):
            return gettext("The database is older than what this log has signed: put back the newer one.")
        if len(heads) == 2:
            verify_consistency(heads[1], heads[0], reads.consistency(heads[1].size, heads[0].size))
        if trouble := reads.witnessing_at(last_two[0] if last_two else None).fault:
            raise trouble
    except NinefoldError as error:
        return _told(error)
    return ""


def halted() -> str:
    """The same as `Head.halted`, and it looks at the entries too. Two queries."""
    return _told(timeguard.fault(clock.now()))


def signed_head(note: str) -> TreeHead:
    """Size and root in a checkpoint's note."""
    return read_checkpoint(split_note(note).text).head


def _told(error: NinefoldError | None) -> str:
    """The sentence; from right to left its dates and names are isolated, which would be turned round otherwise."""
    if error is None:
        return ""
    values = {name: f"\u2066{value}\u2069" if get_language_bidi() else value for name, value in error.values.items()}
    return gettext(error.text).format(**values)
