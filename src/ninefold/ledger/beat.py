"""The steady beat at which the tree grows and is signed, whether or not anything happened.

1. Take the oldest entries that wait, at most as many as a beat has leaves; the others wait for the next one.
2. Fill up with cover leaves, which nobody can tell from entries, and shuffle.
3. Add the leaves and their tiles, and see that the new tree leads back to the last signed one.
4. Sign the checkpoint. All of it is one transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from secrets import token_bytes

from django.conf import settings
from django.db import transaction

from ninefold.errors import ConflictError
from ninefold.ledger import directory, keeping, stored, timeguard
from ninefold.ledger.checkpoints import Checkpoint, sign_checkpoint
from ninefold.ledger.growth import Tiles, edge, places
from ninefold.ledger.keys import Signer
from ninefold.ledger.merkle import EMPTY_ROOT, TreeHead, consistency_nodes, leaf_hash, verify_consistency
from ninefold.ledger.publications import Published
from ninefold.ledger.succession import KeyLine
from ninefold.ledger.tiles import FULL
from ninefold.ledger.writing import take_turn

_own: dict[str, TreeHead] = {}  # the last note that this process signed


def beat(now: datetime) -> Checkpoint:
    """Grow the tree by its fixed number of leaves and publish its checkpoint.

    The founding beat takes whatever waits and fills up to a multiple of 256. `ConflictError` when the database no
    longer leads to the last signed checkpoint: then nothing is signed, and `check` tells what broke; what the caller's
    transaction held before it stays. `UnavailableError` while the clock of this machine cannot be right.
    """
    with transaction.atomic():
        return publish(now, leaves=settings.BEAT_LEAVES)


def publish(
    now: datetime, *, leaves: int, signers: Sequence[Signer] = (), ahead: stored.PlannedLeaf | None = None
) -> Checkpoint:
    """One beat of so many leaves. `signers` are the old key and the new one where the log's key changes with it.

    The entry `ahead` comes in before all that waits: everybody sees when it was written, so its leaf must not tell
    how many others were waiting then.

    Inside a transaction of the caller's the two stand or fall together: no savepoint, for which SQLite would copy every
    page that both of them write.
    """
    keeping.require_current()
    signers = signers or (keeping.log_signer(),)
    with transaction.atomic(savepoint=False):
        take_turn()
        now = timeguard.time_to_sign(now)
        last, tiles = _last_head(KeyLine.of(signers[0].verifier, stored.key_changes()))
        # 1, 2. Leaves.
        planned = _planned(leaves if last.size else None, ahead)
        # 3. The tree.
        made = tiles.grow(last.size, [leaf_hash(leaf) for _, leaf in planned])
        head = tiles.head(last.size + len(planned))
        _require_grown(tiles, last, head)
        stored.write_leaves(last.size, planned)
        directory.plant(last.size, planned)
        stored.write_tiles(made)
        # 4. The checkpoint.
        checkpoint = Checkpoint(signers[0].name, head.size, head.root)
        note = sign_checkpoint(checkpoint, *signers)
        _own.clear()
        _own[note] = head
        published = Published(checkpoint, now, last.size, *stored.last_entry())
        stored.write_checkpoint(published, note, signers[-1].sign(published.text()))
        transaction.on_commit(lambda: keeping.remember(note), robust=True)
        transaction.on_commit(timeguard.keep, robust=True)
    return checkpoint


def _planned(leaves: int | None, ahead: stored.PlannedLeaf | None = None) -> list[stored.PlannedLeaf]:
    """The next leaves in chance order; None asks for the founding beat."""
    # A beat of one leaf has none to spare: its log would not plant the tag that is due.
    first, serial = ([ahead], ahead[0] or 0) if ahead and leaves != 1 else ([], 0)
    planned = first + directory.waiting(None if leaves is None else leaves - len(first), besides=serial)
    if leaves is None:
        leaves = max(FULL, -(-len(planned) // FULL) * FULL)
    planned += [(None, token_bytes(32)) for _ in range(leaves - len(planned))]
    chance = token_bytes(16 * leaves)
    return [leaf for _, leaf in sorted((chance[16 * at : 16 * at + 16], leaf) for at, leaf in enumerate(planned))]


def _last_head(keys: KeyLine) -> tuple[TreeHead, Tiles]:
    """The last published head and the tiles at its edge, once the database is seen to lead to it."""
    row = stored.last_checkpoint()
    last = _signed_head(row, keys) if row else TreeHead(0, EMPTY_ROOT)
    tiles = stored.read_tiles((name.level, name.index) for name in edge(last.size))
    if stored.count_leaves() != last.size or tiles.head(last.size) != last:
        raise ConflictError("The tree does not lead to its checkpoint at size {size}; run the check.", size=last.size)
    remembered = keeping.last_note()
    if remembered and (row is None or remembered != row[2]):
        _require_remembered(_opened(remembered, keys), last)
    return last, tiles


def _signed_head(row: tuple[int, bytes, str], keys: KeyLine) -> TreeHead:
    size, root, note = row
    head = _opened(note, keys)
    if (head.size, head.root) != (size, root):
        raise ConflictError("The checkpoint at size {size} is not the one that was signed.", size=size)
    return head


def _opened(note: str, keys: KeyLine) -> TreeHead:
    """The head that a note states, once its signature is verified; that of this process's own last note is known."""
    return _own.get(note) or keys.open(note)[0].head


def _require_remembered(known: TreeHead, last: TreeHead) -> None:
    """The database must hold what this node signed before, as the note beside the key says."""
    if known.size < last.size:
        proof = stored.read_tiles(places(consistency_nodes(known.size, last.size))).consistency(known.size, last.size)
        verify_consistency(known, last, proof)
    elif known != last:
        raise ConflictError(
            "This log has signed a tree of size {signed}, and the database holds another one of size {size}. Put "
            "back the newer database; nothing was signed.",
            signed=known.size,
            size=last.size,
        )


def _require_grown(tiles: Tiles, last: TreeHead, head: TreeHead) -> None:
    """The last look before the key is used: whoever holds the old head must be able to follow to the new one."""
    if last.size:
        verify_consistency(last, head, tiles.consistency(last.size, head.size))
