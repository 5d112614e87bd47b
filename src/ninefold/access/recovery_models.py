"""What we keep of who asked for a new password, until the letter is sent. The link itself is kept nowhere."""

from uuid import uuid4

from django.db import models


class Recovery(models.Model):
    """Somebody asked for a new password; a letter is to go to the address of this account.

    Without a person nobody has the address: the row is written all the same, so that both take equally long, and
    nothing is sent. What the letter says is drawn up as it goes.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey("access.Person", null=True, on_delete=models.CASCADE, related_name="+")
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    next_try = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"recovery of {self.person_id}"
