"""Organisations in public roles, their offices, and the ties between them in a situation."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from ninefold.tracks.rules import LEVELS, STRENGTHS, TIE_KINDS, TRACKS
from ninefold.words.fields import TextField


class Situation(models.Model):
    """What the tracks work on together: a process, a valley, a corridor."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = TextField()
    since = models.DateField()

    def __str__(self) -> str:
        return str(self.name)


class Actor(models.Model):
    """An organisation in a public role."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = TextField()
    about = TextField(null=True)

    def __str__(self) -> str:
        return str(self.name)


class Presence(models.Model):
    """An organisation is active in a situation, in one track and at one level."""

    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="presences")
    situation = models.ForeignKey(Situation, on_delete=models.CASCADE, related_name="presences")
    track = models.CharField(max_length=24)
    level = models.CharField(max_length=16)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["situation", "actor", "track"], name="tracks_one_presence_a_track"),
            models.CheckConstraint(condition=Q(track__in=TRACKS), name="tracks_presence_track"),
            models.CheckConstraint(condition=Q(level__in=LEVELS), name="tracks_presence_level"),
        ]
        indexes: ClassVar = [models.Index(fields=["situation", "track", "actor"], name="tracks_of_a_track")]

    def __str__(self) -> str:
        return f"{self.actor_id} in {self.track}"


class Tie(models.Model):
    """`source` does something towards `target`: funds it, reports to it, publishes through it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    situation = models.ForeignKey(Situation, on_delete=models.CASCADE, related_name="ties")
    source = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="ties_out")
    target = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="ties_in")
    kind = models.CharField(max_length=24)
    strength = models.PositiveSmallIntegerField()
    since = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(source=F("target")), name="tracks_tie_joins_two"),
            models.CheckConstraint(condition=Q(kind__in=TIE_KINDS), name="tracks_tie_kind"),
            models.CheckConstraint(condition=Q(strength__in=STRENGTHS), name="tracks_tie_strength"),
        ]
        indexes: ClassVar = [models.Index(fields=["situation", "id"], name="tracks_ties_in_order")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class Office(models.Model):
    """A post in an organisation; people come and go, the office stays."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="offices")
    title = TextField()

    def __str__(self) -> str:
        return str(self.title)


class Holding(models.Model):
    """A person holds an office for a time that always ends."""

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="holdings")
    person = models.ForeignKey("access.Person", on_delete=models.CASCADE, related_name="holdings")
    starts = models.DateTimeField()
    ends = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="tracks_holding_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.office_id}"


class OfficeOffer(models.Model):
    """An office that waits for a person who was invited: once his account is his alone, he takes it himself.

    It gives nothing by itself: nobody answers for an office by an offer.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="offers")
    person = models.ForeignKey("access.Person", on_delete=models.CASCADE, related_name="offices_offered")
    offered_by = models.ForeignKey("access.Person", on_delete=models.PROTECT, related_name="+")
    starts = models.DateTimeField()
    ends = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["office", "person"], name="tracks_one_offer_of_an_office"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="tracks_offer_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.office_id} for {self.person_id}"


class Absence(models.Model):
    """A person is on leave for a time that ends; his deputy, where he has one, answers for his offices."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("access.Person", on_delete=models.CASCADE, related_name="absences")
    deputy = models.ForeignKey("access.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    starts = models.DateTimeField()
    ends = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="tracks_absence_ends_after_start"),
            models.CheckConstraint(condition=Q(deputy=None) | ~Q(deputy=F("person")), name="tracks_deputy_is_another"),
        ]
        indexes: ClassVar = [models.Index(fields=["ends", "starts"], name="tracks_absences")]

    def __str__(self) -> str:
        return f"{self.person_id} on leave"
