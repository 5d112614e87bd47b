"""What of vaults was given by an entry: their keys and custodians, what lies in them, and keys for the next."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from ninefold.access.actions.entries import (
    CUSTODIAN_KEY_ENDED,
    CUSTODIAN_KEY_PUBLISHED,
    VAULT_ITEM_SEALED,
    VAULT_REGISTERED,
)
from ninefold.access.models import CustodianKey, Vault, VaultCustodian, VaultItem
from ninefold.access.reads import as_rows_say
from ninefold.errors import NinefoldError
from ninefold.ledger.grants import Grant, granted
from ninefold.ledger.models import Entry
from ninefold.ledger.reads import opening_of


@granted(VAULT_REGISTERED)
def vaults(now: datetime) -> Iterator[Grant]:
    """To which key things are sealed, and which custodians open them: what its rows make of its file."""
    for row in Vault.objects.iterator():
        said = as_rows_say(row)
        yield Grant(row.pk, {name: str(said[name]) for name in ("file", "recipient", "holds")})


@granted(CUSTODIAN_KEY_PUBLISHED, ended=CUSTODIAN_KEY_ENDED, id_in="key")
def custodian_keys(now: datetime) -> Iterator[Grant]:
    """Which keys are offered to who founds a vault, and until when."""
    for row in CustodianKey.objects.filter(ends__gt=now).iterator():
        yield Grant(row.pk, {"recipient": row.recipient, "ends": row.ends})


@granted(CUSTODIAN_KEY_PUBLISHED)
def custodians(now: datetime) -> Iterator[Grant]:
    """Who published which key: nobody else's stands in his name, for the next vault or in one that there is."""
    offered = CustodianKey.objects.values_list("person", "recipient")
    kept = VaultCustodian.objects.exclude(person=None).values_list("person", "recipient")
    for person, recipient in offered.union(kept):
        yield Grant(person, {"recipient": recipient})


@granted(VAULT_ITEM_SEALED, id_in="item")
def vault_items(now: datetime) -> Iterator[Grant]:
    """What lies in vaults, as it lies there; and what was put in and lies there no longer, which no row can say."""
    gone = set(_put_in())
    for row in VaultItem.objects.iterator(chunk_size=10):
        gone.discard(row.pk)
        digest = row.digest if row.ciphertext is None else sha256(row.ciphertext).digest()
        yield Grant(row.pk, {"commitment": bytes(row.commitment).hex(), "sha256": bytes(digest).hex()})
    yield from (Grant(item, {"sha256": ""}) for item in sorted(gone))


def _put_in() -> Iterator[UUID]:
    """The items that entries name; a text that was erased, or is damaged, names none."""
    for entry in Entry.objects.filter(kind=VAULT_ITEM_SEALED.name).iterator():
        try:
            said = opening_of(entry).says() or {}
        except NinefoldError:
            continue
        if "item" in said:
            yield UUID(said["item"])
