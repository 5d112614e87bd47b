"""What we keep of vaults: who keeps a share, and ciphertext. No column here holds a plaintext or a key that opens."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from ninefold.access.vaults.states import DESTROYED, ERASED, OPEN
from ninefold.words.fields import TextField

ITEMS, COUNTS = "items", "counts"


class CustodianKey(models.Model):
    """The recipient of a person's age key, by which others make him a custodian. The identity stays with him."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey("access.Person", on_delete=models.CASCADE, related_name="custodian_keys")
    name = models.CharField(max_length=100)
    recipient = models.CharField(max_length=100, unique=True)
    starts = models.DateTimeField()
    ends = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="custodian_key_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.name


class Vault(models.Model):
    """A vault that was founded elsewhere. `file` is its public file, whose shares only its custodians decrypt.

    `holds` keeps suppressed counts apart from everything else. The file goes when the vault is erased or destroyed.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    name = TextField()
    purpose = TextField(null=True)
    holds = models.CharField(max_length=10, choices=[(ITEMS, ITEMS), (COUNTS, COUNTS)])
    recipient = models.CharField(max_length=100, unique=True)
    k = models.PositiveSmallIntegerField()
    n = models.PositiveSmallIntegerField()
    file = models.BinaryField(null=True)
    digest = models.BinaryField(max_length=32)
    marking = models.CharField(max_length=40)
    founded_day = models.DateField()
    destroy_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=[(one, one) for one in (OPEN, ERASED, DESTROYED)], default=OPEN)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(k__gte=1) & Q(k__lte=F("n")), name="vault_k_of_n"),
            models.CheckConstraint(
                condition=Q(state=OPEN, file__isnull=False) | (~Q(state=OPEN) & Q(file__isnull=True)),
                name="vault_shares_go_with_it",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)


class VaultCustodian(models.Model):
    """Who keeps share `index`; without an account only the label says who. `confirmed_day`: he destroyed his key."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    vault = models.ForeignKey(Vault, on_delete=models.PROTECT, related_name="custodians")
    index = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=100)
    recipient = models.CharField(max_length=100)
    person = models.ForeignKey("access.Person", null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_day = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vault", "index"], name="one_custodian_a_share")]

    def __str__(self) -> str:
        return self.label


class VaultItem(models.Model):
    """A sealed item. Commitment and fingerprint stay when the ciphertext is deleted; who put it in is not kept here."""

    id = models.UUIDField(primary_key=True, editable=False)
    vault = models.ForeignKey(Vault, on_delete=models.PROTECT, related_name="items")
    ciphertext = models.BinaryField(null=True)
    size = models.PositiveIntegerField()
    commitment = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)
    day = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["vault", "day", "id"], name="items_of_vault")]

    def __str__(self) -> str:
        return str(self.id)
