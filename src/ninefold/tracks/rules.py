"""The nine tracks, their levels and ties, and who may keep them. Values in, decisions out."""

from collections.abc import Collection
from uuid import UUID

from ninefold.access.rules import ALLOWED, Decision

# Diamond and McDonald, Multi-Track Diplomacy (1996): eight tracks round the ninth. A circle has no first.
RING = (
    "government",
    "conflict-resolution",
    "business",
    "private-citizens",
    "research-education",
    "activism",
    "religion",
    "funding",
)
CENTRE = "communication"
TRACKS = (*RING, CENTRE)
LEVELS = ("local", "national", "international")
TIE_KINDS = (
    "advises",
    "consults",
    "convenes",
    "coordinates-with",
    "funds",
    "hears-from",
    "member-of",
    "mediates-with",
    "publishes-through",
    "reports-to",
    "speaks-with",
    "trains",
)
STRENGTHS = (1, 2, 3)
# Which way words go along a tie, from its source to its target and back. What is not here carries no words: money,
# membership and training reach no public.
CARRIES = {
    "advises": (True, False),
    "consults": (True, True),
    "coordinates-with": (True, True),
    "hears-from": (False, True),
    "publishes-through": (True, False),
    "reports-to": (True, False),
    "speaks-with": (True, True),
}


def ring_from(situation: UUID) -> tuple[str, ...]:
    """The eight outer tracks, begun at a point that the situation's id decides, so that none is always first."""
    start = situation.int % len(RING)
    return RING[start:] + RING[:start]


def may_keep_circle(roles: Collection[str]) -> Decision:
    """Whether a person with these roles enters organisations, offices and ties."""
    if "registrar" in roles:
        return ALLOWED
    return Decision(False, "Only a registrar enters organisations, offices and ties; ask one of them.")


def may_enter_leave(roles: Collection[str], *, himself: bool) -> Decision:
    """Whether a person with these roles enters or ends a leave, his own or another's."""
    if himself or "registrar" in roles:
        return ALLOWED
    return Decision(False, "Only a registrar enters the leave of another; ask one of them.")


def may_deputise(*, same: bool, administrator: bool) -> Decision:
    """Whether somebody can stand in for a person on leave."""
    if same:
        return Decision(False, "Nobody stands in for himself; name somebody else, or nobody.")
    if administrator:
        return Decision(False, "An administrator reads no record, so he stands in for nobody; name somebody else.")
    return ALLOWED
