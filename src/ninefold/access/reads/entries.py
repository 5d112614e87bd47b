"""Which acts a person reads in the ledger."""

from datetime import datetime

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from ninefold.access.markings import TLP, texts_of
from ninefold.access.models import Audience, Membership, Person, Release, VaultCustodian
from ninefold.access.reads.authors import NOBODY
from ninefold.access.reads.circles import audience_ids_of
from ninefold.access.reads.facts import actor_name
from ninefold.access.reads.records import open_at, releases_to
from ninefold.ledger.models import Entry


def entries_visible_to(person: Person | None, now: datetime) -> QuerySet[Entry]:
    """The acts on records that he reads, none above the mark under which he reads them; and the acts about himself."""
    marked = [When(marking__in=texts_of(rank), then=Value(rank)) for rank in range(len(TLP))]
    ranked = Entry.objects.annotate(rank=Case(*marked, default=Value(NOBODY), output_field=IntegerField()))
    same = {"kind": OuterRef("subject_kind"), "record": OuterRef("subject_id"), "rank__gte": OuterRef("rank")}
    seen = Q(Exists(releases_to(person, now).filter(**same)))
    return ranked.filter(seen | _about(person, now) if person else seen)


def _about(person: Person, now: datetime) -> Q:
    """Acts of this room: about him, by him, in audiences that he keeps, on vaults of which he keeps a share, on
    releases through which he may read now.
    """
    kept = Q(audience__custodian=person)
    subject = OuterRef("subject_id")
    memberships = Membership.objects.filter(Q(person=person) | kept, pk=subject)
    mine = Q(placed_by=person) | kept | (Q(audience__in=audience_ids_of(person, now)) & open_at(now))
    releases = Release.objects.filter(mine, pk=subject)
    shares = VaultCustodian.objects.filter(vault=subject, person=person)
    return (
        Q(subject_kind="access:person", subject_id=person.pk)
        | Q(kind__startswith="access.", actor=actor_name(person))
        | Q(subject_kind="access:audience") & Q(Exists(Audience.objects.filter(pk=subject, custodian=person)))
        | Q(subject_kind="access:membership") & Q(Exists(memberships))
        | Q(subject_kind="access:release") & Q(Exists(releases))
        | Q(subject_kind="access:vault") & Q(Exists(shares))
    )
