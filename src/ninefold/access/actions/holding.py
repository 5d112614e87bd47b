"""Accounts that an act relies on stay open until it is done: a departure comes before it or after it, never between."""

from uuid import UUID

from django.db import transaction

from ninefold.access.models import Person
from ninefold.errors import ConflictError


def hold_open(*people: UUID) -> None:
    """Hold these accounts until the caller's transaction ends; `ConflictError` if one is closed."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("An account is held inside the transaction of an act.")
    rows = Person.objects.select_for_update(no_key=True).filter(pk__in=set(people)).order_by("pk")
    if not all(rows.values_list("is_active", flat=True)):
        raise ConflictError("An account that this needs has been closed meanwhile; read the page again.")
