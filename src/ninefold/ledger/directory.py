"""The key directory's tables: whose key signs, and how tags come into the tree among the leaves of a beat."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet

from ninefold.errors import RefusedError
from ninefold.ledger import stored
from ninefold.ledger.drafts import Closing, Seal
from ninefold.ledger.listings import Listing
from ninefold.ledger.models import Listed, Planted
from ninefold.ledger.signatures import SigningKey
from ninefold.ledger.writing import NewEntry

_WAITING_TAGS = (
    "SELECT entry_id, tag FROM ledger_listed"
    " WHERE NOT EXISTS (SELECT 1 FROM ledger_planted WHERE listed_id = entry_id) ORDER BY entry_id"
)

# ---- Keys


def living_keys(actor: str, now: datetime) -> QuerySet[Listed]:
    """The keys with which this actor signs at this moment: listed, and neither over nor ended."""
    gone = Q(end__isnull=False, end__starts__lte=now)
    return Listed.objects.filter(actor=actor, ended=None, starts__lte=now, ends__gt=now).exclude(gone)


def key_of(row: Listed) -> SigningKey:
    """The public key of a listing."""
    return SigningKey(row.kind, bytes(row.public), row.rp)


def listing_of(row: Listed) -> Listing:
    """The listing of a row that lists a key."""
    return Listing(bytes(row.label), row.number, key_of(row), row.starts, row.ends)


def listed_as(commitment: str) -> Listed | None:
    """The listing whose entry bears this commitment (hex)."""
    rows = Listed.objects.filter(entry__commitment=bytes.fromhex(commitment), ended=None)
    return rows.select_related("entry").first()


def require_signed(acts: Iterable[NewEntry]) -> None:
    """Refuse a consequential act of somebody who could have signed it and did not: a stolen sign-in cannot do it."""
    for act in acts:
        if act.kind.consequential and act.closing is None and living_keys(act.actor, act.time).exists():
            raise RefusedError(
                "You have a signing key, so an act that matters is done only with your signature; sign it."
            )


def closing_of(seal: Seal, actor: str, now: datetime) -> Closing:
    """What closes the envelope of this actor's act at `now`: his own key, living then and when the signature came."""
    draft, signature, at = seal.draft, seal.signature, seal.at
    if draft.actor != actor or draft.time != now:
        raise RefusedError("This was drawn up for another act.")
    if signature is None or at is None:
        return Closing(draft)
    draft.require_fresh(at)
    row = (
        living_keys(actor, now)
        .filter(pk__in=living_keys(actor, at))
        .filter(entry__commitment=bytes.fromhex(signature.key))
    )
    found = row.first()
    if found is None:
        raise RefusedError("The key that signed is not yours, or has ended; sign with a key that lives.")
    return Closing(draft, signature, key_of(found))


# ---- Tags on their way into the tree


def waiting(leaves: int | None, *, besides: int = 0) -> list[stored.PlannedLeaf]:
    """Entries and ripe tags for a beat of so many leaves (None: all that waits), none before the entry it belongs to.

    Each beat plants at least one tag that is ripe, and at most half its leaves are tags that were ripe before it.
    The entry of the serial `besides` is not among them.
    """
    tags = _waiting_tags()
    if not tags:
        return stored.waiting(leaves, besides=besides)
    kept = 0 if leaves is None else min(len(_ripe(tags, _reached([]))), max(1, leaves // 2))
    entries = stored.waiting(None if leaves is None else leaves - kept, besides=besides)
    ripe = _ripe(tags, _reached(entries))
    return entries + ripe[: None if leaves is None else leaves - len(entries)]


def plant(first: int, planned: Sequence[stored.PlannedLeaf]) -> None:
    """Note at which leaf each tag of a beat stands; `first` is the index of its first leaf."""
    if tags := _waiting_tags():
        bare = {leaf: first + at for at, (serial, leaf) in enumerate(planned) if serial is None}
        Planted.objects.bulk_create(Planted(listed_id=pk, leaf_id=bare[tag]) for pk, tag in tags if tag in bare)


def _reached(entries: Sequence[stored.PlannedLeaf]) -> int:
    """The last entry that is in the tree, or will be with these."""
    if entries and entries[-1][0] is not None:
        return entries[-1][0]
    return stored.last_in_turn()


def _ripe(tags: Iterable[tuple[int, bytes]], reached: int) -> list[stored.PlannedLeaf]:
    return [(None, tag) for serial, tag in tags if serial <= reached]


def _waiting_tags() -> list[tuple[int, bytes]]:
    """The tags that are not in the tree, oldest first. Asked twice a beat, so in one plain statement."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING_TAGS)
        return [(serial, bytes(tag)) for serial, tag in cursor.fetchall()]
