"""People as accounts: for administrators, for custodians who add somebody, and for the sample's switcher."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from ninefold.access.keyset import page_of
from ninefold.access.models import Departure, Link, Person
from ninefold.access.policy import may_run_accounts
from ninefold.access.reads.facts import reader_of
from ninefold.errors import InvalidError, NotThereError, RefusedError


def accounts(person: Person, after: UUID | None = None) -> tuple[list[Person], UUID | None]:
    """A page of all accounts, open ones first, and where the next begins; for administrators only."""
    may_run_accounts(reader_of(person), "invite").require()
    rows = Person.objects.select_related("departure")
    return page_of(rows, "-is_active", "joined_day", "email", after=after)


def invitations(person: Person, now: datetime, people: Collection[Person]) -> dict[UUID, datetime]:
    """Of these people, until when an invitation waits that nobody has taken up; for administrators."""
    may_run_accounts(reader_of(person), "invite").require()
    rows = Link.objects.filter(person__in=[one.pk for one in people], purpose="invitation", used=False, ends__gt=now)
    return dict(rows.order_by("ends").values_list("person_id", "ends"))


def departure_of(person: Person) -> Departure | None:
    """The day on which his account closes by itself, if one is set; for administrators."""
    return Departure.objects.filter(person=person).first()


def has_enrolled(person: Person) -> bool:
    """Whether he may do more than enrol a second factor. Invented people are let through: they have no phone."""
    return person.secured or (settings.SAMPLE and person.invented)


def people_for_registrar(person: Person) -> list[Person]:
    """The open accounts by name, for who lets people hold offices; administrators, who read no record, are left out."""
    if "registrar" not in person.roles:
        raise RefusedError("Only a registrar chooses among the people of this workspace.")
    rows = Person.objects.filter(is_active=True)
    return sorted((one for one in rows if not one.is_administrator), key=lambda one: (str(one.name), one.pk))


def person_by_id(person: UUID) -> Person:
    """An open account by its id, for an act upon it."""
    found = Person.objects.filter(pk=person, is_active=True).first()
    if found is None:
        raise NotThereError
    return found


def person_at(email: str) -> Person:
    """An open account by its exact address, for who knows the address already."""
    address = email.strip().lower()
    nobody = InvalidError("Nobody here has the address {email}; ask an administrator to invite him.", email=email[:254])
    try:
        validate_email(address)
    except ValidationError:
        raise nobody from None
    found = Person.objects.filter(email=address, is_active=True).first()
    if found is None:
        raise nobody
    return found


def invented_people() -> list[Person]:
    """The people whom one may act as in the sample; none in a real workspace."""
    if not settings.SAMPLE:
        return []
    return list(Person.objects.filter(invented=True, is_active=True).order_by("email"))


def invented_person(here: Person, wanted: UUID) -> Person:
    """Another of the invented people, for one of them."""
    found = next((person for person in invented_people() if person.pk == wanted), None)
    if found is None or not here.invented:
        raise NotThereError
    return found
