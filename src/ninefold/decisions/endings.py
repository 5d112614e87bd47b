"""What of this room must not come back with an old copy: rights that were ended."""

from collections.abc import Sequence
from datetime import datetime

from ninefold.decisions.actions.rights import RIGHT_ENDED
from ninefold.decisions.models import Right
from ninefold.ledger.endings import Ended, done_again


@done_again(RIGHT_ENDED)
def end_rights(ended: Sequence[Ended], now: datetime) -> int:
    """Each ends at the moment at which it did."""
    return sum(Right.objects.filter(pk=one.id, ends__gt=one.time).update(ends=one.time) for one in ended)
