"""What we keep of a directory: which account a subject opens, and which groups a custodian let in. No token, ever."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q


class DirectoryLink(models.Model):
    """A person's account is opened by this subject of this issuer. Neither changes; another subject is another link."""

    person = models.OneToOneField("access.Person", on_delete=models.CASCADE, related_name="directory_link")
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)
    linked_day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="one_account_for_a_subject")]

    def __str__(self) -> str:
        return f"{self.issuer} for {self.person_id}"


class GroupConsent(models.Model):
    """The custodian of an audience lets in whoever a directory shows in this group, `days` after each sign-in."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    audience = models.ForeignKey("access.Audience", on_delete=models.PROTECT, related_name="group_consents")
    issuer = models.CharField(max_length=200)
    group = models.CharField(max_length=200)
    days = models.PositiveIntegerField()
    given_by = models.ForeignKey("access.Person", on_delete=models.PROTECT, related_name="+")
    starts = models.DateTimeField()
    ends = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="group_consent_ends_after_start")
        ]

    def __str__(self) -> str:
        return f"{self.group} into {self.audience_id}"


class HeardAnswer(models.Model):
    """A directory's answer that was heard, so that nobody is signed in by it again: its fingerprint, until a day."""

    fingerprint = models.CharField(primary_key=True, max_length=64)
    until = models.DateField()

    def __str__(self) -> str:
        return f"heard, until {self.until}"
