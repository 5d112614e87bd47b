"""What the room keeps: requests for an export of the whole node."""

import uuid

from django.db import models
from django.db.models import F, Q


class NodeExport(models.Model):
    """One person asks for it, another confirms it within a day, and it is made once. `recipients` are age keys."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipients = models.JSONField()
    need = models.PositiveSmallIntegerField()
    reason = models.TextField()
    requested_by = models.ForeignKey("access.Person", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("access.Person", null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("requested_by")), name="keeping_two_people"
            ),
            models.CheckConstraint(
                condition=Q(made_at=None) | Q(confirmed_at__isnull=False), name="keeping_made_when_confirmed"
            ),
        )

    @property
    def step(self) -> str:
        """How far it has come: `asked`, `confirmed` or `made`."""
        return "made" if self.made_at else "confirmed" if self.confirmed_at else "asked"

    def __str__(self) -> str:
        return f"export of the whole node, asked for at {self.requested_at}"
