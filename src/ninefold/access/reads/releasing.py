"""What a person may do with a record that he reads: release it further, end a release, lower a marking."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from ninefold.access.markings import Marking
from ninefold.access.models import Membership, Person, Release
from ninefold.access.policy import ReleaseFacts, may_give, read_through
from ninefold.access.reads.circles import audience_ids_of
from ninefold.access.reads.facts import membership_facts, reader_of, release_facts
from ninefold.access.rules import Decision
from ninefold.errors import NotThereError
from ninefold.ledger.refs import Ref


def sources_of(person: Person, now: datetime, what: Ref) -> list[ReleaseFacts]:
    """The releases through which he reads a record, the mildest first, asked of the policy engine; none: not there."""
    rows = Release.objects.filter(kind=what.room_kind, record=what.id, ends__gt=now).select_related("audience")
    memberships = Membership.objects.filter(person=person, ends__gt=now)
    facts = [release_facts(row) for row in rows.order_by("rank", "id")]
    sources = read_through(reader_of(person), facts, map(membership_facts, memberships), now)
    if not sources:
        raise NotThereError
    return sources


def may_release(person: Person, now: datetime, what: Ref, marking: Marking | None = None) -> Decision:
    """Whether he may release a record that he reads, under this marking or (None) under its own."""
    reader = reader_of(person)
    decisions = [
        may_give(reader, source, marking=marking or source.marking) for source in sources_of(person, now, what)
    ]
    return next((decision for decision in decisions if decision.allowed), decisions[0])


def releases_changeable_by(person: Person, now: datetime, what: Ref) -> QuerySet[Release]:
    """The running releases of a record that he placed or whose audience he keeps."""
    rows = Release.objects.filter(kind=what.room_kind, record=what.id, ends__gt=now)
    return (
        rows.filter(Q(placed_by=person) | Q(audience__custodian=person)).select_related("audience").order_by("starts")
    )


def changeable_release(person: Person, now: datetime, release: UUID) -> Release:
    """A release that he placed, or whose audience he is in or keeps; to anybody else it is not there."""
    mine = Q(placed_by=person) | Q(audience__custodian=person) | Q(audience__in=audience_ids_of(person, now))
    row = Release.objects.select_related("audience").filter(mine, pk=release).first()
    if row is None:
        raise NotThereError
    return row
