"""Whom the acts of this room concern, so that notices tell them to look."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from ninefold.access.actions.entries import (
    MEMBER_ADDED,
    RELEASED,
    VAULT_DESTROYED,
    VAULT_ERASED,
    VAULT_KEY_DESTROYED,
    VAULT_REGISTERED,
)
from ninefold.access.actions.outbox import concerns
from ninefold.access.models import Membership, Release, VaultCustodian
from ninefold.access.reads import open_at
from ninefold.ledger.hearing import Heard


def let_in(heard: Heard, now: datetime) -> Collection[UUID]:
    """Who was added to an audience, as long as his membership lasts."""
    rows = Membership.objects.filter(pk=heard.subject.id, ends__gt=now)
    return set(rows.values_list("person", flat=True))


def given(heard: Heard, now: datetime) -> Collection[UUID]:
    """Who reads through a release at this moment; who is in no audience of it is told nothing of what all may read."""
    opened = Release.objects.filter(open_at(now), pk=heard.subject.id)
    rows = Membership.objects.filter(audience__in=opened.values("audience"), starts__lte=now, ends__gt=now)
    people = rows.select_related("person")
    return {row.person_id for row in people if not row.person.is_administrator}


def keeping_shares(heard: Heard, now: datetime) -> Collection[UUID]:
    """The custodians of a vault: asked to see that their share opens, or to destroy their key."""
    rows = VaultCustodian.objects.filter(vault=heard.subject.id, person__isnull=False)
    return {person for person in rows.values_list("person", flat=True) if person}


concerns(MEMBER_ADDED, let_in)
concerns(RELEASED, given)
for _kind in (VAULT_REGISTERED, VAULT_KEY_DESTROYED, VAULT_ERASED, VAULT_DESTROYED):
    concerns(_kind, keeping_shares)
