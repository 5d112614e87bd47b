"""Every checkpoint against what the log's key signed, against the one before it and the last entry of its time.

What a restore lost leaves the same gaps as what somebody took away. The log's key signed for the first, and the gap
must be the very one that it signed for.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ninefold.clock import stamp
from ninefold.errors import NinefoldError, RefusedError
from ninefold.ledger.checkpoints import Checkpoint
from ninefold.ledger.checks import rows
from ninefold.ledger.checks.findings import Findings, LostPart
from ninefold.ledger.merkle import TreeHead
from ninefold.ledger.notes import write_note
from ninefold.ledger.publications import Lost, Published
from ninefold.ledger.succession import KeyLine


@dataclass(frozen=True)
class Signed:
    """A row of the table and the head that its note was signed for; None when the row does not hold."""

    size: int
    head: TreeHead | None


def check_published(findings: Findings, keys: KeyLine | None, step: Callable[[int], None]) -> Iterator[Signed]:
    """Walk the checkpoints, the smallest first."""
    losses = {row.size: row for row in rows.losses()}
    before, named = 0, 0
    for row in rows.checkpoints():
        step(1)
        loss = losses.pop(row.size, None)
        checkpoint = _checkpoint(findings, row, keys) if keys else None
        if checkpoint is not None and keys is not None:
            lost = _lost(findings, loss, checkpoint, keys) if loss else None
            _check_gap(findings, row, lost, before)
            if _misses_entry(row, lost) and row.entries != named:
                named = row.entries or 0  # beats without an act remember the same entry
                text = (
                    "The entry {name}, the last one when the tree of size {size} was signed, is missing or another one."
                )
                findings.add("entry", named, text, size=row.size)
        before = row.size
        yield Signed(row.size, checkpoint.head if checkpoint else None)
    for size in losses:
        findings.add("loss", size, "The record of what a restore lost before size {name} has no checkpoint.")


def _check_gap(findings: Findings, row: rows.CheckpointRow, lost: Lost | None, before: int) -> None:
    """`before` is the size of the row before this one, which must be the checkpoint that this one was signed after."""
    wanted = lost.before if lost else row.before
    if wanted not in (before, None):
        findings.add("checkpoint", wanted, "The checkpoint at size {name} is missing.")
    if lost:
        findings.lost.append(LostPart(stamp(lost.time), lost.before, row.size, lost.kept, row.entries))


def _misses_entry(row: rows.CheckpointRow, lost: Lost | None) -> bool:
    """Whether the entry that was the last one then is not here, and no restore lost it."""
    if not row.entries or row.last in row.borne:
        return False
    return lost is None or row.entries <= lost.kept


def _checkpoint(findings: Findings, row: rows.CheckpointRow, keys: KeyLine) -> Checkpoint | None:
    try:
        return _opened(row, keys)
    except (NinefoldError, ValueError) as error:
        why = str(error) if isinstance(error, NinefoldError) else "its time is none."
        findings.add("checkpoint", row.size, "The checkpoint at size {name} was changed: {why}", why=why)
        return None


def _opened(row: rows.CheckpointRow, keys: KeyLine) -> Checkpoint:
    """The checkpoint, once every column of the row agrees with what the keys signed that held at its size."""
    checkpoint, note = keys.open(row.note)
    if (checkpoint.origin, checkpoint.size, checkpoint.root) != (keys.current.name, row.size, row.root):
        raise RefusedError("it says something else than its note.")
    if write_note(note.text, note.signatures).encode() != row.note:
        raise RefusedError("its note carries lines that the log did not sign.")
    published = Published(checkpoint, rows.moment(row.time), row.before, row.entries, row.last)
    keys.at(row.size)[0].verify(published.text(), row.time_signature)
    return checkpoint


def _lost(findings: Findings, row: rows.LossRow, checkpoint: Checkpoint, keys: KeyLine) -> Lost | None:
    """What a restore lost before a checkpoint, once the log's key is found to have signed for it."""
    try:
        lost = Lost(checkpoint, rows.moment(row.time), row.before, row.kept)
        keys.at(row.size)[0].verify(lost.text(), row.signature)
    except (NinefoldError, ValueError):
        text = (
            "The record of what a restore lost before size {name} is not signed by the log: it was changed or made up."
        )
        findings.add("loss", row.size, text)
        return None
    return lost
