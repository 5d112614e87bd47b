"""The life of a warning, and who may do what in it. Values in, decisions out."""

from collections.abc import Collection, Sequence
from uuid import UUID

from ninefold.access.rules import ALLOWED, Decision

MATTER = "early-warning"
ANALYST = "analyst"

# {state: {act: next state}}. "pass-on" and "give-back" follow a decline or a clock that ran out:
# the next in line is asked, or nobody is left and the warning goes back to the one who raised it.
STATES = {
    "draft": {"send": "sent", "withdraw": "withdrawn"},
    "sent": {"acknowledge": "acknowledged", "pass-on": "sent", "give-back": "unanswered", "withdraw": "withdrawn"},
    "unanswered": {"send": "sent", "withdraw": "withdrawn"},
    "acknowledged": {},
    "withdrawn": {},
}
OPEN_STATES = tuple(state for state, acts in STATES.items() if acts)
OUTCOMES = ("waiting", "acknowledged", "declined", "lapsed", "absent", "withdrawn")

# A refusal that says nothing helps nobody; a sentence is asked for.
SHORTEST_REASON, LONGEST_REASON = 20, 2_000

_STANDS = {
    "draft": Decision(False, "The warning has not been sent yet."),
    "sent": Decision(False, "The warning is with its addressee already."),
    "unanswered": Decision(False, "The clock has run out for everybody in line; the warning can be sent again."),
    "acknowledged": Decision(False, "The warning has been acknowledged; nothing is left to do with it here."),
    "withdrawn": Decision(False, "The warning has been withdrawn."),
}


def allows(state: str, act: str) -> Decision:
    """Whether a warning in this state can undergo this act, whoever does it."""
    return ALLOWED if act in STATES[state] else _STANDS[state]


def after_no(line: Sequence[UUID], asked: Collection[UUID]) -> tuple[str, UUID | None]:
    """What follows a decline or a lapse: ("pass-on", the next office in line) or ("give-back", None)."""
    following = next((office for office in line if office not in asked), None)
    return ("give-back", None) if following is None else ("pass-on", following)


def may_load(roles: Collection[str]) -> Decision:
    """Whether a person with these roles loads newer data."""
    return ALLOWED if ANALYST in roles else Decision(False, "Only an analyst loads data; ask one of them.")


def may_raise(roles: Collection[str], *, estimated: bool) -> Decision:
    """Whether a person with these roles raises a warning on a country, for which there is an estimate or none."""
    if not estimated:
        return Decision(False, "There is no estimate for this country at this time, so there is nothing to warn from.")
    return ALLOWED if ANALYST in roles else Decision(False, "Only an analyst raises warnings; ask one of them.")


def may_send(*, raised_by_him: bool, line: Collection[UUID]) -> Decision:
    """Whether a person sends a warning; `line` holds the offices that may act on it now and have a holder."""
    if not raised_by_him:
        return Decision(False, "Only the one who raised the warning sends it.")
    if not line:
        return Decision(
            False,
            "Nobody who may act on a warning for this country now reads this one; "
            "release it to an audience of theirs, or let a registrar give an office the right.",
        )
    return ALLOWED


def may_send_to(office: UUID, line: Collection[UUID]) -> Decision:
    """Whether this office can be the addressee."""
    if office in line:
        return ALLOWED
    return Decision(False, "This office holds no right to act on a warning for this country now; choose one that does.")


def may_answer(offices_held: Collection[UUID], addressed: UUID | None) -> Decision:
    """Whether a person who holds these offices acknowledges or declines a warning addressed to one office."""
    if addressed is not None and addressed in offices_held:
        return ALLOWED
    return Decision(False, "Only the holder of the addressed office answers the warning.")


def may_withdraw(*, raised_by_him: bool) -> Decision:
    """Whether a person withdraws a warning."""
    return ALLOWED if raised_by_him else Decision(False, "Only the one who raised the warning withdraws it.")


def may_take_over(roles: Collection[str], *, author_left: bool) -> Decision:
    """Whether a person who reads a warning becomes the one who answers for it, in place of its author."""
    if not author_left:
        return Decision(False, "The one who raised the warning is still here and answers for it.")
    return ALLOWED if ANALYST in roles else Decision(False, "Only an analyst takes over a warning; ask one of them.")


def is_reason(text: str) -> Decision:
    """Whether a text is a reason that the next in line can use."""
    if SHORTEST_REASON <= len(text.strip()) <= LONGEST_REASON:
        return ALLOWED
    return Decision(False, "Give the reason in a sentence of 20 to 2000 characters; the next in line reads it.")
