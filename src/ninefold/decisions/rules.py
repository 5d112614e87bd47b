"""Who may act on a matter, in which turn, and when a clock runs out. Values in, decisions out."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from ninefold.access.rules import ALLOWED, Decision

MATTERS = ("early-warning",)
EVERYWHERE = ""
LAST_TURN = 99
# A clock shorter than this cannot be read in time; a longer one is a file, not a warning.
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=30)


@dataclass(frozen=True)
class RightOf:
    """An office may act on a matter at a place (ISO 3166 alpha-3, or everywhere) in its turn, for a time."""

    id: UUID
    office: UUID
    matter: str
    place: str
    turn: int
    starts: datetime
    ends: datetime


def in_turn(rights: Iterable[RightOf], *, matter: str, place: str, now: datetime) -> list[RightOf]:
    """The rights that hold for this matter here and now, first turn first; those for the place before those for all."""
    held = [
        right
        for right in rights
        if right.matter == matter and right.place in {place, EVERYWHERE} and right.starts <= now < right.ends
    ]
    return sorted(held, key=lambda right: (right.turn, right.place == EVERYWHERE, right.id))


def next_after(turn: list[RightOf], done: Collection[UUID]) -> RightOf | None:
    """The first right in turn whose office has not been asked yet."""
    return next((right for right in turn if right.office not in done), None)


def may_grant_rights(roles: Collection[str]) -> Decision:
    """Whether a person with these roles enters rights into the table."""
    if "registrar" in roles:
        return ALLOWED
    return Decision(False, "Only a registrar enters rights into the table; ask one of them.")


def may_run(clock: timedelta) -> Decision:
    """Whether a clock may have this length."""
    if SHORTEST <= clock <= LONGEST:
        return ALLOWED
    return Decision(False, "A clock runs from one minute to thirty days; choose a time between them.")
