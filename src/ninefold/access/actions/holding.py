"""Audiences and accounts that an act relies on stay as they are until it is done: another comes before it or after it.

Audiences first, in the order of their ids, then accounts in the order of theirs: so no two acts wait for each other.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from ninefold.access.models import Audience, Person
from ninefold.errors import ConflictError


def hold_audiences(which: Q) -> list[Audience]:
    """Hold these audiences until the caller's transaction ends, each with who is to follow its custodian."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("An audience is held inside the transaction of an act.")
    rows = Audience.objects.select_for_update(of=("self",)).filter(which)
    return list(rows.select_related("successor").order_by("pk"))


def hold_open(*people: UUID) -> None:
    """Hold these accounts until the caller's transaction ends; `ConflictError` if one is closed."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("An account is held inside the transaction of an act.")
    rows = Person.objects.select_for_update(no_key=True).filter(pk__in=set(people)).order_by("pk")
    if not all(rows.values_list("is_active", flat=True)):
        raise ConflictError("An account that this needs has been closed meanwhile; read the page again.")
