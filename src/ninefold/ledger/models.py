"""What the ledger keeps. Triggers of the database hold every table to growing only (`append_only.py`)."""

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class Serial(models.BigIntegerField):  # type: ignore[type-arg] # Django's own class takes none
    """A whole number that counts rows. On SQLite its type is spelled so that it is the address of the row itself."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        """`integer` on SQLite (datatype3.html, section 2: any other spelling makes a second tree of keys)."""
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class Entry(models.Model):
    """One act, as its room wrote it. `serial` has no gaps and rises in the order of the commits."""

    serial = Serial(primary_key=True)
    id = models.UUIDField(unique=True)
    kind = models.CharField(max_length=60)
    actor = models.CharField(max_length=100)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    time = models.DateTimeField()
    marking = models.CharField(max_length=40)
    # Canonical JSON of everything but the body, which it binds by a keyed digest; the columns above repeat it.
    envelope = models.BinaryField()
    key = models.BinaryField(max_length=32)
    commitment = models.BinaryField(max_length=32)

    class Meta:
        indexes = (models.Index(fields=("subject_id", "serial"), name="ledger_entry_subject"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Body(models.Model):
    """What an entry says, kept apart with its own key so that it can be erased and the envelope still checks."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True)
    key = models.BinaryField(max_length=32)
    text = models.BinaryField()

    def __str__(self) -> str:
        return f"body of {self.entry_id}"


class Tombstone(models.Model):
    """The body of `entry` was erased; `told` is the entry that says by whom and why."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True)
    told = models.OneToOneField(Entry, models.PROTECT, related_name="tells_of")

    def __str__(self) -> str:
        return f"tombstone of {self.entry_id}"


class Leaf(models.Model):
    """A leaf of the public tree: the commitment of an entry, or 32 random bytes with no entry (a cover leaf)."""

    index = Serial(primary_key=True)
    commitment = models.BinaryField(max_length=32)
    entry = models.OneToOneField(Entry, models.PROTECT, null=True)

    def __str__(self) -> str:
        return f"leaf {self.index}"


class Tile(models.Model):
    """A subtree eight levels high: `width` hashes, then the complete nodes of each higher level in it."""

    pk = models.CompositePrimaryKey("level", "index", "width")
    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    width = models.PositiveSmallIntegerField()
    nodes = models.BinaryField()

    def __str__(self) -> str:
        return f"tile {self.level}/{self.index} of {self.width}"


class Checkpoint(models.Model):
    """A signed statement of the whole tree at one size, as published."""

    size = Serial(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    time = models.DateTimeField()
    # The size of the checkpoint before, 0 for the first; how many entries there were, those that wait included, and
    # the commitment of the last of them. Null in a row that an older version wrote.
    before = models.BigIntegerField(null=True)
    entries = models.BigIntegerField(null=True)
    last = models.BinaryField(max_length=32, null=True)
    # The public note tells none of this; the log's key signs it apart (`publications.py`), so that a change shows.
    time_signature = models.BinaryField(max_length=64)

    def __str__(self) -> str:
        return f"checkpoint at {self.size}"


class Loss(models.Model):
    """A restore put the checkpoint at `size` back right after the one at `before`, and only the entries up to `kept`.

    Signed by the log's key (`publications.Lost`): so what a restore lost is told from what somebody took away.
    """

    size = Serial(primary_key=True)
    before = models.BigIntegerField()
    kept = models.BigIntegerField()
    time = models.DateTimeField()
    signature = models.BinaryField(max_length=64)

    def __str__(self) -> str:
        return f"loss before {self.size}"


class KeyChange(models.Model):
    """The key of the log was replaced: `size` is the first checkpoint of the new one, `entry` the act that tells it."""

    size = Serial(primary_key=True)
    # Signed by the old key and the new one; it alone is believed, the columns only find it.
    note = models.TextField()
    entry = models.OneToOneField(Entry, models.PROTECT)

    def __str__(self) -> str:
        return f"change of the key at {self.size}"


class TimeStamp(models.Model):
    """Another hand's word (RFC 3161) that a checkpoint was there before `time`; `authority` is its name here."""

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT)
    authority = models.CharField(max_length=60)
    time = models.DateTimeField()
    response = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("checkpoint", "authority"), name="ledger_timestamp_once"),)

    def __str__(self) -> str:
        return f"time stamp of {self.checkpoint_id} by {self.authority}"


class Listed(models.Model):
    """An entry of the key directory: a key under a label, or (with `ended`) the end of one.

    `actor` is whose label it is, and is in no entry. `tag` goes into the tree beside the entry's own leaf.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True)
    actor = models.CharField(max_length=100)
    label = models.BinaryField(max_length=32)
    number = models.PositiveIntegerField()
    tag = models.BinaryField(max_length=32)
    ended = models.OneToOneField("self", models.PROTECT, null=True, related_name="end")
    kind = models.CharField(max_length=20, blank=True)
    public = models.BinaryField(max_length=1024)
    rp = models.CharField(max_length=253, blank=True)
    starts = models.DateTimeField()
    ends = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("label", "number"), name="ledger_listed_number"),)
        indexes = (models.Index(fields=("actor",), name="ledger_listed_actor"),)

    def __str__(self) -> str:
        return f"listing of {self.entry_id}"


class Planted(models.Model):
    """The tag of a listing stands in the tree at this leaf, which has no entry."""

    listed = models.OneToOneField(Listed, models.PROTECT, primary_key=True)
    leaf = models.OneToOneField(Leaf, models.PROTECT)

    def __str__(self) -> str:
        return f"tag of {self.listed_id}"


class WitnessKey(models.Model):
    """The key of a witness that has cosigned, as text; kept so that its lines can be checked for ever."""

    key = models.TextField(unique=True)

    def __str__(self) -> str:
        return self.key.partition("+")[0]


class Cosignature(models.Model):
    """The signature line of a witness on a published checkpoint, verified before it was kept, and the time it states.

    Lines are kept apart from the note: the log signs on its beat and waits for nobody. `outdated.py` says how long.
    """

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="cosignatures")
    witness = models.ForeignKey(WitnessKey, models.PROTECT)
    line = models.TextField()
    time = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("checkpoint", "witness"), name="ledger_cosignature_once"),)

    def __str__(self) -> str:
        return f"cosignature of {self.witness_id} at {self.checkpoint_id}"
