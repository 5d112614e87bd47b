"""What we keep: people, audiences, memberships, releases, tokens, keys, links, sessions.

Memberships, releases, tokens, keys, links and sessions always end. Nothing here holds an address of a
machine, a browser's name, or a moment of use finer than a day.
"""

from collections.abc import Sequence
from datetime import date
from secrets import token_bytes
from typing import Any
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models, transaction
from django.db.models import F, Q

from ninefold.access.directory_models import DirectoryLink, GroupConsent, HeardAnswer
from ninefold.access.leaving_models import Departure, Offer
from ninefold.access.notice_models import Channel, Item, Message, NoticeTerms
from ninefold.access.recovery_models import Recovery
from ninefold.access.vault_models import CustodianKey, Vault, VaultCustodian, VaultItem
from ninefold.words.fields import TextField
from ninefold.words.text import Text

__all__ = [
    "ADMINISTRATOR",
    "Audience",
    "Channel",
    "CustodianKey",
    "Departure",
    "DirectoryLink",
    "GroupConsent",
    "HeardAnswer",
    "Item",
    "Key",
    "Link",
    "Membership",
    "Message",
    "NoticeTerms",
    "Offer",
    "Person",
    "Recovery",
    "Release",
    "Session",
    "Token",
    "Vault",
    "VaultCustodian",
    "VaultItem",
]

ADMINISTRATOR = "administrator"
"""The one role of the machine: it invites people and ends access. It reads no record."""


def _rank_as_marked() -> Q:
    """The rank beside the marking, held by the database: a slip between the two would be a leak."""
    starts = [Q(marking__startswith=f"tlp:{name}") for name in ("clear", "green", "amber", "amber+strict", "red")]
    starts[2] &= ~starts[3]
    held = Q()
    for rank, start in enumerate(starts):
        held |= Q(rank=rank) & start
    return held


def _ends_after_start(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(ends__gte=F("starts")), name=name)


class People(BaseUserManager["Person"]):
    """E-mail addresses are kept in lower case, so that one person has one account."""

    def joining(self, *, email: str, name: Text, language: str, roles: Sequence[str], day: date) -> "Person":
        """A new person who cannot sign in with a password until he has chosen one."""
        person = self.model(
            email=email.strip().lower(), name=name, language=language, roles=list(roles), joined_day=day
        )
        person.set_unusable_password()
        person.save(using=self._db)
        return person


def new_binding() -> bytes:
    """A key that no other person has."""
    return token_bytes(32)


class Person(AbstractBaseUser):
    """One human being with one account. Audiences and offices say what he may see and do."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = TextField()
    language = models.CharField(max_length=10, default="en")
    roles = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    invented = models.BooleanField(default=False)
    secured = models.BooleanField(default=False)
    joined_day = models.DateField()
    # Under which the log's directory lists his keys; drawn with the first of them, and told to his correspondents.
    label = models.BinaryField(max_length=32, null=True)
    # The key under which the log holds what lets him in without telling it (`told.py`); it leaves only with a backup.
    binding = models.BinaryField(max_length=32, default=new_binding)
    last_seen_day = models.DateField(null=True)
    last_login = None

    objects = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return str(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (as Django passes them on)
        """A new password and the entry that holds it are written together or not at all."""
        with transaction.atomic():
            super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return str(self.name)

    def get_short_name(self) -> str:
        return str(self.name)

    @property
    def is_administrator(self) -> bool:
        return ADMINISTRATOR in self.roles


class Audience(models.Model):
    """A named circle of readers. Who is in it is known to its custodian, and to members only if it says so.

    `successor` keeps it once the custodian's account closes.
    Where `notices` is off, nobody is told by mail, feed or browser of any record that it reads.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = TextField()
    purpose = TextField(null=True)
    custodian = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="audiences_kept")
    successor = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="audiences_to_keep")
    members_visible = models.BooleanField(default=False)
    notices = models.BooleanField(default=True)
    starts = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.name)


class Membership(models.Model):
    """A person reads through an audience from one moment until another.

    `consent` is set where a directory's group let him in. `ended_by_hand`: the custodian or he himself ended it, and
    that group does not let him in again. `by_office`: he reads as the holder of this office, and so does who follows.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    consent = models.ForeignKey(GroupConsent, null=True, on_delete=models.PROTECT, related_name="memberships")
    ended_by_hand = models.BooleanField(default=False)
    by_office = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        constraints = [_ends_after_start("membership_ends_after_start")]
        indexes = [models.Index(fields=["person", "ends", "audience", "starts"], name="membership_of_person")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.audience_id}"


class Release(models.Model):
    """One record given to one audience (none: to everybody) under one marking, from one moment until another.

    `record` is the id inside `kind` ("warning:warning"). `listed` repeats the time by which the record stands in its
    list, so that a reader's newest records come straight from an index (`reads/newest.py`). `rank` repeats the marking
    as a number: 0 is TLP:CLEAR, which everybody may read.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=60)
    record = models.UUIDField()
    audience = models.ForeignKey(Audience, null=True, on_delete=models.PROTECT, related_name="releases")
    marking = models.CharField(max_length=40)
    rank = models.PositiveSmallIntegerField()
    placed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    listed = models.DateTimeField()
    embargo_until = models.DateTimeField(null=True)
    starts = models.DateTimeField()
    ends = models.DateTimeField()

    class Meta:
        constraints = [
            _ends_after_start("release_ends_after_start"),
            models.CheckConstraint(condition=_rank_as_marked(), name="release_rank_as_marked"),
            models.CheckConstraint(condition=Q(audience__isnull=False) | Q(rank=0), name="release_to_all_is_clear"),
        ]
        indexes = [
            models.Index(fields=["kind", "record", "audience"], name="release_of_record"),
            models.Index(fields=["audience", "kind", "-listed", "-record"], name="release_to_audience"),
            models.Index(fields=["kind", "-listed", "-record"], name="release_newest"),
            models.Index(fields=["kind", "-listed", "-record"], name="release_to_all", condition=Q(rank=0)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record}: {self.marking}"


class Token(models.Model):
    """A personal key to the API and the commands. Only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = models.JSONField()
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    last_used_day = models.DateField(null=True)

    class Meta:
        constraints = [_ends_after_start("token_ends_after_start")]

    def __str__(self) -> str:
        return self.name


class Key(models.Model):
    """A person's own signing key: what he signs with it, the server cannot sign for him.

    `public` is an Ed25519 key, or the DER of a passkey's; `credential` is by which the browser finds the passkey.
    """

    FILE, BROWSER, PASSKEY = "file", "browser", "passkey"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="signing_keys")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, default=FILE)
    public = models.BinaryField(max_length=1024, unique=True)
    rp = models.CharField(max_length=253, blank=True)
    credential = models.BinaryField(max_length=1024, default=bytes)
    listed = models.OneToOneField("ledger.Listed", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, blank=True)
    starts = models.DateTimeField()
    ends = models.DateTimeField()

    class Meta:
        constraints = [_ends_after_start("key_ends_after_start")]

    def __str__(self) -> str:
        return self.name

    @property
    def hex(self) -> str:
        """The public key in hexadecimal: 64 digits of Ed25519, more of a passkey."""
        return bytes(self.public).hex()


class Link(models.Model):
    """An address that signs one person in once: an invitation, or a door of the sample. Only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="links")
    purpose = models.CharField(max_length=20, choices=[("invitation", "invitation"), ("sample", "sample")])
    digest = models.BinaryField(max_length=32, unique=True)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    used = models.BooleanField(default=False)

    class Meta:
        constraints = [_ends_after_start("link_ends_after_start")]

    def __str__(self) -> str:
        return f"{self.purpose} for {self.person_id}"


class Session(AbstractBaseSession):
    """A signed-in browser. `session_key` is the hash of what the cookie carries; `ends` never moves."""

    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="sessions")
    starts = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expire_date"], name="session_by_end")]
