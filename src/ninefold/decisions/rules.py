"""Who may act on a matter, in which turn, when a clock runs out; who may break the glass. Values in, decisions out."""

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


# ---- Break-glass

LONGEST_OPENING = timedelta(hours=1)
ASKING_LASTS = timedelta(minutes=30)
TOLD_FOR = timedelta(days=366)
# Kinds of records that an emergency may open. What is not here never opens: a sealed room, a vault, who dissented.
OPENED_IN_EMERGENCY = frozenset(
    {
        "tracks:situation",
        "tracks:actor",
        "tracks:tie",
        "tracks:list",
        "tracks:office",
        "decisions:right",
        "warning:warning",
    }
)


def may_ask_to_open(*, administrator: bool, bodies: Collection[UUID]) -> Decision:
    """Whether somebody who holds offices in these bodies may ask that a record be opened for him."""
    if administrator:
        return Decision(False, "An administrator reads no record, in an emergency neither.")
    if not bodies:
        return Decision(False, "Only who holds an office may ask; a registrar gives offices.")
    return ALLOWED


def may_ever_open(kind: str) -> Decision:
    """Whether records of this kind may be opened in an emergency at all."""
    if kind in OPENED_IN_EMERGENCY:
        return ALLOWED
    return Decision(False, "This is never opened in an emergency: not a sealed room, not a vault, not who dissented.")


def may_confirm_opening(
    *, administrator: bool, same_person: bool, asking: Collection[UUID], confirming: Collection[UUID]
) -> Decision:
    """Whether a second person may confirm: another one, in office, and of no body that the first belongs to."""
    if same_person:
        return Decision(False, "A second person confirms; nobody opens a record alone.")
    if administrator or not confirming:
        return Decision(False, "Only who holds an office may confirm, and no administrator.")
    if not asking:
        return Decision(False, "The person who asked holds no office any more.")
    if set(asking) & set(confirming):
        return Decision(False, "Both of you belong to one body; somebody of another body confirms.")
    return ALLOWED
