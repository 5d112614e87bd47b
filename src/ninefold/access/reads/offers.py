"""What waits for people who were invited: for who offers it, and for whom it waits."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from ninefold.access.models import Audience, Offer, Person
from ninefold.access.reads.accounts import has_enrolled
from ninefold.access.reads.directory import is_linked
from ninefold.errors import NotThereError


def has_taken_up(person: Person) -> bool:
    """Whether nobody but he can enter his account: he has enrolled, or his directory opens it."""
    return is_linked(person) or has_enrolled(person)


def offers_in(audience: Audience, person: Person, now: datetime) -> list[tuple[Offer, bool]]:
    """For its custodian, what an audience offers to people invited, and whether each has taken up his account."""
    if audience.custodian_id != person.pk:
        return []
    rows = Offer.objects.filter(audience=audience, ends__gt=now).select_related("person").order_by("starts", "pk")
    return [(row, has_taken_up(row.person)) for row in rows]


def offers_to(person: Person, now: datetime) -> QuerySet[Offer]:
    """What waits for him."""
    return Offer.objects.filter(person=person, ends__gt=now).select_related("audience").order_by("starts", "pk")


def offer_kept_by(person: Person, offer: UUID) -> Offer:
    """An offer of an audience that he keeps; `NotThereError` otherwise."""
    found = Offer.objects.filter(pk=offer, audience__custodian=person).select_related("audience", "person").first()
    if found is None:
        raise NotThereError
    return found
