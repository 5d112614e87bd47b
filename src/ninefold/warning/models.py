"""What the room keeps: vintages of data, warnings, and their passages from office to office."""

import uuid

from django.db import models
from django.db.models import F, Q

from ninefold.warning.rules import OUTCOMES, STATES
from ninefold.words.fields import TextField


class Vintage(models.Model):
    """A series as it was loaded; `loaded_at` is when this workspace learned it: the time of the signal.

    `panel` is empty for a series that comes with Ninefold: its file is found by the digest.
    `first` and `last` are months as `YYYY-MM`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    attribution = models.CharField(max_length=300)
    licence = models.CharField(max_length=200)
    address = models.CharField(max_length=300, blank=True)
    unit = models.CharField(max_length=200)
    vintage = models.CharField(max_length=200)
    caution = models.CharField(max_length=500, blank=True)
    digest = models.CharField(max_length=64)
    panel = models.BinaryField(null=True)
    first = models.CharField(max_length=7)
    last = models.CharField(max_length=7)
    marking = models.CharField(max_length=40)
    loaded_by = models.ForeignKey("access.Person", null=True, on_delete=models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["digest"], condition=Q(loaded_by=None), name="warning_bundled_series_once"),
            models.CheckConstraint(
                condition=Q(panel__isnull=True) | Q(loaded_by__isnull=False), name="warning_own_data_have_a_loader"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}, {self.vintage}"


class EarlyWarning(models.Model):
    """A warning on a country for a window of months, with the estimate as it stood when it was raised.

    `forecast` is the row of the board with its origin, method, vintage and source, frozen. `line` holds the offices
    that may act, in turn, as of the last sending. `version` rises with every act, so that two acts never both win.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    country = models.CharField(max_length=3)
    first = models.CharField(max_length=7)
    last = models.CharField(max_length=7)
    title = TextField()
    summary = TextField()
    forecast = models.JSONField()
    vintage = models.ForeignKey(Vintage, on_delete=models.PROTECT, related_name="warnings")
    marking = models.CharField(max_length=40)
    raised_by = models.ForeignKey("access.Person", on_delete=models.PROTECT, related_name="warnings_raised")
    raised_at = models.DateTimeField()
    state = models.CharField(max_length=16, default="draft")
    line = models.JSONField(default=list)
    clock = models.DurationField(null=True)
    round = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=list(STATES)), name="warning_state"),
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="warning_window_has_an_end"),
        )
        indexes = (models.Index(fields=["country", "-raised_at"], name="warning_of_country"),)

    def __str__(self) -> str:
        return f"warning {self.id} on {self.country}"


class Passage(models.Model):
    """One office had the warning (the `turn`-th of its round) until it answered, declined, or its clock ran out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    warning = models.ForeignKey(EarlyWarning, on_delete=models.CASCADE, related_name="passages")
    office = models.ForeignKey("tracks.Office", on_delete=models.PROTECT, related_name="passages")
    round = models.PositiveSmallIntegerField()
    turn = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=16, default="waiting")
    reason = models.TextField(blank=True)
    by = models.ForeignKey("access.Person", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["warning"], condition=Q(outcome="waiting"), name="warning_waits_for_one_office"
            ),
            models.UniqueConstraint(fields=["warning", "round", "office"], name="warning_asks_an_office_once_a_round"),
            models.UniqueConstraint(fields=["warning", "round", "turn"], name="warning_passes_one_after_another"),
            models.CheckConstraint(condition=Q(outcome__in=OUTCOMES), name="warning_passage_outcome"),
            models.CheckConstraint(condition=Q(due_at__gt=F("sent_at")), name="warning_clock_runs_forward"),
            models.CheckConstraint(
                condition=Q(outcome="waiting", at=None) | (~Q(outcome="waiting") & Q(at__isnull=False)),
                name="warning_passage_ends_when_answered",
            ),
        )
        indexes = (models.Index(fields=["due_at"], condition=Q(outcome="waiting"), name="warning_due"),)

    def __str__(self) -> str:
        return f"passage of {self.warning_id} to {self.office_id}"
