"""What may happen to a vault, and what counts as its destruction. Pure."""

from ninefold.access.rules import ALLOWED, Decision

OPEN, ERASED, DESTROYED = "open", "erased", "destroyed"

STATES = {
    OPEN: {"deposit": OPEN, "confirm": OPEN, "erase": ERASED, "complete": DESTROYED},
    ERASED: {"confirm": ERASED, "complete": DESTROYED},
    DESTROYED: {},
}
"""By state, each act and the state after it. What was erased or destroyed takes nothing in any more."""

_NO_MORE = {
    ERASED: Decision(
        False, "This vault reached its day: what it held here is deleted, and nothing is put in any more."
    ),
    DESTROYED: Decision(False, "This vault is destroyed; nothing is put in and nothing comes out any more."),
}


def allows(state: str, act: str) -> Decision:
    """Whether the state allows the act."""
    return ALLOWED if act in STATES[state] else _NO_MORE[state]


def needed_to_destroy(k: int, n: int) -> int:
    """So many custodians must have destroyed their keys until the k that open it can no longer come together."""
    return n - k + 1


def is_destroyed(*, k: int, n: int, confirmed: int) -> bool:
    """Whether fewer than k custodians are left."""
    return confirmed >= needed_to_destroy(k, n)
