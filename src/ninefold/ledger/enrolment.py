"""Changes of the key directory: a key is listed under its owner's label, and is ended. The entries name nobody.

Their actor is the node, their subject random and their time the day: whoever opens one learns a label and a key.
"""

from datetime import datetime, time
from typing import Any
from uuid import uuid4

from ninefold.errors import ConflictError, InvalidError
from ninefold.ledger import listings
from ninefold.ledger.actions import append
from ninefold.ledger.directory import living_keys
from ninefold.ledger.kinds import Kind, entry_kind
from ninefold.ledger.listings import End, Listing, tag_of
from ninefold.ledger.models import Entry, Listed
from ninefold.ledger.refs import Ref
from ninefold.ledger.signatures import SigningKey

KEY_LISTED = entry_kind(listings.LISTED, "listed a signing key")
KEY_ENDED = entry_kind(listings.ENDED, "ended a signing key")
_MARKING = "tlp:red"


def list_key(*, actor: str, label: bytes, key: SigningKey, now: datetime, ends: datetime) -> Listed:
    """List a key under the actor's label inside the caller's transaction; from the day on, until `ends`."""
    if len(label) != listings.LABEL:
        raise InvalidError("A label is 32 random bytes.")
    if Listed.objects.filter(label=label).exclude(actor=actor).exists():
        raise ConflictError("This label is another person's.")
    listing = Listing(label, _next_number(label), key, _day(now), ends)
    entry = _append(KEY_LISTED, now, listing.body())
    return Listed.objects.create(
        entry=entry,
        actor=actor,
        label=label,
        number=listing.number,
        tag=tag_of(label, listing.number),
        kind=key.kind,
        public=key.public,
        rp=key.rp,
        starts=listing.starts,
        ends=ends,
    )


def end_listing(*, listed: Listed, now: datetime, reason: str) -> Listed:
    """End a key at this moment inside the caller's transaction; what it signed before stays signed."""
    if reason not in listings.REASONS:
        raise InvalidError("A key ends for one of the reasons {reasons}.", reasons=", ".join(listings.REASONS))
    if not living_keys(listed.actor, now).filter(pk=listed.pk).exists():
        raise ConflictError("This key has ended already.")
    label = bytes(listed.label)
    end = End(label, _next_number(label), bytes(listed.entry.commitment).hex(), now, reason)
    entry = _append(KEY_ENDED, now, end.body(), [end.ends])
    return Listed.objects.create(
        entry=entry,
        actor=listed.actor,
        label=label,
        number=end.number,
        tag=tag_of(label, end.number),
        ended=listed,
        public=b"",
        starts=now,
        ends=now,
    )


def _append(kind: Kind, now: datetime, body: dict[str, Any], links: list[str] | None = None) -> Entry:
    subject = Ref("ledger", "key", uuid4())
    return append(
        kind=kind, actor="node", subject=subject, now=_day(now), marking=_MARKING, body=body, links=links or []
    )


def _next_number(label: bytes) -> int:
    number = Listed.objects.filter(label=label).count()
    if number >= listings.MOST:
        raise ConflictError("Under this label stand as many keys as there may be; ask for a new account.")
    return number


def _day(moment: datetime) -> datetime:
    return datetime.combine(moment.date(), time(), moment.tzinfo)
