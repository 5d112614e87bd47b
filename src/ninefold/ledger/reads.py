"""Every question to the log: its state, its proofs, and what is published beside the tree.

Who may see an entry is decided above, in `access`; here an entry comes in that the asker has already been shown.
What is served to everybody is the tree itself, which tells nobody anything, and the openings of TLP:CLEAR entries.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from ninefold.errors import ConflictError, InvalidError, NinefoldError, NotThereError, UnavailableError
from ninefold.ledger import directory, keeping, stored, witnesses
from ninefold.ledger.growth import places
from ninefold.ledger.merkle import consistency_nodes, inclusion_nodes
from ninefold.ledger.models import Body, Checkpoint, Entry, Leaf, Listed, Planted, TimeStamp
from ninefold.ledger.openings import Opening
from ninefold.ledger.proofs import Claim, Proof
from ninefold.ledger.signatures import Signature, taken_apart
from ninefold.ledger.signers import Signer, Way
from ninefold.ledger.succession import write_chain
from ninefold.ledger.tiles import TileName, write_bundle
from ninefold.ledger.witnessed import Cosigned

CLEAR = "tlp:clear"
MOST_CLEAR = 1_000


@dataclass(frozen=True)
class Status:
    """The log as published, and what waits. Before the founding beat `size` is 0, `root` empty and the times None.

    `key` is the text of the key that verifies (C2SP signed-note). `witnessed` of the `witnesses` that the policy names
    cosigned the last checkpoint, and `cosigned` tells which and when; `verified` if they are a quorum. `policy_fault`
    says why the policy cannot be followed. `stamped` is the time in the last time stamp, of the checkpoint at
    `stamped_size`; None before the first.
    """

    origin: str
    key: str
    size: int
    root: str
    published: datetime | None
    next_beat: datetime | None
    leaves_a_beat: int
    waiting: int
    stamped: datetime | None
    stamped_size: int
    stamped_by: str
    witnessed: int = 0
    witnesses: int = 0
    verified: bool = False
    cosigned: tuple[Cosigned, ...] = ()
    policy_fault: str = ""


def status() -> Status:
    """The state of the log, without a word about any entry but how many wait."""
    last = Checkpoint.objects.order_by("-size").first()
    stamp = TimeStamp.objects.order_by("-checkpoint_id", "time", "authority").first()
    seen = witnessing_at((last.size, last.note) if last else None)
    return Status(
        origin=settings.LOG_ORIGIN,
        key=str(keeping.log_signer().verifier),
        size=last.size if last else 0,
        root=bytes(last.root).hex() if last else "",
        published=last.time if last else None,
        next_beat=last.time + timedelta(seconds=settings.BEAT_SECONDS) if last else None,
        leaves_a_beat=settings.BEAT_LEAVES,
        waiting=stored.count_waiting(),
        stamped=stamp.time if stamp else None,
        stamped_size=stamp.checkpoint_id if stamp else 0,
        stamped_by=stamp.authority if stamp else "",
        witnessed=len(seen.cosigned),
        witnesses=seen.witnesses,
        verified=seen.verified,
        cosigned=seen.cosigned,
        policy_fault=str(seen.fault or ""),
    )


@dataclass(frozen=True)
class Witnessing:
    """Who cosigned the last checkpoint, of how many; `fault` says why that cannot be told."""

    cosigned: tuple[Cosigned, ...] = ()
    witnesses: int = 0
    verified: bool = False
    fault: NinefoldError | None = None


def witnessing(note: str | None = None) -> Witnessing:
    """Who cosigned a checkpoint, given as the note that is served; the last one where none is given."""
    if note is None:
        last = stored.last_checkpoint()
        return witnessing_at((last[0], last[2]) if last else None)
    return _witnessing(lambda: note)


def witnessing_at(last: tuple[int, str] | None) -> Witnessing:
    """The same of a checkpoint that was read already, as size and note; None before the first.

    The lines of its witnesses are asked for only where the policy names witnesses.
    """
    return _witnessing(lambda: witnesses.served(*last) if last else None)


def _witnessing(served: Callable[[], str | None]) -> Witnessing:
    try:
        asked = witnesses.policy()
        note = served() if asked.witnesses else None
        if note is None:
            return Witnessing(witnesses=len(asked.witnesses))
        seen = witnesses.judged(note, asked)
    except NinefoldError as error:
        return Witnessing(fault=error)
    return Witnessing(seen.cosigned, seen.witnesses, seen.quorum)


# ---- Proofs


def inclusion(index: int, size: int) -> list[bytes]:
    """The hashes that lead from leaf `index` to the root of the tree of `size`. One query."""
    return stored.read_tiles(places(inclusion_nodes(index, size))).inclusion(index, size)


def consistency(first: int, second: int) -> list[bytes]:
    """The hashes that lead from the tree of size `first` to the one of size `second`. One query.

    `InvalidError` unless the log has grown to `second`.
    """
    if not 0 < first <= second <= stored.count_leaves():
        raise InvalidError(
            "The log has {size} leaves; ask for two sizes up to that, the smaller one first.",
            size=stored.count_leaves(),
        )
    return stored.read_tiles(places(consistency_nodes(first, second))).consistency(first, second)


def opening_of(entry: Entry) -> Opening:
    """What opens the leaf of an entry; without the body where it was erased."""
    body = Body.objects.filter(entry=entry).first()
    return Opening(
        envelope=bytes(entry.envelope),
        key=bytes(entry.key),
        body=bytes(body.text) if body else None,
        body_key=bytes(body.key) if body else None,
    )


def index_of(entry: Entry) -> int:
    """The index of the entry's leaf; `ConflictError` says when to come back while it waits for its publication."""
    index = Leaf.objects.filter(entry=entry).values_list("index", flat=True).first()
    if index is not None:
        return index
    last = Checkpoint.objects.order_by("-size").first()
    if last is None:
        raise ConflictError("The log has not been published yet; come back after its first publication.")
    # The next beat, whichever takes it: a later one would tell how many wait before it.
    due = last.time + timedelta(seconds=settings.BEAT_SECONDS)
    raise ConflictError(
        "This entry waits for its publication; the next one is due at {time} UTC, come back after it.",
        time=f"{due:%Y-%m-%d %H:%M:%S}",
    )


def entry_at(index: int) -> Entry | None:
    """The entry at a leaf; None for a cover leaf and beyond the tree, which nobody may be told apart."""
    return Entry.objects.filter(leaf__index=index).first()


def proof_of(entry: Entry) -> Proof:
    """The proof that the entry is in a published tree, with its opening; `text()` is the file.

    The tree is the last one that a quorum of witnesses cosigned, and where there is none, the last.
    """
    index = index_of(entry)
    published = witnesses.best(index)
    if published is None:
        raise UnavailableError("The log has leaves but no checkpoint; run `ninefold ledger check`.")
    return _proof(entry, index, size=published.size, note=published.note)


def stamped_proof_of(entry: Entry) -> Proof:
    """The proof that the entry is in the first tree with it that was time-stamped, with the time stamps."""
    index = index_of(entry)
    stamps = TimeStamp.objects.filter(checkpoint__size__gt=index).order_by("checkpoint_id")
    first = stamps.select_related("checkpoint").first()
    if first is None:
        raise ConflictError("No checkpoint with this entry has been time-stamped yet; come back later.")
    size = first.checkpoint.size
    return _proof(entry, index, size=size, note=witnesses.served(size, first.checkpoint.note))


def _proof(entry: Entry, index: int, *, size: int, note: str) -> Proof:
    keys = keeping.key_line()
    stamps = TimeStamp.objects.filter(checkpoint_id=size).order_by("authority").values_list("response", flat=True)
    chain = stored.key_changes()[: sum(link.size <= size for link in keys.links)]
    signer = _signer_of(entry, size)
    claim = Claim(keys.at(size)[0], opening_of(entry), tuple(chain), tuple(map(bytes, stamps)), signer)
    return Proof(index, tuple(inclusion(index, size)), keys.without_old(note), claim.canonical())


def signature_of(entry: Entry) -> Signature | None:
    """The signature of its actor that an entry bears, if he signed it."""
    envelope = bytes(entry.envelope)
    return taken_apart(envelope)[1] if b'"signature":' in envelope else None


def how_signed(entry: Entry) -> str:
    """How its actor signed an entry: `passkey`, `ed25519`, or `no`; empty where the actor is no person."""
    signature = signature_of(entry)
    if signature is not None:
        return signature.kind
    return "no" if ":person:" in entry.actor else ""


def listing_for(signature: Signature) -> Listed:
    """The listing of the key that signed."""
    row = directory.listed_as(signature.key)
    if row is None:
        raise UnavailableError("The key that signed this entry is listed nowhere; run `ninefold ledger check`.")
    return row


def _signer_of(entry: Entry, size: int) -> Signer | None:
    """The listing of the key that signed an entry, as far as both it and its tag are published."""
    signature = signature_of(entry)
    if signature is None:
        return None
    row = listing_for(signature)
    tag = Planted.objects.filter(listed=row).values_list("leaf_id", flat=True).first()
    if tag is None:
        raise ConflictError("The key that signed this waits for its publication; come back after the next one.")
    listed = index_of(row.entry)
    ways = [Way(index, tuple(inclusion(index, size))) for index in (listed, tag)]
    return Signer(opening_of(row.entry), ways[0], ways[1])


# ---- What anybody may fetch


def checkpoint_note() -> str:
    """The last signed checkpoint, as a note, with the lines of the witnesses so far."""
    published = witnesses.newest()
    if published is None:
        raise NotThereError
    return published.note


def key_chain() -> str:
    """The notes by which each key of the log names the next, the oldest first; empty while the first key holds."""
    return write_chain(stored.key_changes())


def tile(name: TileName) -> bytes:
    """The hashes of a tile, also of one that has grown wider since. `NotThereError` when it is not that wide yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_BEGINNING[connection.vendor]} FROM ledger_tile"  # noqa: S608 (from the table below)
            ' WHERE level = %s AND "index" = %s AND width >= %s',
            [32 * name.width, name.level, name.index, name.width],
        )
        row = cursor.fetchone()
    if row is None:
        raise NotThereError
    return bytes(row[0])


_BEGINNING = {"sqlite": "substr(nodes, 1, %s)", "postgresql": "substring(nodes FROM 1 FOR %s)"}


def bundle(name: TileName) -> bytes:
    """The leaves below a tile of level 0: commitments, each behind its length."""
    first = name.index << 8
    leaves = Leaf.objects.filter(index__gte=first, index__lt=first + name.width).order_by("index")
    commitments = [bytes(leaf) for leaf in leaves.values_list("commitment", flat=True)]
    if len(commitments) < name.width:
        raise NotThereError
    return write_bundle(commitments)


def clear_opening(index: int) -> Opening:
    """The opening of a leaf whose entry is marked TLP:CLEAR; for every other leaf there is nothing."""
    entry = Entry.objects.filter(leaf__index=index, marking=CLEAR).first()
    if entry is None:
        raise NotThereError
    return opening_of(entry)


def clear_indexes(start: int) -> list[int]:
    """The indexes of the leaves that `clear_opening` opens, from `start` on; at most 1,000."""
    leaves = Leaf.objects.filter(index__gte=start, entry__marking=CLEAR).order_by("index")
    return list(leaves.values_list("index", flat=True)[:MOST_CLEAR])
