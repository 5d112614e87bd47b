"""Every question to the requests for an export of the whole node; each takes the person who asks."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from ninefold.access.models import Person
from ninefold.access.reads import visible_to
from ninefold.access.rules import Decision
from ninefold.decisions.reads import bodies_of
from ninefold.errors import NotThereError
from ninefold.keeping.models import NodeExport
from ninefold.keeping.picture import tables
from ninefold.keeping.rules import TOLD, may_confirm

KIND = "keeping:export"


def node_exports(person: Person, now: datetime) -> QuerySet[NodeExport]:
    """The requests of which he knows: every member of an audience, and administrators, who run the machine."""
    rows = NodeExport.objects.order_by("-requested_at", "id")
    return rows if person.is_administrator else rows.filter(visible_to(person, now, KIND))


def node_export_for(person: Person, export: UUID, now: datetime) -> NodeExport:
    """One request, or `NotThereError`. A custodian who is in no audience knows of it by its id."""
    found = NodeExport.objects.filter(pk=export)
    known = node_exports(person, now).filter(pk=export).exists() or person.audiences_kept.exists()
    row = found.select_related("requested_by", "confirmed_by").first() if known else None
    if row is None:
        raise NotThereError
    return row


def told_of(person: Person, now: datetime) -> list[NodeExport]:
    """The requests of which every page tells him now: those where something happened lately."""
    since = now - TOLD
    lately = Q(requested_at__gt=since) | Q(confirmed_at__gt=since) | Q(made_at__gt=since)
    # The first question costs nothing where nobody asked for an export, which is nearly always.
    if not NodeExport.objects.filter(lately).exists():
        return []
    return list(node_exports(person, now).filter(lately).select_related("requested_by"))


def confirming(person: Person, row: NodeExport, now: datetime) -> Decision:
    """Whether he may be the second person."""
    return may_confirm(
        by=person.pk,
        requested_by=row.requested_by_id,
        administrator=person.is_administrator,
        custodian=person.audiences_kept.exists(),
        asking=bodies_of(row.requested_by, now),
        confirming=bodies_of(person, now),
    )


def held() -> dict[str, list[str]]:
    """What an export of the whole node holds: the tables, by room. No numbers, because every audience reads it."""
    found: dict[str, list[str]] = {}
    for model in tables():
        found.setdefault(model._meta.app_label, []).append(model.__name__)
    return found
