"""Who may take a whole node out: two people together, and never one alone. Values in, a decision out."""

from datetime import datetime, timedelta
from uuid import UUID

from ninefold.access.rules import ALLOWED, Decision

LIFE = timedelta(days=1)
"""How long a request waits for the second person, and a confirmed one for being carried out."""


def may_request(*, administrator: bool) -> Decision:
    """An administrator, who reads no record himself."""
    return ALLOWED if administrator else Decision(False, "Only an administrator asks for an export of the whole node.")


def may_confirm(*, by: UUID, requested_by: UUID, administrator: bool, custodian: bool) -> Decision:
    """Somebody else who answers for the machine or for an audience."""
    if by == requested_by:
        return Decision(False, "Another person confirms this; nobody exports the whole node alone.")
    if not (administrator or custodian):
        return Decision(False, "An administrator or the custodian of an audience confirms this.")
    return ALLOWED


def may_make(*, now: datetime, confirmed: datetime | None, made: datetime | None) -> Decision:
    """Once, within a day of the confirmation."""
    if confirmed is None:
        return Decision(False, "A second person has not confirmed this export yet.")
    if made is not None:
        return Decision(False, "This export has been made already; ask for another one.")
    if now >= confirmed + LIFE:
        return Decision(False, "The confirmation is older than a day; ask for the export again.")
    return ALLOWED
