"""The table of rights: which office may act on which matter, where, in which turn, from when until when."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from ninefold.decisions.rules import MATTERS


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
