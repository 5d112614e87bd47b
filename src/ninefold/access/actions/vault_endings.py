"""The end of a vault. Destruction is destruction of keys: it is done when fewer custodians than open it have theirs.

What the server holds (ciphertext, encrypted shares) goes on the vault's day, or with the last key that was needed.
Backups may hold it longer; without keys it is noise there too. The commitments stay, here and in the ledger.
"""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from ninefold.access.actions.entries import VAULT_DESTROYED, VAULT_ERASED, VAULT_KEY_DESTROYED, record
from ninefold.access.models import Person, Vault, VaultItem
from ninefold.access.policy import may_confirm_destroyed
from ninefold.access.reads import listed_items, reader_of, share_of, vault_facts, vault_for
from ninefold.access.vaults.lists import text_of
from ninefold.access.vaults.states import OPEN, STATES, allows, is_destroyed
from ninefold.errors import ConflictError
from ninefold.ledger.kinds import Kind
from ninefold.ledger.old_pages import overwrite_deleted


@transaction.atomic
def confirm_destroyed(*, by: Person, now: datetime, vault: UUID) -> Vault:
    """A custodian confirms that his key to this vault and all its copies are destroyed. Nobody can check it for him."""
    found = vault_for(by, now, vault)
    may_confirm_destroyed(reader_of(by), vault_facts(found)).require()
    found = Vault.objects.select_for_update().get(pk=vault)
    allows(found.state, "confirm").require()
    share = share_of(by, found)
    if share is None or not found.custodians.filter(pk=share.pk, confirmed_day=None).update(confirmed_day=now.date()):
        raise ConflictError("You have confirmed this already.")
    body = {"index": share.index, "recipient": share.recipient}
    _record(VAULT_KEY_DESTROYED, found, body, by=by, now=now)
    confirmed = found.custodians.exclude(confirmed_day=None).count()
    if is_destroyed(k=found.k, n=found.n, confirmed=confirmed):
        _end(VAULT_DESTROYED, found, act="complete", by=by, now=now, confirmed=confirmed)
    return found


@transaction.atomic
def erase_due_vaults(*, now: datetime) -> int:
    """Delete what vaults hold whose day has come; how many there were. Their custodians then destroy the keys."""
    due = Vault.objects.select_for_update().filter(state=OPEN, destroy_on__lte=now.date())
    vaults = list(due.order_by("id"))
    for vault in vaults:
        confirmed = vault.custodians.exclude(confirmed_day=None).count()
        _end(VAULT_ERASED, vault, act="erase", by=None, now=now, confirmed=confirmed)
    return len(vaults)


def _end(kind: Kind, vault: Vault, *, act: str, by: Person | None, now: datetime, confirmed: int) -> None:
    """Delete ciphertext and shares, and say in the entry what they were."""
    proof = sha256(text_of(vault.pk, listed_items(vault.items.all()))).hexdigest()
    vault.state, vault.file = STATES[vault.state][act], None
    overwrite_deleted(Vault._meta.db_table, VaultItem._meta.db_table)
    VaultItem.objects.filter(vault=vault).update(ciphertext=None)
    vault.save(update_fields=["state", "file"])
    body = {
        "items": vault.items.count(),
        "list": proof,
        "file": bytes(vault.digest).hex(),
        "keys_destroyed": confirmed,
        "k": vault.k,
        "n": vault.n,
    }
    _record(kind, vault, body, by=by, now=now)


def _record(kind: Kind, vault: Vault, body: dict[str, object], *, by: Person | None, now: datetime) -> None:
    record(kind, by=by, now=now, subject="vault", record_id=vault.pk, body=body, marking=vault.marking, alone="clock")
