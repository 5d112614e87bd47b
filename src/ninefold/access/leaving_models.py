"""What we keep of who is to come and who is to go: what waits for the invited, and departures that lie ahead."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q


class Departure(models.Model):
    """A person's account closes at this moment, by itself. Who set it may withdraw it until then."""

    person = models.OneToOneField("access.Person", on_delete=models.CASCADE, related_name="departure")
    set_by = models.ForeignKey("access.Person", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=1000)
    starts = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(at__gt=F("starts")), name="departure_lies_ahead")]

    def __str__(self) -> str:
        return f"departure of {self.person_id}"


class Offer(models.Model):
    """An audience that waits for a person who was invited: once he has taken up his account, its custodian lets him in.

    It gives nothing by itself: until he has enrolled, whoever holds his invitation could enter in his place.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    audience = models.ForeignKey("access.Audience", on_delete=models.CASCADE, related_name="offers")
    person = models.ForeignKey("access.Person", on_delete=models.CASCADE, related_name="offers")
    by_office = models.CharField(max_length=120, blank=True, default="")
    starts = models.DateTimeField()
    ends = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["audience", "person"], name="one_offer_of_an_audience"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="offer_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.audience_id} for {self.person_id}"
