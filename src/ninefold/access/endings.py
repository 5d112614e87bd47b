"""What of this room must not come back with an old copy: memberships, releases, keys, factors, accounts, vaults."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import F, Model
from django.db.models.functions import Greatest

from ninefold.access.actions.entries import (
    ACCOUNT_CLOSED,
    CUSTODIAN_KEY_ENDED,
    CUSTODY_PASSED,
    DEPARTURE_WITHDRAWN,
    DIRECTORY_UNLINKED,
    FACTOR_REMOVED,
    GROUP_WITHDRAWN,
    INVITATION_WITHDRAWN,
    KEY_ENDED,
    MEMBERSHIP_ENDED,
    OFFER_WITHDRAWN,
    RELEASE_ENDED,
    TOKEN_REVOKED,
    VAULT_DESTROYED,
    VAULT_ERASED,
    VAULT_KEY_DESTROYED,
)
from ninefold.access.actions.signing_keys import end_row
from ninefold.access.models import (
    Audience,
    CustodianKey,
    Departure,
    DirectoryLink,
    GroupConsent,
    Key,
    Link,
    Membership,
    NoticeTerms,
    Offer,
    Person,
    Release,
    Session,
    Token,
    Vault,
    VaultCustodian,
    VaultItem,
)
from ninefold.access.vaults.states import DESTROYED, ERASED
from ninefold.ledger.endings import Ended, done_again
from ninefold.ledger.old_pages import overwrite_deleted


@done_again(MEMBERSHIP_ENDED)
def end_memberships(ended: Sequence[Ended], now: datetime) -> int:
    """Each ends at the moment at which it did."""
    return sum(_end(Membership, one) for one in ended)


@done_again(CUSTODY_PASSED, detail_in="custodian")
def pass_custody_again(ended: Sequence[Ended], now: datetime) -> int:
    """Who gave an audience out of his keeping does not keep it again; the last of several is the custodian."""
    passed = 0
    for one in ended:
        keeper = Person.objects.filter(pk=one.detail).first()
        if keeper is not None:  # an account that the copy does not have yet keeps nothing
            others = Audience.objects.filter(pk=one.id).exclude(custodian=keeper)
            passed += others.update(custodian=keeper, successor=None)
    return passed


@done_again(DEPARTURE_WITHDRAWN)
def withdraw_departures(ended: Sequence[Ended], now: datetime) -> int:
    """An account whose closing was taken back does not close after all."""
    return Departure.objects.filter(person__in=[one.id for one in ended]).delete()[0]


@done_again(OFFER_WITHDRAWN, id_in="offer")
def withdraw_offers(ended: Sequence[Ended], now: datetime) -> int:
    """What was taken back waits for nobody."""
    return Offer.objects.filter(pk__in=[one.id for one in ended]).delete()[0]


@done_again(INVITATION_WITHDRAWN)
def withdraw_invitations(ended: Sequence[Ended], now: datetime) -> int:
    """A link that was taken back lets nobody in."""
    return Link.objects.filter(person__in=[one.id for one in ended]).delete()[0]


@done_again(RELEASE_ENDED)
def end_releases(ended: Sequence[Ended], now: datetime) -> int:
    """Each ends at the moment at which it did."""
    return sum(_end(Release, one) for one in ended)


@done_again(TOKEN_REVOKED, id_in="token")
def revoke_tokens(ended: Sequence[Ended], now: datetime) -> int:
    """Each ends at the moment at which it did."""
    return sum(_end(Token, one) for one in ended)


@done_again(KEY_ENDED, id_in="key", detail_in="reason")
def end_keys(ended: Sequence[Ended], now: datetime) -> int:
    """Each ends at the moment at which it did, and the directory says so again: the copy does not hold that entry."""
    found = Key.objects.in_bulk([one.id for one in ended])
    again = [(found[one.id], one) for one in ended if one.id in found and found[one.id].ends > one.time]
    for key, one in again:
        end_row(key, max(one.time, key.starts), one.detail or "unused")
    return len(again)


@done_again(DIRECTORY_UNLINKED)
def untie_directories(ended: Sequence[Ended], now: datetime) -> int:
    """The directory opens the account no longer."""
    return DirectoryLink.objects.filter(person__in=[one.id for one in ended]).delete()[0]


@done_again(GROUP_WITHDRAWN, id_in="consent")
def withdraw_groups(ended: Sequence[Ended], now: datetime) -> int:
    """Each ends at the moment at which it did; whom it let in has an ending of his own."""
    return sum(_end(GroupConsent, one) for one in ended)


@done_again(CUSTODIAN_KEY_ENDED, id_in="key")
def end_custodian_keys(ended: Sequence[Ended], now: datetime) -> int:
    """Each ends at the moment at which it did."""
    return sum(_end(CustodianKey, one) for one in ended)


@done_again(VAULT_KEY_DESTROYED, detail_in="recipient")
def confirm_destroyed_keys(ended: Sequence[Ended], now: datetime) -> int:
    """A custodian who destroyed his key to a vault has none, whatever the copy says."""
    return sum(
        VaultCustodian.objects.filter(vault=one.id, recipient=one.detail, confirmed_day=None).update(
            confirmed_day=one.time.date()
        )
        for one in ended
    )


@done_again(VAULT_ERASED)
def erase_vaults(ended: Sequence[Ended], now: datetime) -> int:
    """What a vault held is deleted again, with its shares."""
    return sum(_empty(one.id, ERASED) for one in ended)


@done_again(VAULT_DESTROYED)
def destroy_vaults(ended: Sequence[Ended], now: datetime) -> int:
    """The same, for good."""
    return sum(_empty(one.id, DESTROYED) for one in ended)


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
        DirectoryLink.objects.filter(person=one.id).delete()
        NoticeTerms.objects.filter(person=one.id).delete()
        for row in (Token, CustodianKey):
            for held in row._default_manager.filter(person=one.id).values_list("pk", flat=True):
                _end(row, Ended(held, one.time))
        keys = Key.objects.filter(person=one.id).values_list("pk", flat=True)
        end_keys([Ended(key, one.time, "closed") for key in keys], now)
    return closed


def end_every_way_in(now: datetime) -> int:
    """After a restore nobody is signed in and no address or token that may have been seen elsewhere opens anything."""
    tokens = Token.objects.filter(ends__gt=now)
    ended = tokens.update(ends=Greatest(F("starts"), now))
    return ended + sum(rows.delete()[0] for rows in (Session.objects.all(), Link.objects.all()))


def _end(model: type[Model], ended: Ended) -> int:
    rows = model._default_manager.filter(pk=ended.id, ends__gt=ended.time)
    return rows.update(ends=Greatest(F("starts"), ended.time))


def _empty(vault: UUID, state: str) -> int:
    overwrite_deleted(Vault._meta.db_table, VaultItem._meta.db_table)
    VaultItem.objects.filter(vault=vault).update(ciphertext=None)
    return Vault.objects.filter(pk=vault).exclude(state=state).update(state=state, file=None)


def _lock_out(person: UUID) -> None:
    found = Person.objects.get(pk=person)
    found.set_unusable_password()
    found.secured = False
    found.save(update_fields=["password", "secured"])
