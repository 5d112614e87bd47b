"""What we keep of a departure that lies ahead."""

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
