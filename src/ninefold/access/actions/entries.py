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
JOINED = entry_kind("access.joined", "took up an invitation")
ACCOUNT_CLOSED = entry_kind("access.account-closed", "closed an account", consequential=True)
FACTOR_ADDED = entry_kind("access.factor-added", "added a second factor")
FACTOR_REMOVED = entry_kind("access.factor-removed", "removed a second factor")
TOKEN_ISSUED = entry_kind("access.token-issued", "made a personal token")
TOKEN_REVOKED = entry_kind("access.token-revoked", "ended a personal token")
KEY_ENROLLED = entry_kind("access.key-enrolled", "enrolled a signing key")
KEY_ENDED = entry_kind("access.key-ended", "ended a signing key")
AUDIENCE_OPENED = entry_kind("access.audience-opened", "opened an audience", consequential=True)
MEMBER_ADDED = entry_kind("access.member-added", "added a person to an audience")
MEMBERSHIP_ENDED = entry_kind("access.membership-ended", "ended a membership")
RELEASED = entry_kind("access.released", "released a record")
RELEASE_ENDED = entry_kind("access.release-ended", "ended a release")
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
    seal: Seal | None = None,
) -> Entry:
    """Write the entry of an act of this room; nobody (None) is the node itself."""
    return append(
        kind=kind,
        actor=actor_name(by) if by else "node",
        subject=Ref("access", subject, record_id),
        now=now,
        marking=_MARKING,
        body=body,
        seal=seal,
    )
