"""Which exports of the whole node may be made, and which entries allowed them."""

from collections.abc import Iterator
from datetime import datetime

from ninefold.keeping.actions import CONFIRMED
from ninefold.keeping.models import NodeExport
from ninefold.ledger.grants import Grant, granted


@granted(CONFIRMED)
def node_exports(now: datetime) -> Iterator[Grant]:
    """Every one that counts as confirmed."""
    found = NodeExport.objects.exclude(confirmed_at=None).values_list("pk", flat=True)
    yield from (Grant(pk, {}) for pk in found)
