"""How the tree of an old copy catches up with what was published after it.

Beside each backup the node keeps the commitments of the leaves that came later: they say nothing of any entry, and
with them a restored copy holds the very tree that others have seen, so the log can go on. Their entries are lost.
"""

from datetime import datetime

from django.db import transaction

from ninefold.errors import ConflictError
from ninefold.ledger import directory, keeping, stored
from ninefold.ledger.growth import Growth, edge, places
from ninefold.ledger.merkle import EMPTY_ROOT, TreeHead, consistency_nodes, leaf_hash, verify_consistency
from ninefold.ledger.models import Checkpoint, Entry, Leaf
from ninefold.ledger.publications import Lost, Published
from ninefold.ledger.writing import take_turn


def grown_since(size: int) -> Growth | None:
    """What was published after the tree of `size`; None when nothing was. Ask within one picture of the database."""
    last = Checkpoint.objects.order_by("-size").first()
    if last is None or last.size <= size:
        return None
    rows = Leaf.objects.filter(index__gte=size, index__lt=last.size).order_by("index")
    leaves = tuple(bytes(leaf) for leaf in rows.values_list("commitment", flat=True))
    signed = bytes(last.time_signature), last.before, last.entries, None if last.last is None else bytes(last.last)
    return Growth(size, leaves, last.note, last.time, *signed)


@transaction.atomic
def regrow(growth: Growth, now: datetime) -> TreeHead:
    """Add these leaves and their checkpoint; what of them the copy holds already is left as it is.

    What lay between the two and is in no list is signed for as lost, at the time `now`. `ConflictError` unless the
    leaves lead to what this log's key signed: then nothing is changed.
    """
    take_turn()
    keys = keeping.key_line()
    checkpoint, _ = keys.open(growth.note)
    published = Published(checkpoint, growth.time, growth.before, growth.entries, growth.last)
    keys.at(checkpoint.size)[0].verify(published.text(), growth.time_signature)
    size = stored.count_leaves()
    if size >= checkpoint.size:
        return checkpoint.head
    fresh = growth.leaves[size - growth.start :]
    if size < growth.start or size + len(fresh) != checkpoint.size:
        raise ConflictError("The leaves of {start} to {size} are missing.", start=size, size=checkpoint.size)
    tiles = stored.read_tiles((name.level, name.index) for name in edge(size))
    made = tiles.grow(size, [leaf_hash(leaf) for leaf in fresh])
    if tiles.head(checkpoint.size) != checkpoint.head:
        raise ConflictError("The leaves do not lead to the checkpoint of size {size}.", size=checkpoint.size)
    planned = _with_entries(fresh)
    stored.write_leaves(size, planned)
    directory.plant(size, planned)
    stored.write_tiles(made)
    _sign_for_lost(published, now)
    stored.write_checkpoint(published, growth.note, growth.time_signature)
    return checkpoint.head


def _sign_for_lost(published: Published, now: datetime) -> None:
    """Before the checkpoint is put back: what is missing between it and what is here."""
    last = stored.last_checkpoint()
    lost = Lost(published.checkpoint, now, last[0] if last else 0, newest_serial())
    if published.before is None or published.entries is None:
        missing = True  # an older version did not sign what there was
    else:
        missing = published.before != lost.before or published.entries > lost.kept
    if missing:
        stored.write_lost(lost, keeping.log_signer().sign(lost.text()))


def _with_entries(leaves: tuple[bytes, ...]) -> list[stored.PlannedLeaf]:
    """Each leaf with its entry, where the copy holds one: those that waited when it was made."""
    waited = {commitment: serial for serial, commitment in stored.waiting(None)}
    return [(waited.get(leaf), leaf) for leaf in leaves]


def newest_serial() -> int:
    """The serial of the newest entry; 0 when there is none."""
    return Entry.objects.order_by("-serial").values_list("serial", flat=True).first() or 0


def require_leads_from(known: TreeHead) -> None:
    """Raise `ConflictError` or `RefusedError` unless the tree here is the one that others saw, perhaps grown since."""
    last = stored.last_checkpoint()
    head = TreeHead(last[0], last[1]) if last else TreeHead(0, EMPTY_ROOT)
    if known.size == head.size and known != head:
        raise ConflictError("Others have seen another tree of size {size} under this log's key.", size=known.size)
    if 0 < known.size < head.size:
        tiles = stored.read_tiles(places(consistency_nodes(known.size, head.size)))
        verify_consistency(known, head, tiles.consistency(known.size, head.size))
