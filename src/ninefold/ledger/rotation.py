"""The log gets a new key: an act of the node, published openly, and at once a checkpoint that both keys sign.

Entry, checkpoint and the note by which the old key names the new one are one transaction; the files follow it
(`switching`). The publication comes beside the beat and grows the log by the leaves of one. The entry is in it before
all that waits: everybody may read it, and when it came into the tree must not tell how much waited.
"""

from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from ninefold.ledger import keeping, stored, switching
from ninefold.ledger.actions import append
from ninefold.ledger.beat import publish
from ninefold.ledger.keys import Signer
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.models import Entry, KeyChange
from ninefold.ledger.reads import CLEAR
from ninefold.ledger.refs import Ref
from ninefold.ledger.succession import Link, open_link, sign_link
from ninefold.ledger.writing import take_turn

ROTATED = entry_kind("ledger.key-rotated", "replaced the key of the log")


def rotate_key(*, stolen: bool, now: datetime) -> Link:
    """Replace the key of this log. A stolen one is marked, so that nobody trusts what it signs any more.

    Broken off before the transaction, the old key goes on; after it, the new one does. A checkpoint that cannot be
    signed (`ConflictError`, `UnavailableError`) keeps the key from being replaced.
    """
    keys = settings.WORKSPACE / "keys"
    with switching.turn(keys):
        switching.complete(keys, stored.current_key())
        old = keeping.signer_in_place()
        new = switching.next_signer(keys, old.name)
        with transaction.atomic():
            take_turn()
            link = _change(old, new, stolen=stolen, now=now)
        switching.complete(keys, str(new.verifier))
    return link


def _change(old: Signer, new: Signer, *, stolen: bool, now: datetime) -> Link:
    told = _tell(old, new, stolen=stolen, now=now)
    ahead = told.serial, bytes(told.commitment)
    published = publish(now, leaves=settings.BEAT_LEAVES, signers=(old, new), ahead=ahead)
    note = sign_link(published.size, old, new, stolen=stolen)
    KeyChange.objects.create(size=published.size, note=note, entry=told)
    return open_link(note)


def _tell(old: Signer, new: Signer, *, stolen: bool, now: datetime) -> Entry:
    return append(
        kind=ROTATED,
        actor="node",
        subject=Ref("ledger", "key", uuid4()),
        now=now,
        marking=CLEAR,
        body={"old": str(old.verifier), "new": str(new.verifier), "stolen": stolen},
    )
