"""Vaults come here from outside: custodians publish the keys they made, and somebody brings the file of a vault."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from ninefold.access.actions.entries import (
    CUSTODIAN_KEY_ENDED,
    CUSTODIAN_KEY_PUBLISHED,
    VAULT_REGISTERED,
    record,
)
from ninefold.access.actions.releases import new_releases, place
from ninefold.access.markings import read
from ninefold.access.models import CustodianKey, Person, Vault, VaultCustodian
from ninefold.access.policy import VaultFacts, may_register_vault
from ninefold.access.reads import reader_of, require_published
from ninefold.access.vault_models import COUNTS, ITEMS
from ninefold.access.vaults.age_keys import require_recipient
from ninefold.access.vaults.states import needed_to_destroy
from ninefold.access.vaults.vault_file import VaultFile
from ninefold.clock import stamp
from ninefold.errors import ConflictError, InvalidError, NotThereError, RefusedError
from ninefold.ledger.drafts import Seal
from ninefold.ledger.refs import Ref
from ninefold.words.text import Text, in_one, plain

PUBLISHED_FOR = timedelta(days=732)
"""How long a published key is offered to who founds a vault. A vault that has it keeps it."""

_LONGEST_NAME = 100


@transaction.atomic
def publish_custodian_key(
    *, by: Person, now: datetime, name: str, recipient: str, seal: Seal | None = None
) -> CustodianKey:
    """Let others make him a custodian: the public half of an age key that he made himself and keeps."""
    if by.is_administrator:
        raise RefusedError("An administrator reads no record, so he keeps no share of a vault; name somebody else.")
    name = plain(name)
    if not name or len(name) > _LONGEST_NAME:
        raise InvalidError(
            "Give it a name of at most {most} characters, by which you will know it.", most=_LONGEST_NAME
        )
    require_recipient(recipient)
    try:
        with transaction.atomic():
            key = CustodianKey.objects.create(
                id=seal.draft.record if seal else uuid4(),
                person=by,
                name=name,
                recipient=recipient,
                starts=now,
                ends=now + PUBLISHED_FOR,
            )
    except IntegrityError:
        raise ConflictError("This key is published already; make a new one.") from None
    body = {"key": str(key.pk), "recipient": recipient, "ends": stamp(key.ends)}
    record(CUSTODIAN_KEY_PUBLISHED, by=by, now=now, subject="person", record_id=by.pk, body=body, seal=seal)
    return key


@transaction.atomic
def end_custodian_key(*, by: Person, now: datetime, key: UUID) -> None:
    """Offer one of his keys no longer. Vaults that have it keep it."""
    mine = CustodianKey.objects.filter(pk=key, person=by)
    if not mine.exists():
        raise NotThereError
    if not mine.filter(ends__gt=now).update(ends=now):
        raise ConflictError("It has ended already.")
    record(CUSTODIAN_KEY_ENDED, by=by, now=now, subject="person", record_id=by.pk, body={"key": str(key)})


@transaction.atomic
def register_vault(
    *,
    by: Person,
    now: datetime,
    file: bytes,
    marking: str,
    audiences: Collection[UUID],
    purpose: Text | None = None,
    holds: str = ITEMS,
    destroy_on: date | None = None,
    seal: Seal | None = None,
) -> Vault:
    """Bring a vault here by its public file. Its form is checked; that its shares open, only custodians can check."""
    told = VaultFile.parse(file)
    people = _people(told, now)
    facts = VaultFacts(told.id, frozenset(person.pk for person in people.values()))
    administrates = any(person.is_administrator for person in people.values())
    may_register_vault(
        reader_of(by), facts, registrar="registrar" in by.roles, custodian_administrates=administrates
    ).require()
    _require_destroyable(told, len(people))
    _require_terms(marking, holds, destroy_on, now)
    releases = new_releases(by=by, now=now, marking=marking, audiences=audiences)
    vault = _stored(told, by=by, purpose=purpose, holds=holds, marking=marking, destroy_on=destroy_on)
    VaultCustodian.objects.bulk_create(
        VaultCustodian(
            vault=vault, index=index, label=one.label, recipient=one.recipient, person=people.get(one.recipient)
        )
        for index, one in enumerate(told.custodians, start=1)
    )
    place(record=Ref("access", "vault", vault.pk), releases=releases, now=now, by=by)
    body = {
        "name": told.name,
        "file": told.digest().hex(),
        "recipient": told.recipient,
        "k": told.k,
        "n": told.n,
        "holds": holds,
        "destroy_on": destroy_on.isoformat() if destroy_on else None,
    }
    record(VAULT_REGISTERED, by=by, now=now, subject="vault", record_id=vault.pk, body=body, marking=marking, seal=seal)
    return vault


def _people(told: VaultFile, now: datetime) -> dict[str, Person]:
    """The custodians with an account, by the recipients that they published."""
    named = {one.recipient for one in told.custodians}
    rows = CustodianKey.objects.filter(recipient__in=named, starts__lte=now, ends__gt=now, person__is_active=True)
    rows = rows.select_related("person")
    require_published(rows)
    return {row.recipient: row.person for row in rows}


def _stored(
    told: VaultFile, *, by: Person, purpose: Text | None, holds: str, marking: str, destroy_on: date | None
) -> Vault:
    try:
        with transaction.atomic():
            return Vault.objects.create(
                id=told.id,
                name=in_one(by.language, told.name),
                purpose=purpose,
                holds=holds,
                recipient=told.recipient,
                k=told.k,
                n=told.n,
                file=told.text(),
                digest=told.digest(),
                marking=marking,
                founded_day=told.founded,
                destroy_on=destroy_on,
            )
    except IntegrityError:
        raise ConflictError("This vault is here already.") from None


def _require_destroyable(told: VaultFile, known: int) -> None:
    """Enough custodians must be able to confirm here that their keys are destroyed."""
    if known < needed_to_destroy(told.k, told.n):
        raise InvalidError(
            "At least {needed} custodians need an account here with the published key that stands in the file, so that "
            "they can confirm its destruction; {known} have one.",
            needed=needed_to_destroy(told.k, told.n),
            known=known,
        )


def _require_terms(marking: str, holds: str, destroy_on: date | None, now: datetime) -> None:
    if not read(marking).rank:
        raise InvalidError("A vault is not made known to everybody; choose tlp:green or a stricter marking.")
    if holds not in {ITEMS, COUNTS}:
        raise InvalidError("A vault holds items or counts; choose one.")
    if destroy_on is not None and destroy_on <= now.date():
        raise InvalidError("The day of its destruction must lie ahead; choose a later day.")
