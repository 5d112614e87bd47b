"""Who cosigned a checkpoint, when, and whether that is enough for a policy. Bytes in, facts out.

A log is never its own witness: neither its key nor its name counts, whatever a policy says. A cosignature that states
no time does not count either: it does not say that the tree was the largest one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from ninefold.ledger.checkpoints import Checkpoint, open_checkpoint
from ninefold.ledger.cosignatures import cosignature_time
from ninefold.ledger.keys import NoteVerifier
from ninefold.ledger.notes import Note
from ninefold.ledger.quorum import Policy, Witness


@dataclass(frozen=True, slots=True)
class Cosigned:
    """One witness that cosigned: its name in the policy, the name of its key, and when, in seconds since 1970.

    A name that cannot be printed, which a policy may hold, is spelled in ASCII.
    """

    witness: str
    key: str
    time: int

    @property
    def at(self) -> datetime | None:
        """The moment; None beyond the year 9999."""
        try:
            return datetime.fromtimestamp(self.time, UTC)
        except (ValueError, OverflowError, OSError):
            return None

    @property
    def moment(self) -> str:
        """The time in words, `2026-11-21T08:32:00Z`; beyond the year 9999 the seconds as they are."""
        return self.at.strftime("%Y-%m-%dT%H:%M:%SZ") if self.at else str(self.time)


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A checkpoint whose signatures were verified. `witnesses` counts those that could have cosigned it."""

    checkpoint: Checkpoint
    note: Note
    cosigned: tuple[Cosigned, ...]
    witnesses: int
    quorum: bool


def open_witnessed(text: str | bytes, policy: Policy, logs: Iterable[NoteVerifier]) -> Witnessed:
    """The checkpoint in a note that one of these logs signed, and who of the policy's witnesses cosigned it.

    Raises as `open_checkpoint` does, also where a line of a known witness does not verify.
    """
    own = list(logs)
    counted = [witness for witness in policy.witnesses if not _is_own(witness, own)]
    checkpoint, note = open_checkpoint(text, [*own, *(witness.key for witness in counted)])
    times = {(line.name, line.key_id): cosignature_time(line.signature) for line in note.signatures}
    found = [(witness, times.get((witness.key.name, witness.key.key_id), 0)) for witness in counted]
    cosigned = tuple(
        Cosigned(_printed(witness.name), _printed(witness.key.name), time) for witness, time in found if time
    )
    reached = policy.reached(witness.name for witness, time in found if time)
    return Witnessed(checkpoint, note, cosigned, len(counted), reached)


def _is_own(witness: Witness, logs: list[NoteVerifier]) -> bool:
    return any(witness.key.public == log.public or witness.key.name == log.name for log in logs)


def _printed(name: str) -> str:
    return name if name.isprintable() else ascii(name)[1:-1]
