"""The table of rights: which office may act on which matter, where, in which turn; and every broken glass."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from ninefold.decisions.rules import MATTERS
from ninefold.ledger.refs import Ref


class Right(models.Model):
    """An office may act on a matter; `place` is an ISO 3166 alpha-3 code, or empty for everywhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office = models.ForeignKey("tracks.Office", on_delete=models.CASCADE, related_name="rights")
    matter = models.CharField(max_length=40)
    place = models.CharField(max_length=3, blank=True, default="")
    turn = models.PositiveSmallIntegerField()
    starts = models.DateTimeField()
    ends = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="decisions_right_ends_after_start"),
            models.CheckConstraint(condition=Q(matter__in=MATTERS), name="decisions_right_matter"),
        ]
        indexes: ClassVar = [models.Index(fields=["matter", "place", "turn"], name="decisions_in_turn")]

    def __str__(self) -> str:
        return f"{self.matter}, turn {self.turn}"


class BreakGlass(models.Model):
    """One record is opened for who asked, once a second person confirms before it lapses, until `ends`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    record = models.UUIDField()
    reason = models.TextField()
    asked_by = models.ForeignKey("access.Person", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("access.Person", null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True)
    ends = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None, opened_at=None, ends=None)
                | Q(confirmed_by__isnull=False, opened_at__isnull=False, ends__gt=F("opened_at"))
                & ~Q(confirmed_by=F("asked_by")),
                name="decisions_glass_is_opened_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.record}"

    @property
    def ref(self) -> Ref:
        """Its own name, as the subject of its entries."""
        return Ref("decisions", "glass", self.pk)
