"""What the log signs beside its public notes and keeps to itself: what came before each, and what a restore lost. Pure.

    ninefold published v2
    2026-11-21T08:30:00.000000Z                     when
    264 7 5c1f…                                     the size of the checkpoint before, the entries so far, the last one
    ninefold.node/651cfe6315f7d8c5                  the checkpoint
    272
    rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=

So a checkpoint or an entry that is taken away later leaves a gap. Nobody outside sees it: it tells how busy the log is.
A restore leaves such gaps too, and signs for each of them:

    ninefold lost v1
    2026-11-22T09:00:00.000000Z
    256 5                                           the last checkpoint of the copy, and its entries
    ninefold.node/651cfe6315f7d8c5                  the checkpoint that was put back after it
    ...
"""

from datetime import datetime
from typing import NamedTuple

from ninefold.clock import stamp
from ninefold.ledger.checkpoint_text import Checkpoint


class Published(NamedTuple):
    """A publication. `before` is the size of the checkpoint before, 0 for the first.

    `entries` is how many entries there were, those that waited included, and `last` the commitment of the last of
    them, empty if there was none. All three are None in what an older version signed.
    """

    checkpoint: Checkpoint
    time: datetime
    before: int | None
    entries: int | None
    last: bytes | None

    def text(self) -> bytes:
        """What the log's key signs of it."""
        time, head = stamp(self.time), self.checkpoint.text()
        if (self.before, self.entries, self.last) == (None, None, None):
            return f"ninefold published v1\n{time}\n{head}".encode()
        last = None if self.last is None else self.last.hex()
        return f"ninefold published v2\n{time}\n{self.before} {self.entries} {last}\n{head}".encode()


class Lost(NamedTuple):
    """A restore put back this checkpoint right after the one at size `before`, and only the entries up to `kept`.

    Whatever was published between the two, and later entries that this checkpoint or one between counted, are gone.
    """

    checkpoint: Checkpoint
    time: datetime
    before: int
    kept: int

    def text(self) -> bytes:
        """What the log's key signs of it."""
        head = self.checkpoint.text()
        return f"ninefold lost v1\n{stamp(self.time)}\n{self.before} {self.kept}\n{head}".encode()
