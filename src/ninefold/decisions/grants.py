"""What of this room lets somebody act or read, and which entries gave it."""

from collections.abc import Iterator
from datetime import datetime

from ninefold.access.actions.entries import AUDIENCE_OPENED
from ninefold.access.models import Membership
from ninefold.decisions.actions.glass import GLASS_BROKEN
from ninefold.decisions.actions.rights import RIGHT_ENDED, RIGHT_GIVEN
from ninefold.decisions.models import BreakGlass, Right
from ninefold.ledger.grants import Grant, granted
from ninefold.ledger.models import Entry


@granted(RIGHT_GIVEN, ended=RIGHT_ENDED)
def rights(now: datetime) -> Iterator[Grant]:
    """Which office may act, on what, and until when."""
    for row in Right.objects.filter(ends__gt=now).iterator():
        yield Grant(row.pk, {"office": str(row.office_id), "matter": row.matter, "ends": row.ends})


@granted(GLASS_BROKEN)
def broken_glass(now: datetime) -> Iterator[Grant]:
    """What is open in an emergency, and to whom; a request that two people did not open is none."""
    for row in BreakGlass.objects.filter(ends__gt=now).iterator():
        told: dict[str, str | datetime] = {"record": f"{row.kind}:{row.record}", "for": str(row.asked_by_id)}
        yield Grant(row.pk, told | {"ends": row.ends or now})


@granted(GLASS_BROKEN, id_in="for")
def people_let_in(now: datetime) -> Iterator[Grant]:
    """Who reads through an audience that nobody opened: only whom an emergency let in, as long as that lasts."""
    opened = Entry.objects.filter(kind=AUDIENCE_OPENED.name).values("subject_id")
    for row in Membership.objects.filter(ends__gt=now).exclude(audience__in=opened).iterator():
        yield Grant(row.person_id, {"ends": row.ends})
