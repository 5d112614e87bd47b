"""Who hears of an act while it is written, in its own transaction. A room above says which kinds it listens to.

    hear(WARNING_SENT, note)

What it writes then stands or falls with the act. The ledger asks nothing of it, and an act that nobody listens to costs
one look into a table.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

from ninefold.ledger.kinds import Kind
from ninefold.ledger.refs import Ref
from ninefold.ledger.writing import NewEntry


class Heard(NamedTuple):
    """An act as its entry has it. `serial` is that of the entry."""

    serial: int
    kind: str
    actor: str
    subject: Ref
    time: datetime
    body: Mapping[str, Any]

    @property
    def actor_id(self) -> UUID | None:
        """The person who acts; nobody for a clock, the node or a sealed author."""
        room, _, name = self.actor.rpartition(":")
        return UUID(name) if room == "access:person" else None


Hearer: TypeAlias = Callable[[Heard], None]
_hearers: dict[str, Hearer] = {}


def hear(kind: Kind, hearer: Hearer) -> None:
    """Call `hearer` with each act of this kind, inside its transaction."""
    _hearers[kind.name] = hearer


def tell(acts: Iterable[tuple[int, NewEntry]]) -> None:
    """Tell of acts that were just written."""
    for serial, act in acts:
        if hearer := _hearers.get(act.kind.name):
            hearer(Heard(serial, act.kind.name, act.actor, act.subject, act.time, act.body))
