"""Every change to the ledger: append an act, or erase what an act says."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from ninefold.errors import ConflictError, InvalidError, RefusedError
from ninefold.jobs import doorbell
from ninefold.ledger import directory, hearing, keeping, listings, timeguard
from ninefold.ledger.authors import names_author, without_author
from ninefold.ledger.drafts import NamelessError, Seal
from ninefold.ledger.endings import Ended, done_again
from ninefold.ledger.kinds import Kind, entry_kind, is_lasting
from ninefold.ledger.models import Body, Entry, Tombstone
from ninefold.ledger.old_pages import overwrite_deleted
from ninefold.ledger.refs import Ref
from ninefold.ledger.writing import NewEntry, Row, take_turn, write


class Written(NamedTuple):
    """What `append_many` tells of each entry."""

    serial: int
    hex: str
    commitment: bytes

    @property
    def id(self) -> UUID:
        """The id of the entry."""
        return UUID(self.hex)


ERASED = entry_kind("ledger.erased", "erased the text of an entry")


def append(
    *,
    kind: Kind,
    actor: str,
    subject: Ref,
    now: datetime,
    marking: str,
    body: Mapping[str, Any],
    links: Sequence[str] = (),
    seal: Seal | None = None,
) -> Entry:
    """Write one act inside the caller's transaction; the change and its entry stand or fall together.

    `actor` is `access:person:<uuid>`, `clock` or `node`. `links` are commitments (hex) of earlier entries. An entry
    marked `tlp:clear` is published with its body as soon as it is in the tree. `InvalidError` names what does not fit.

    With a `seal` its actor signs it: the entry is the one that was drawn up, or none (`drafts.py`). Without one a
    consequential act is refused to an actor who has a living key. Under the Chatham House Rule a person's act is
    written without him and unsigned (`authors.py`); with a seal it raises `NamelessError`, and nothing is written.
    """
    if seal and names_author(actor=actor, marking=marking):
        raise NamelessError
    closing = directory.closing_of(seal, actor, now) if seal else None
    ((serial, id_, name, by, subject_kind, _, _, _, *sealed),) = _append(
        [NewEntry(kind, actor, subject, now, marking, body, links, closing)]
    )
    return Entry(serial, UUID(id_), name, by, subject_kind, subject.id, now, marking, *sealed)


def append_many(acts: Sequence[NewEntry]) -> list[Written]:
    """Write many acts at once, in order, inside the caller's transaction; they get consecutive serials."""
    return [Written(row[0], row[1], row[-1]) for row in _append(acts)]


def _append(acts: Sequence[NewEntry]) -> list[Row]:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("An entry is written inside the transaction of its act.")
    keeping.require_current()
    take_turn()
    if acts:
        timeguard.require_for_act(max(act.time for act in acts))
    written = [without_author(act) for act in acts]
    directory.require_signed(written)
    rows = write(written)
    hearing.tell((row[0], act) for row, act in zip(rows, acts, strict=True))
    doorbell.ring()
    return rows


def erase(*, entry: Entry, reason: str, by: str, now: datetime) -> Entry:
    """Delete the body of an entry and its key; a tombstone, itself an entry, says by whom and why.

    The envelope stays, so the tree still checks. Whoever already holds an opening keeps it.
    """
    if entry.kind == ERASED.name:
        raise RefusedError("A tombstone cannot be erased.")
    if entry.kind in (listings.LISTED, listings.ENDED):
        raise RefusedError("An entry of the key directory names nobody and cannot be erased: signatures rest on it.")
    if is_lasting(entry.kind):
        raise RefusedError("An entry that holds rows of the database names nobody in words and cannot be erased.")
    if not reason.strip():
        raise InvalidError("Say why this is erased; the reason stays in the log.")
    with transaction.atomic():
        take_turn()
        if not Body.objects.filter(entry=entry).exists():
            raise ConflictError("The text of this entry has been erased already.")
        told = append(
            kind=ERASED,
            actor=by,
            subject=Ref.parse(f"{entry.subject_kind}:{entry.subject_id}"),
            now=now,
            marking=entry.marking,
            body={"entry": str(entry.id), "reason": reason},
            links=[bytes(entry.commitment).hex()],
        )
        _shred(entry, told)
    return told


@done_again(ERASED, id_in="entry")
def erase_again(ended: Sequence[Ended], now: datetime) -> int:
    """Erase once more what an old copy brought back; the node says so in a tombstone of its own."""
    there = Entry.objects.filter(id__in=[one.id for one in ended])
    fresh = list(there.filter(tombstone=None).order_by("serial"))
    for entry in fresh:
        subject = Ref.parse(f"{entry.subject_kind}:{entry.subject_id}")
        body = {"entry": str(entry.id), "reason": "It was erased before; the copy that was restored was older."}
        links = [bytes(entry.commitment).hex()]
        told = append(
            kind=ERASED, actor="node", subject=subject, now=now, marking=entry.marking, body=body, links=links
        )
        _shred(entry, told)
    return len(fresh)


def _shred(entry: Entry, told: Entry) -> None:
    """The tombstone first, then the body: the triggers let it go in this order only."""
    overwrite_deleted(Body._meta.db_table)
    Tombstone.objects.create(entry=entry, told=told)
    Body.objects.filter(entry=entry).delete()
