"""Whom the acts of this room concern, so that notices tell them to look."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from ninefold.access.actions import concerns
from ninefold.access.actions.concerned import readers_and_keepers
from ninefold.access.reads import readers_of
from ninefold.decisions.actions.glass import GLASS_ASKED, GLASS_BROKEN
from ninefold.decisions.actions.rights import RIGHT_GIVEN
from ninefold.decisions.models import BreakGlass, Right
from ninefold.decisions.reads import may_confirm_it
from ninefold.ledger.hearing import Heard
from ninefold.tracks.seats import holders


def given_a_right(heard: Heard, now: datetime) -> Collection[UUID]:
    """Who holds the office of a right that has not ended, and may see that right."""
    right = Right.objects.filter(pk=heard.subject.id, ends__gt=now).first()
    if right is None:
        return ()
    readers = readers_of("decisions:right", right.pk, now)
    return [person for person in holders(right.office_id, now) if readers.include(person)]


def told_of_an_opening(heard: Heard, now: datetime) -> Collection[UUID]:
    """Who asked; everybody in the audiences that read the record; and who keeps one of them."""
    asked = BreakGlass.objects.filter(pk=heard.subject.id).values_list("asked_by", flat=True)
    return {*asked, *readers_and_keepers(heard, now)}


def asked_to_confirm(heard: Heard, now: datetime) -> Collection[UUID]:
    """Who may confirm a request that still waits; whether there is such a record, nobody learns by it."""
    asked = BreakGlass.objects.filter(pk=heard.subject.id).select_related("asked_by").first()
    return may_confirm_it(asked, now) if asked else ()


concerns(RIGHT_GIVEN, given_a_right)
concerns(GLASS_BROKEN, told_of_an_opening, urgent=True)
concerns(GLASS_ASKED, asked_to_confirm, urgent=True)
