"""How a witness decides on a checkpoint, in the order of C2SP tlog-witness, and what it answers.

    400  the request is not in its form, or the old size is larger than the checkpoint's
    404  the log is none that this witness was told of
    403  the checkpoint does not bear a true signature of that log
    409  the old size is not that of the last tree cosigned; the body is that size
    422  the new tree did not grow from the last one: the proof fails, or the size is the same and the root is not
    503  the witness cannot remember what it would cosign (a full disk, a clock that went back)
    200  the cosignature, once the checkpoint is on the disk

The same size with another root is 422, as the specification reads since July 2026, and not 409 as in its version 1.0.0:
so every 409 carries a size, and says to try again from there.
"""

import sys
import threading
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from typing import NamedTuple

from ninefold.errors import ConflictError, InvalidError, NinefoldError, RefusedError, UnavailableError
from ninefold.ledger.checkpoints import Checkpoint, read_checkpoint
from ninefold.ledger.keys import NoteVerifier
from ninefold.ledger.merkle import verify_consistency
from ninefold.ledger.notes import Note, cosign, open_note, split_note, write_note
from ninefold.ledger.submissions import Submission, read_submission
from ninefold.ledger.witness.memory import Memory, Remembered

TEXT, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"
# A clock may be set back this far, in seconds; meanwhile the time of the last cosignature stands.
_CLOCK_SLACK = 60


class Answer(NamedTuple):
    """What goes back over HTTP."""

    status: int
    body: str
    kind: str = TEXT


class Witness:
    """One witness for some logs, each known by its keys. Requests for one log wait for each other."""

    def __init__(self, memory: Memory, logs: Iterable[NoteVerifier]) -> None:
        self._memory = memory
        self._logs: dict[str, list[NoteVerifier]] = defaultdict(list)
        for log in logs:
            self._require_other(log)
            self._logs[log.name].append(log)
            memory.last(log.name)  # a damaged memory is said at the start
        self._turns = {origin: threading.Lock() for origin in self._logs}

    def add_checkpoint(self, body: bytes, *, now: int) -> Answer:
        """Cosign the checkpoint in a request, or say why not. `now` is in seconds since 1970."""
        try:
            submission = read_submission(body)
            origin = _origin(submission.note)
        except NinefoldError as error:
            return Answer(400, f"{error}\n")
        if origin not in self._turns:
            return Answer(404, "This witness was not told of that log.\n")
        try:
            note = open_note(submission.note, self._logs[origin])
        except RefusedError as error:
            return Answer(403, f"{error}\n")
        with self._turns[origin]:
            return self._decide(origin, submission, note, now)

    def latest(self, origin_hash: str) -> str | None:
        """The note cosigned last, by the SHA-256 of its log's origin in hexadecimal; for monitors to compare."""
        for origin in self._turns:
            if origin_hash == _hash(origin):
                with self._turns[origin]:
                    return self._memory.last(origin).note or None
        return None

    def _decide(self, origin: str, submission: Submission, note: Note, now: int) -> Answer:
        try:
            last = self._memory.last(origin)
        except UnavailableError as error:
            return Answer(503, f"{error}\n")
        try:
            return Answer(200, self._cosign(_grown(submission, note, last), note, last, now))
        except InvalidError as error:
            return Answer(400, f"{error}\n")
        except ConflictError:
            return Answer(409, f"{last.head.size}\n", SIZE)
        except UnavailableError as error:
            return Answer(503, f"{error}\n")
        except RefusedError as error:
            self._tell_two_trees(note, submission, last)
            return Answer(422, f"{error}\n")

    def _cosign(self, checkpoint: Checkpoint, note: Note, last: Remembered, now: int) -> str:
        time = max(now, last.time)
        if time - now > _CLOCK_SLACK:
            raise UnavailableError("The clock of the witness stands before its last cosignature; nothing was cosigned.")
        line = cosign(note.text, self._memory.key, time=time)
        self._memory.keep(
            checkpoint.origin, Remembered(checkpoint.head, time, write_note(note.text, (*note.signatures, line)))
        )
        return f"{line.line}\n"

    def _tell_two_trees(self, note: Note, submission: Submission, last: Remembered) -> None:
        """A log that signed two trees of one size cannot take that back: keep both, and say so to the operator."""
        said, before = note.text.split("\n")[:3], last.note.split("\n")[:3]
        if last.note and said[1] == before[1] and said[2] != before[2]:
            path = self._memory.keep_evidence(submission.note)
            sys.stderr.write(f"The log {said[0]} signed two different trees of size {said[1]}: see {path}\n")

    def _require_other(self, log: NoteVerifier) -> None:
        own = self._memory.key.verifier
        if log.public == own.public or log.name == own.name:
            raise RefusedError(
                "The log {name} has the key or the name of this witness; none witnesses itself.", name=log.name
            )


def _grown(submission: Submission, note: Note, last: Remembered) -> Checkpoint:
    """The checkpoint, once it is found to have grown from the last one.

    Raises `InvalidError`, `ConflictError` or `RefusedError` for 400, 409 and 422.
    """
    if submission.old > _size(note.text):
        raise InvalidError("The old size is larger than that of the checkpoint.")
    if submission.old != last.head.size:
        raise ConflictError("The old size is not that of the last tree cosigned.")
    checkpoint = read_checkpoint(note.text)  # refuses an empty tree with another root than that of nothing
    if last.head.size == 0:
        if submission.proof:
            raise RefusedError("A proof from an empty tree says nothing; leave it out.")
        return checkpoint
    verify_consistency(last.head, checkpoint.head, submission.proof)
    return checkpoint


def _origin(note: str) -> str:
    """The log that a checkpoint speaks of; `InvalidError` unless its lines are in their one form."""
    text = split_note(note).text
    # An empty tree with a wrong root is in the right form: it is refused later, as a tree that cannot be.
    with suppress(RefusedError):
        read_checkpoint(text)
    return text.partition("\n")[0]


def _size(text: str) -> int:
    return int(text.split("\n")[1])


def _hash(origin: str) -> str:
    return sha256(origin.encode()).hexdigest()
