"""Gathering cosignatures after a beat: each witness of the policy is shown the new checkpoint; what it signs is kept.

1. Each is asked at once, with the proof from the last tree that it is known to have cosigned.
2. One that has seen another size says so (409), and is asked once more with the proof from there.
3. Lines are verified before they are kept. Whoever did not answer is asked again after the next beat.
4. Lines that no proof needs any more are forgotten.

The beat waits for none of this, and no witness waits for another.
"""

import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction

from ninefold.errors import NinefoldError
from ninefold.ledger import reads, stored, witnesses
from ninefold.ledger.cosignatures import cosignature_time
from ninefold.ledger.models import Cosignature, WitnessKey
from ninefold.ledger.notes import Signature, read_signature, split_note
from ninefold.ledger.outdated import forget_outdated
from ninefold.ledger.questions import Asking, Question, Reply
from ninefold.ledger.quorum import Witness
from ninefold.ledger.submissions import Submission

_log = logging.getLogger(__name__)
_SIZE = re.compile(r"(0|[1-9][0-9]{0,18})\n", re.ASCII)
_AHEAD = timedelta(minutes=5)  # a witness whose clock is further ahead does not know when it signed
_MOST_LINES = 16
_told: dict[str, str] = {}  # what was last said of each witness, so that a lasting trouble is said once


class TroubleError(Exception):
    """What is wrong with a witness's answer, for the operator's terminal."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A witness, and the size of the last tree that it cosigned for us."""

    witness: Witness
    known: int


def gather(now: datetime) -> int:
    """Ask every witness for its cosignature of the last checkpoint; returns how many were kept."""
    last = stored.last_checkpoint()
    if last is None:
        return 0
    size, _, note = last
    asked = {each.name: _Asked(each, known) for each in witnesses.policy().witnesses if (known := _known(each)) < size}
    under_way = Asking()
    # 1. From where each is known to be.
    for name, each in asked.items():
        under_way.put(name, _question(each, each.known, size, note))
    kept, further = 0, set()
    for name, reply in under_way:
        each, seen = asked[name], _seen(reply)
        if name not in further and seen is not None and each.known < seen <= size:
            # 2. From where it says it is.
            further.add(name)
            under_way.put(name, _question(each, seen, size, note))
        else:
            # 3. What is true is kept, as soon as it comes.
            kept += _take(each, reply, size, note, now)
    # 4. What became outdated with it.
    forget_outdated()
    return kept


def _known(witness: Witness) -> int:
    rows = Cosignature.objects.filter(witness__key=str(witness.key)).order_by("-checkpoint")
    return rows.values_list("checkpoint", flat=True).first() or 0


def _question(asked: _Asked, old: int, size: int, note: str) -> Question:
    proof = tuple(reads.consistency(old, size)) if 0 < old < size else ()
    return Question(asked.witness.url, Submission(old, proof, note).text())


def _seen(reply: Reply) -> int | None:
    """The size that a witness says it has seen."""
    found = _SIZE.fullmatch(reply.text) if reply.status == 409 else None
    return int(found[1]) if found else None


def _take(asked: _Asked, reply: Reply, size: int, note: str, now: datetime) -> bool:
    """Keep the line of a witness, or say what is wrong with its answer."""
    try:
        _require_answered(asked, reply, size)
        _keep(asked.witness, _true_line(asked.witness, reply, note), size, now)
    except (TroubleError, NinefoldError) as trouble:
        _tell(asked.witness, str(trouble))
        return False
    _tell(asked.witness, "")
    return True


def _require_answered(asked: _Asked, reply: Reply, size: int) -> None:
    seen = _seen(reply)
    if reply.status == 0:
        raise TroubleError(f"{reply.text}; it is asked again after the next beat.")
    if seen is not None and seen < asked.known:
        raise TroubleError(
            f"it cosigned size {asked.known} and now knows {seen} only: it has lost its memory, and its keeper must "
            "begin anew with a new key."
        )
    if seen is not None and seen > size:
        raise TroubleError(
            f"it has seen size {seen} of this log, which has {size}: is this an old copy of the database?"
        )
    if reply.status != 200:
        raise TroubleError(_WHY.get(reply.status, f"it answered {reply.status}."))


_WHY = {
    403: "it has another key of this log than the one that signs; give its keeper the key again.",
    404: "it was not told of this log; give its keeper the key.",
    422: "it says that this log has not grown from what it saw before: compare the checkpoints at once.",
}


def _true_line(witness: Witness, reply: Reply, note: str) -> Signature:
    """The line of this witness in a reply, once it is found to be on this checkpoint."""
    for row in reply.text.split("\n")[:_MOST_LINES]:
        line = read_signature(row) if row else None
        if line and (line.name, line.key_id) == (witness.key.name, witness.key.key_id):
            witness.key.verify(split_note(note).text.encode(), line.signature)
            return line
    raise TroubleError("its answer bears no cosignature of its key.")


def _keep(witness: Witness, line: Signature, size: int, now: datetime) -> None:
    time = cosignature_time(line.signature)
    if not 0 < time <= (now + _AHEAD).timestamp():
        raise TroubleError(f"its clock is wrong: it says that it signed at {time}, in seconds since 1970.")
    with transaction.atomic():
        key, _ = WitnessKey.objects.get_or_create(key=str(witness.key))
        Cosignature.objects.get_or_create(
            checkpoint_id=size, witness=key, defaults={"line": line.line, "time": datetime.fromtimestamp(time, UTC)}
        )


def _tell(witness: Witness, trouble: str) -> None:
    """Say what is wrong with a witness when it begins and when it ends, not on every beat."""
    if _told.get(witness.name, "") != trouble:
        _told[witness.name] = trouble
        _log.warning("The witness %s: %s", ascii(witness.name), trouble or "it cosigns again.")
