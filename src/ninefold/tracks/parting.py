"""Offices: who holds them, and what of them ends when an account closes."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ninefold.access.leaving import Named, PostKind, Waiting, at_departure, post_kind, waits_for_the_invited
from ninefold.access.models import Person
from ninefold.access.orphans import Post
from ninefold.tracks.actions.leave import deputy_left, end_absence
from ninefold.tracks.actions.offices import end_holdings
from ninefold.tracks.models import Absence, Holding, Office, OfficeOffer
from ninefold.tracks.reads import offices, offices_offered_to
from ninefold.tracks.seats import offices_answered, seats


def office_posts(now: datetime, person: Person | None) -> list[Post]:
    """Each office: who answers for it."""
    rows = Office.objects.order_by("pk") if person is None else offices_answered(person, now)
    ids = list(rows.values_list("pk", flat=True))
    held = seats(now, ids)
    return [Post("tracks:office", id_, 1, (held.get(id_, frozenset()),)) for id_ in ids]


def _seen(person: Person, now: datetime, ids: Collection[UUID]) -> dict[UUID, Named]:
    return {row.pk: Named(row.title) for row in offices(person, now).filter(pk__in=ids)}


post_kind(
    "tracks:office",
    PostKind(
        office_posts,
        _seen,
        _("An office for which nobody answers: what is addressed to it goes on to the next in line."),
        _("A registrar gives it to a successor; on leave, name a deputy."),
    ),
)


@waits_for_the_invited
def offered(person: Person, now: datetime) -> list[Waiting]:
    """The offices that wait for him, by their titles."""
    return [Waiting(one.office.title, one.starts, one.ends) for one in offices_offered_to(person, now)]


@at_departure
def leave_offices(person: Person, now: datetime) -> None:
    """His time in every office ends, with his leaves; where he stood in for another, nobody does."""
    end_holdings(Holding.objects.filter(person=person, ends__gt=now), now, actor="node")
    OfficeOffer.objects.filter(person=person).delete()
    for absence in Absence.objects.filter(Q(person=person) | Q(deputy=person), ends__gt=now).order_by("pk"):
        if absence.person_id == person.pk:
            end_absence(absence, now, actor="node")
        else:
            deputy_left(absence, now)
