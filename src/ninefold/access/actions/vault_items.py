"""Putting into a vault. What the server makes itself it encrypts at once; nothing here can take anything out."""

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from ninefold.access.actions.entries import VAULT_ITEM_SEALED, record
from ninefold.access.models import Person, Vault, VaultItem
from ninefold.access.reads import key_of, require_entered, vault_for
from ninefold.access.vault_models import COUNTS, ITEMS
from ninefold.access.vaults.items import Item, Sealed, require_form, seal
from ninefold.access.vaults.states import allows
from ninefold.errors import ConflictError, InvalidError, NotThereError

_COUNTS_PADDED = 1 << 14
"""Suppressed counts fill at least 16 KiB, so that their length does not say how many cells were suppressed."""


@transaction.atomic
def deposit(*, by: Person, now: datetime, vault: UUID, item: UUID, sealed: bytes, commitment: bytes) -> VaultItem:
    """Put in what was sealed before it came here. The server sees that it is encrypted and padded, and nothing more."""
    to = vault_for(by, now, vault)
    if to.holds != ITEMS:
        raise InvalidError("This vault holds suppressed counts only; choose another.")
    require_entered(to)
    require_form(sealed)
    if len(commitment) != 32:
        raise InvalidError("The commitment must be 32 bytes.")
    return _put(by, now, vault, item, Sealed(sealed, commitment))


@transaction.atomic
def seal_into(
    *, by: Person | None, now: datetime, vault: UUID, name: str, content: bytes, media: str = "text/plain"
) -> VaultItem:
    """Seal what the server itself made, inside the act of a room. The text is encrypted here and kept nowhere."""
    to = _there(vault, ITEMS)
    item = Item(vault, uuid4(), name, media, content)
    return _put(by, now, vault, item.id, seal(item, key_of(to)))


@transaction.atomic
def keep_apart(*, by: Person | None, now: datetime, vault: UUID, name: str, counts: Mapping[str, int]) -> VaultItem:
    """Keep suppressed counts in a vault of their own, so that nobody who reads the database undoes a suppression."""
    to = _there(vault, COUNTS)
    if not counts or not all(type(count) is int for count in counts.values()):
        raise InvalidError("Suppressed counts are whole numbers by the name of their cell.")
    content = json.dumps(dict(counts), ensure_ascii=False, sort_keys=True).encode()
    item = Item(vault, uuid4(), name, "application/json", content)
    return _put(by, now, vault, item.id, seal(item, key_of(to), least=_COUNTS_PADDED))


def _there(vault: UUID, holds: str) -> Vault:
    found = Vault.objects.filter(pk=vault).first()
    if found is None:
        raise NotThereError
    if found.holds != holds:
        raise InvalidError("Suppressed counts and other items are kept in different vaults; choose the other one.")
    allows(found.state, "deposit").require()
    return found


def _put(by: Person | None, now: datetime, vault: UUID, item: UUID, sealed: Sealed) -> VaultItem:
    held = Vault.objects.select_for_update().get(pk=vault)
    allows(held.state, "deposit").require()
    if item.version != 4:
        raise InvalidError("The id of an item is a random uuid (version 4).")
    try:
        with transaction.atomic():
            row = VaultItem.objects.create(
                id=item,
                vault=held,
                ciphertext=sealed.age,
                size=require_form(sealed.age),
                commitment=sealed.commitment,
                digest=sealed.digest,
                day=now.date(),
            )
    except IntegrityError:
        raise ConflictError("This item is in a vault already.") from None
    body = {"item": str(item), "commitment": sealed.commitment.hex(), "sha256": sealed.digest.hex(), "size": row.size}
    record(VAULT_ITEM_SEALED, by=by, now=now, subject="vault", record_id=vault, body=body)
    return row
