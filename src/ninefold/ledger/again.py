"""What a restore ended again, told in the log that it restored: the entries that ended it first are lost.

Nobody but the check reads it, since it names what was ended for whom.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from ninefold.clock import read_stamp, stamp
from ninefold.ledger.actions import append
from ninefold.ledger.endings import Act, Ended
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.refs import Ref

DONE_AGAIN = entry_kind("ledger.done-again", "ended again what had ended after a copy", lasting=True)
_MOST = 2_000


def tell(acts: Sequence[Act], now: datetime) -> None:
    """Write the acts that were done again, in their order, inside the restore's transaction."""
    for some in _batches(acts):
        told = [[act.kind, str(act.ended.id), stamp(act.ended.time), act.ended.detail] for act in some]
        subject = Ref("ledger", "again", uuid4())
        append(kind=DONE_AGAIN, actor="node", subject=subject, now=now, marking="tlp:red", body={"acts": told})


def read(body: Mapping[str, Any]) -> Iterator[Act]:
    """The acts of one such entry."""
    for kind, id_, time, detail in body["acts"]:
        yield Act(kind, Ended(UUID(id_), read_stamp(time), detail))


def _batches(acts: Sequence[Act]) -> Iterator[Sequence[Act]]:
    return (acts[at : at + _MOST] for at in range(0, len(acts), _MOST))
