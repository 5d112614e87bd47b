"""Who may take a whole node out: two people together, and never one alone. Values in, a decision out."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from ninefold.access.rules import ALLOWED, Decision

LIFE = timedelta(days=1)
"""How long a request waits for the second person, and a confirmed one for being carried out."""

TOLD = timedelta(days=14)
"""How long every page tells of the newest step, to whoever has not said that he read it."""


def may_request(*, administrator: bool) -> Decision:
    """An administrator, who reads no record himself."""
    return ALLOWED if administrator else Decision(False, "Only an administrator asks for an export of the whole node.")


def may_confirm(
    *,
    by: UUID,
    requested_by: UUID,
    administrator: bool,
    custodian: bool,
    asking: Collection[UUID],
    confirming: Collection[UUID],
) -> Decision:
    """Somebody else who answers for the machine or for an audience, and holds no office where the first holds one."""
    if by == requested_by:
        return Decision(False, "Another person confirms this; nobody exports the whole node alone.")
    if not (administrator or custodian):
        return Decision(False, "An administrator or the custodian of an audience confirms this.")
    if set(asking) & set(confirming):
        return Decision(False, "Both of you belong to one body; somebody of another body confirms.")
    return ALLOWED


def may_still_confirm(*, now: datetime, requested: datetime, confirmed: datetime | None) -> Decision:
    """Once, within a day of the request."""
    if confirmed is not None:
        return Decision(False, "It is confirmed already.")
    if now >= requested + LIFE:
        return Decision(False, "The request is older than a day; ask for the export again.")
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
