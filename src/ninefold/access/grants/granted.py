"""Memberships, tokens, signing keys and open accounts, and which entries gave them."""

from collections.abc import Iterator
from datetime import datetime

from ninefold.access.actions.entries import (
    ACCOUNT_CLOSED,
    AUDIENCE_OPENED,
    KEY_ENDED,
    KEY_ENROLLED,
    MEMBER_ADDED,
    MEMBERSHIP_ENDED,
    MEMBERSHIP_PROLONGED,
    TOKEN_ISSUED,
    TOKEN_REVOKED,
)
from ninefold.access.models import Key, Membership, Person, Token
from ninefold.ledger.grants import Grant, granted
from ninefold.ledger.models import Entry


@granted(MEMBER_ADDED, MEMBERSHIP_PROLONGED, ended=MEMBERSHIP_ENDED)
def memberships(now: datetime) -> Iterator[Grant]:
    """Who reads through an audience that somebody opened, and until when."""
    opened = Entry.objects.filter(kind=AUDIENCE_OPENED.name).values("subject_id")
    for row in Membership.objects.filter(ends__gt=now, audience__in=opened).iterator():
        told: dict[str, str | datetime] = {"audience": str(row.audience_id), "person": str(row.person_id)}
        yield Grant(row.pk, told | {"ends": row.ends})


@granted(TOKEN_ISSUED, ended=TOKEN_REVOKED, id_in="token")
def tokens(now: datetime) -> Iterator[Grant]:
    """Who acts by which token, how far, and until when."""
    for row in Token.objects.filter(ends__gt=now).iterator():
        told = {"whose": str(row.person_id), "digest": bytes(row.digest).hex(), "scopes": row.scopes, "ends": row.ends}
        yield Grant(row.pk, told)


@granted(KEY_ENROLLED, ended=KEY_ENDED, id_in="key")
def signing_keys(now: datetime) -> Iterator[Grant]:
    """Who signs with which key, and until when."""
    for row in Key.objects.filter(ends__gt=now).iterator():
        yield Grant(row.pk, {"whose": str(row.person_id), "public": bytes(row.public).hex(), "ends": row.ends})


@granted(ended=ACCOUNT_CLOSED)
def accounts(now: datetime) -> Iterator[Grant]:
    """Who may sign in."""
    yield from (Grant(pk, {}) for pk in Person.objects.filter(is_active=True).values_list("pk", flat=True))
