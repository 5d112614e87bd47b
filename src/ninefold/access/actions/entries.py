"""What this room writes to the ledger. Its entries name people and audiences, so only those concerned read them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from ninefold.access.models import Person
from ninefold.access.reads import actor_name
from ninefold.ledger.actions import append
from ninefold.ledger.drafts import Seal
from ninefold.ledger.kinds import Kind, entry_kind
from ninefold.ledger.models import Entry
from ninefold.ledger.refs import Ref

INVITED = entry_kind("access.invited", "invited a person")
INVITED_AGAIN = entry_kind("access.invited-again", "gave a person a new invitation")
INVITATION_WITHDRAWN = entry_kind("access.invitation-withdrawn", "withdrew an invitation")
JOINED = entry_kind("access.joined", "took up an invitation")
ACCOUNT_CLOSED = entry_kind("access.account-closed", "closed an account", consequential=True)
DEPARTURE_SET = entry_kind("access.departure-set", "set the day on which an account closes", consequential=True)
DEPARTURE_WITHDRAWN = entry_kind("access.departure-withdrawn", "took back the day on which an account would close")
SUCCESSOR_NAMED = entry_kind("access.successor-named", "named who keeps an audience next", consequential=True)
CUSTODY_PASSED = entry_kind("access.custody-passed", "passed on the custody of an audience", consequential=True)
FACTOR_ADDED = entry_kind("access.factor-added", "added a second factor")
FACTOR_REMOVED = entry_kind("access.factor-removed", "removed a second factor")
PASSWORD_STORED = entry_kind("access.password-stored", "stored a password", lasting=True)
LANGUAGE_CHANGED = entry_kind("access.language-changed", "changed the language of an account")
TOKEN_ISSUED = entry_kind("access.token-issued", "made a personal token")
TOKEN_REVOKED = entry_kind("access.token-revoked", "ended a personal token")
KEY_ENROLLED = entry_kind("access.key-enrolled", "enrolled a signing key")
KEY_ENDED = entry_kind("access.key-ended", "ended a signing key")
AUDIENCE_OPENED = entry_kind("access.audience-opened", "opened an audience", consequential=True)
MEMBER_ADDED = entry_kind("access.member-added", "added a person to an audience")
OFFERED = entry_kind("access.offered", "offered an audience to a person who was invited")
OFFER_WITHDRAWN = entry_kind("access.offer-withdrawn", "took back the offer of an audience")
MEMBERSHIP_ENDED = entry_kind("access.membership-ended", "ended a membership")
MEMBERSHIP_PROLONGED = entry_kind("access.membership-prolonged", "set a new end to a membership")
DIRECTORY_LINKED = entry_kind("access.directory-linked", "tied a directory's sign-in to an account")
DIRECTORY_UNLINKED = entry_kind("access.directory-unlinked", "untied a directory's sign-in from an account")
DIRECTORY_NAMED = entry_kind("access.directory-named", "named the directory through which people sign in")
DIRECTORY_CHANGED = entry_kind("access.directory-changed", "found the directory's file changed")
GROUP_CONFIRMED = entry_kind("access.group-confirmed", "let a directory's group into an audience")
GROUP_WITHDRAWN = entry_kind("access.group-withdrawn", "closed an audience to a directory's group")
PLACED = entry_kind("access.placed", "released a new record", lasting=True)
RELEASED = entry_kind("access.released", "released a record")
RELEASE_ENDED = entry_kind("access.release-ended", "ended a release")
CUSTODIAN_KEY_PUBLISHED = entry_kind("access.custodian-key-published", "published a custodian's key")
CUSTODIAN_KEY_ENDED = entry_kind("access.custodian-key-ended", "ended a custodian's key")
VAULT_REGISTERED = entry_kind("access.vault-registered", "brought a vault")
VAULT_ITEM_SEALED = entry_kind("access.vault-item-sealed", "put a sealed item into a vault")
VAULT_KEY_DESTROYED = entry_kind("access.vault-key-destroyed", "confirmed that a key to a vault is destroyed")
VAULT_ERASED = entry_kind("access.vault-erased", "deleted what a vault held, on its day")
VAULT_DESTROYED = entry_kind("access.vault-destroyed", "destroyed a vault")
CHANNEL_OPENED = entry_kind("access.channel-opened", "turned notices on")
CHANNEL_ENDED = entry_kind("access.channel-ended", "turned notices off")
AUDIENCE_HUSHED = entry_kind("access.audience-hushed", "set whether notices are sent of what an audience reads")
MARKING_LOWERED = entry_kind("access.marking-lowered", "lowered a marking", consequential=True)

# For the eyes of those concerned: an entry that named an audience to others would tell them that it exists.
_MARKING = "tlp:red"


def record(
    kind: Kind,
    *,
    by: Person | None,
    now: datetime,
    subject: str,
    record_id: UUID,
    body: Mapping[str, Any],
    marking: str = _MARKING,
    alone: str = "node",
    seal: Seal | None = None,
) -> Entry:
    """Write the entry of an act of this room; where nobody acts (None), `alone` says whether node or clock did."""
    return append(
        kind=kind,
        actor=actor_name(by) if by else alone,
        subject=Ref("access", subject, record_id),
        now=now,
        marking=marking,
        body=body,
        seal=seal,
    )
