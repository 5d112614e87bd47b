"""What of this room must not come back with an old copy: memberships, releases, tokens, keys, factors, accounts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import F, Model
from django.db.models.functions import Greatest

from ninefold.access.actions.entries import (
    ACCOUNT_CLOSED,
    FACTOR_REMOVED,
    KEY_ENDED,
    MEMBERSHIP_ENDED,
    RELEASE_ENDED,
    TOKEN_REVOKED,
)
from ninefold.access.models import Key, Link, Membership, Person, Release, Session, Token
from ninefold.ledger.endings import Ended, done_again


@done_again(MEMBERSHIP_ENDED)
def end_memberships(ended: Sequence[Ended], now: datetime) -> int:
    """Each ends at the moment at which it did."""
    return sum(_end(Membership, one) for one in ended)


@done_again(RELEASE_ENDED)
def end_releases(ended: Sequence[Ended], now: datetime) -> int:
    """Each ends at the moment at which it did."""
    return sum(_end(Release, one) for one in ended)


@done_again(TOKEN_REVOKED, id_in="token")
def revoke_tokens(ended: Sequence[Ended], now: datetime) -> int:
    """Each ends at the moment at which it did."""
    return sum(_end(Token, one) for one in ended)


@done_again(KEY_ENDED, id_in="key")
def end_keys(ended: Sequence[Ended], now: datetime) -> int:
    """Each ends at the moment at which it did."""
    return sum(_end(Key, one) for one in ended)


@done_again(FACTOR_REMOVED, detail_in="factor")
def remove_factors(ended: Sequence[Ended], now: datetime) -> int:
    """A lost device must not open the account again; which of several it was is not told, so all of its kind go.

    Who has none left cannot enter with his password alone either: he begins again with a link to a new password.
    """
    removed = 0
    for one in ended:
        kinds = [one.detail] if one.detail else Authenticator.Type.values
        removed += Authenticator.objects.filter(user=one.id, type__in=kinds).delete()[0]
        if not Authenticator.objects.filter(user=one.id).exclude(type="recovery_codes").exists():
            _lock_out(one.id)
    return removed


@done_again(ACCOUNT_CLOSED)
def close_accounts(ended: Sequence[Ended], now: datetime) -> int:
    """Everything that lets the person in ends with the account."""
    closed = 0
    for one in ended:
        closed += Person.objects.filter(pk=one.id, is_active=True).update(is_active=False)
        for row in (Token, Key):
            for held in row._default_manager.filter(person=one.id).values_list("pk", flat=True):
                _end(row, Ended(held, one.time))
    return closed


def end_every_way_in(now: datetime) -> int:
    """After a restore nobody is signed in and no address or token that may have been seen elsewhere opens anything."""
    tokens = Token.objects.filter(ends__gt=now)
    ended = tokens.update(ends=Greatest(F("starts"), now))
    return ended + sum(rows.delete()[0] for rows in (Session.objects.all(), Link.objects.all()))


def _end(model: type[Model], ended: Ended) -> int:
    rows = model._default_manager.filter(pk=ended.id, ends__gt=ended.time)
    return rows.update(ends=Greatest(F("starts"), ended.time))


def _lock_out(person: UUID) -> None:
    found = Person.objects.get(pk=person)
    found.set_unusable_password()
    found.secured = False
    found.save(update_fields=["password", "secured"])
