"""What of this room must not come back with an old copy: times in office, offers and leaves that were ended."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Greatest

from ninefold.ledger.endings import Ended, done_again
from ninefold.tracks.actions.corrections import ACTOR_WITHDRAWN, TIE_ENDED
from ninefold.tracks.actions.leave import LEAVE_ENDED
from ninefold.tracks.actions.offers import OFFER_ENDED
from ninefold.tracks.actions.offices import OFFICE_LEFT
from ninefold.tracks.models import Absence, Holding, OfficeOffer, Presence, Tie


@done_again(OFFICE_LEFT, id_in="person", detail_in="office")
def leave_offices(ended: Sequence[Ended], now: datetime) -> int:
    """Each ends at the moment at which it did; what had not begun then is deleted."""
    left = 0
    for one in ended:
        rows = Holding.objects.filter(person=one.id, office=UUID(one.detail), ends__gt=one.time)
        left += rows.filter(starts__gte=one.time).delete()[0] + rows.filter(starts__lt=one.time).update(ends=one.time)
    return left


@done_again(LEAVE_ENDED, id_in="leave")
def end_leaves(ended: Sequence[Ended], now: datetime) -> int:
    """Each ends at the moment at which it did."""
    return sum(
        Absence.objects.filter(pk=one.id, ends__gt=one.time, starts__lt=one.time).update(
            ends=Greatest(F("starts"), one.time)
        )
        + Absence.objects.filter(pk=one.id, starts__gte=one.time).delete()[0]
        for one in ended
    )


@done_again(OFFER_ENDED, id_in="offer")
def end_offers(ended: Sequence[Ended], now: datetime) -> int:
    """What was taken back or declined waits for nobody."""
    return OfficeOffer.objects.filter(pk__in=[one.id for one in ended]).delete()[0]


@done_again(TIE_ENDED)
def end_ties(ended: Sequence[Ended], now: datetime) -> int:
    """A tie that was ended stands no longer."""
    return Tie.objects.filter(pk__in=[one.id for one in ended]).delete()[0]


@done_again(ACTOR_WITHDRAWN, detail_in="situation")
def withdraw_actors(ended: Sequence[Ended], now: datetime) -> int:
    """Who was taken out of a situation does not stand there."""
    return sum(Presence.objects.filter(actor=one.id, situation=UUID(one.detail)).delete()[0] for one in ended)
