"""What we keep of notices: the channels that a person turned on, what waits to be told, and what was sent.

A message names no record. What it was about is deleted once it is sent, and the message itself two weeks later.
"""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

MAIL, PUSH, FEED = "mail", "push", "feed"
WAITING, SENT, GIVEN_UP = "waiting", "sent", "given-up"


class Channel(models.Model):
    """A way by which notices reach a person. `address` is an e-mail address or what his browser named; a feed has none.

    An unconfirmed one is sent nothing but the code that confirms it. `failing_since` is the first day on which nothing
    could be delivered, until something is. `digest` is of a feed's secret; `keys` are those of a browser.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey("access.Person", on_delete=models.CASCADE, related_name="channels")
    kind = models.CharField(max_length=10, choices=[(one, one) for one in (MAIL, PUSH, FEED)])
    address = models.CharField(max_length=1_000, blank=True)
    keys = models.JSONField(default=dict)
    digest = models.BinaryField(max_length=32, null=True, unique=True)
    confirmed = models.BooleanField(default=False)
    tries_left = models.PositiveSmallIntegerField(default=0)
    failing_since = models.DateField(null=True)
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], condition=~Q(kind=PUSH), name="one_channel_of_a_kind"),
            models.CheckConstraint(
                condition=Q(kind=FEED, digest__isnull=False, ends__gt=F("starts"))
                | (~Q(kind=FEED) & ~Q(address="") & Q(digest=None)),
                name="channel_leads_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"


class NoticeTerms(models.Model):
    """How a person wants his notices: in which language, and from when until when not."""

    person = models.OneToOneField("access.Person", on_delete=models.CASCADE, related_name="notice_terms")
    language = models.CharField(max_length=10)
    zone = models.CharField(max_length=64, default="UTC")
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    wakes = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"terms of {self.person_id}"


class Item(models.Model):
    """An act that concerns a person, written with it, until he was told or it concerns him no longer.

    `due` is when to tell him at the earliest; `urgent` waits for nobody but, if he wants it, for the end of his quiet
    hours. `batch` is that of the messages which tell of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey("access.Person", on_delete=models.CASCADE, related_name="+")
    entry = models.ForeignKey("ledger.Entry", on_delete=models.PROTECT, related_name="+")
    due = models.DateTimeField()
    urgent = models.BooleanField(default=False)
    batch = models.UUIDField(null=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "entry", "due"], name="item_is_noted_once")]
        indexes = [models.Index(fields=["due"], condition=Q(batch=None), name="items_to_tell")]

    def __str__(self) -> str:
        return f"item of {self.person_id}"


class Message(models.Model):
    """One "you have an item" by one channel, or (without a batch) the code that confirms one. Its id goes with it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="messages")
    batch = models.UUIDField(null=True, db_index=True)
    urgent = models.BooleanField(default=False)
    state = models.CharField(max_length=10, default=WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    next_try = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[WAITING, SENT, GIVEN_UP]), name="message_state"),
        ]
        indexes = [models.Index(fields=["next_try"], condition=Q(state=WAITING), name="messages_to_send")]

    def __str__(self) -> str:
        return f"{self.state} by {self.channel_id}"
