"""What the queue keeps beside Django's own table of tasks: who holds a job, and which slots have fired."""

from django.db import models


class Slot(models.Model):
    """One due moment of one recurring act; the unique key is what makes it fire once."""

    name = models.CharField(max_length=100)
    due = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["name", "due"], name="jobs_slot_fires_once"),)

    def __str__(self) -> str:
        return f"{self.name} at {self.due}"


class Hold(models.Model):
    """Which worker runs a job, how often it was tried, and until when it counts as running."""

    job = models.OneToOneField(
        "django_tasks_database.DBTaskResult", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    tries = models.PositiveSmallIntegerField(default=0)
    worker = models.UUIDField(null=True)
    until = models.DateTimeField(null=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.job_id}, try {self.tries}"
