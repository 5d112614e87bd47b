"""Every question to the table of rights; each takes the person who asks, or the moment of an act."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from ninefold.access.models import Person
from ninefold.access.reads import visible_to
from ninefold.decisions.models import Right
from ninefold.decisions.rules import RightOf, in_turn
from ninefold.errors import NotThereError


def rights(person: Person | None, now: datetime) -> QuerySet[Right]:
    """The rights that this reader may see, by matter and turn, with office and organisation."""
    seen = Right.objects.filter(visible_to(person, now, "decisions:right"))
    return seen.select_related("office__actor").order_by("matter", "turn", "place", "id")


def right_for(person: Person | None, now: datetime, right_id: UUID) -> Right:
    """One right, or `NotThereError`."""
    found = rights(person, now).filter(pk=right_id).first()
    if found is None:
        raise NotThereError
    return found


def turn_for(matter: str, place: str, now: datetime) -> list[RightOf]:
    """The rights that hold for a matter at a place and moment, first turn first.

    This is what a rule asks before an act, so it looks at the whole table; what a reader sees comes from `rights`.
    """
    rows = Right.objects.filter(matter=matter, starts__lte=now, ends__gt=now, place__in=["", place])
    return in_turn([_plain(row) for row in rows], matter=matter, place=place, now=now)


def _plain(row: Right) -> RightOf:
    return RightOf(row.pk, row.office_id, row.matter, row.place, row.turn, row.starts, row.ends)
