"""Audiences: those he is in, those he keeps, and who is in them for whom that is open."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from ninefold.access.models import Audience, Membership, Person
from ninefold.access.policy import may_run_accounts, may_see_members
from ninefold.access.reads.facts import audience_facts, reader_of
from ninefold.access.rules import Decision
from ninefold.errors import NotThereError


def memberships_of(person: Person, now: datetime) -> QuerySet[Membership]:
    """The memberships that he holds now."""
    return Membership.objects.filter(person=person, starts__lte=now, ends__gt=now)


def audience_ids_of(person: Person, now: datetime) -> QuerySet[Membership, UUID]:
    """The same as a subquery of audience ids."""
    return memberships_of(person, now).values_list("audience_id", flat=True)


def audiences_of(person: Person, now: datetime) -> QuerySet[Membership]:
    """The memberships that he holds now, with their audiences, the first to end first."""
    return memberships_of(person, now).select_related("audience").order_by("ends", "id")


def audiences_kept(person: Person) -> QuerySet[Audience]:
    """The audiences of which he is the custodian, the newest first."""
    return Audience.objects.filter(custodian=person).order_by("-starts", "id")


def audience_in_hands_of(person: Person, audience: UUID) -> Audience:
    """The audience of which he may say who keeps it next: his own, or for administrators one that nobody keeps."""
    mine = Q(custodian__is_active=False) if person.is_administrator else Q(custodian=person)
    return _one(Audience.objects.filter(mine, pk=audience).select_related("custodian"))


def audiences_to_take(person: Person, now: datetime) -> QuerySet[Audience]:
    """The audiences without a custodian that he was named for and reads through: he may take them up."""
    mine = Audience.objects.filter(successor=person, custodian__is_active=False, pk__in=audience_ids_of(person, now))
    return mine.order_by("starts", "id")


def audiences_orphaned(person: Person) -> QuerySet[Audience]:
    """The audiences whose custodian left, for administrators, who name another; their names are not theirs to read."""
    may_run_accounts(reader_of(person), "invite").require()
    return Audience.objects.filter(custodian__is_active=False).only("id", "starts").order_by("starts", "id")


def audiences_known_to(person: Person, now: datetime) -> QuerySet[Audience]:
    """The audiences that he is in or keeps: the only ones of which he knows."""
    return Audience.objects.filter(Q(custodian=person) | Q(pk__in=audience_ids_of(person, now))).order_by(
        "starts", "id"
    )


def audience_kept_by(person: Person, audience: UUID) -> Audience:
    """The audience if he keeps it; `NotThereError` otherwise, the same as for one that does not exist."""
    return _one(Audience.objects.filter(pk=audience, custodian=person))


def audience_seen_by(person: Person, audience: UUID, now: datetime) -> Audience:
    """The audience if he keeps it or is in it; `NotThereError` otherwise."""
    return _one(audiences_known_to(person, now).select_related("custodian").filter(pk=audience))


def members_of(audience: Audience, person: Person, now: datetime) -> tuple[Decision, list[Membership]]:
    """The present and coming members by name, or the reason why this person is not told."""
    inside = memberships_of(person, now).filter(audience=audience).exists()
    decision = may_see_members(reader_of(person), audience_facts(audience), is_member=inside)
    if not decision.allowed:
        return decision, []
    rows = Membership.objects.filter(audience=audience, ends__gt=now).select_related("person")
    return decision, sorted(rows, key=lambda row: (str(row.person.name), row.starts))


def membership_for(person: Person, membership: UUID) -> Membership:
    """A membership that is his own or in an audience that he keeps; `NotThereError` otherwise."""
    mine = Membership.objects.filter(Q(person=person) | Q(audience__custodian=person), pk=membership)
    found = mine.select_related("audience").first()
    if found is None:
        raise NotThereError
    return found


def _one(rows: QuerySet[Audience]) -> Audience:
    found = rows.first()
    if found is None:
        raise NotThereError
    return found
