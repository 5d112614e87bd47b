"""What of this room lets somebody in, and which entries gave it."""

from collections.abc import Iterator
from datetime import datetime

from ninefold.access.actions.entries import (
    ACCOUNT_CLOSED,
    AUDIENCE_OPENED,
    DIRECTORY_LINKED,
    KEY_ENDED,
    KEY_ENROLLED,
    MEMBER_ADDED,
    MEMBERSHIP_ENDED,
    MEMBERSHIP_PROLONGED,
    RELEASE_ENDED,
    TOKEN_ISSUED,
    TOKEN_REVOKED,
)
from ninefold.access.grants_vaults import custodian_keys, custodians, vault_items, vaults
from ninefold.access.models import DirectoryLink, Key, Membership, Person, Release, Token
from ninefold.ledger.grants import Grant, granted
from ninefold.ledger.models import Entry

__all__ = ["custodian_keys", "custodians", "vault_items", "vaults"]


@granted(MEMBER_ADDED, MEMBERSHIP_PROLONGED, ended=MEMBERSHIP_ENDED)
def memberships(now: datetime) -> Iterator[Grant]:
    """Who reads through an audience that somebody opened, and until when."""
    opened = Entry.objects.filter(kind=AUDIENCE_OPENED.name).values("subject_id")
    for row in Membership.objects.filter(ends__gt=now, audience__in=opened).iterator():
        told: dict[str, str | datetime] = {"audience": str(row.audience_id), "person": str(row.person_id)}
        yield Grant(row.pk, told | {"ends": row.ends})


@granted(TOKEN_ISSUED, ended=TOKEN_REVOKED, id_in="token")
def tokens(now: datetime) -> Iterator[Grant]:
    """Who acts by a token, and until when."""
    for row in Token.objects.filter(ends__gt=now).iterator():
        yield Grant(row.pk, {"ends": row.ends})


@granted(KEY_ENROLLED, ended=KEY_ENDED, id_in="key")
def signing_keys(now: datetime) -> Iterator[Grant]:
    """Who signs with which key, and until when."""
    for row in Key.objects.filter(ends__gt=now).iterator():
        yield Grant(row.pk, {"public": bytes(row.public).hex(), "ends": row.ends})


@granted(DIRECTORY_LINKED)
def directory_links(now: datetime) -> Iterator[Grant]:
    """Whose account a directory opens; the entry names the person and the issuer."""
    for row in DirectoryLink.objects.iterator():
        yield Grant(row.person_id, {"issuer": row.issuer})


@granted(ended=RELEASE_ENDED)
def releases(now: datetime) -> Iterator[Grant]:
    """Which record is open to whom. The entries of many rooms give releases, so only their ends are held here."""
    yield from (Grant(pk, {}) for pk in Release.objects.filter(ends__gt=now).values_list("pk", flat=True))


@granted(ended=ACCOUNT_CLOSED)
def accounts(now: datetime) -> Iterator[Grant]:
    """Who may sign in."""
    yield from (Grant(pk, {}) for pk in Person.objects.filter(is_active=True).values_list("pk", flat=True))
