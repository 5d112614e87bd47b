"""Every question to the requests for an export of the whole node; each takes the person who asks."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from ninefold.access.models import Person
from ninefold.access.reads import visible_to
from ninefold.errors import NotThereError
from ninefold.keeping.models import NodeExport

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
