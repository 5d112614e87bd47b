"""Vaults and custodians' keys held against the ledger: who changed the database shows before anything is sealed to him.

A file tells which key each custodian has, and the entry holds the file's fingerprint. So the rows must say what the
file says, and the file must be the one that was entered.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from ninefold.access.models import CustodianKey, Vault, VaultCustodian
from ninefold.access.vaults.vault_file import Custodian, VaultFile
from ninefold.errors import ConflictError, NinefoldError
from ninefold.ledger.models import Entry
from ninefold.ledger.reads import opening_of

KIND = "access:vault"
REGISTERED, PUBLISHED = "access.vault-registered", "access.custodian-key-published"


def key_of(vault: Vault) -> str:
    """The key to which things are sealed, if tables, file and ledger agree on it and on its custodians."""
    require_entered(vault)
    return vault.recipient


def require_entered(vault: Vault) -> None:
    """Raise `ConflictError` unless the vault and its custodians are as they were entered in the ledger.

    Who changed the database so that things would be sealed, or shares passed on, to a key of his own would have to
    change the entry too.
    """
    if not is_entered(vault):
        raise ConflictError(
            "This vault is not as it was entered in the ledger; tell its custodians, and put nothing in."
        )


def is_entered(vault: Vault) -> bool:
    """Whether `require_entered` lets it pass, for its page to say."""
    # The first one: a second entry of the same vault is none of its registrar's.
    entry = Entry.objects.filter(kind=REGISTERED, subject_kind=KIND, subject_id=vault.pk).order_by("serial").first()
    said = _said(entry) if entry else None
    return said is not None and all(said.get(name) == value for name, value in as_rows_say(vault).items())


def as_rows_say(vault: Vault) -> dict[str, object]:
    """What its rows make of the entry. Its shares are deleted in the end; then only the columns are left."""
    told = {
        "recipient": vault.recipient,
        "k": vault.k,
        "n": vault.n,
        "holds": vault.holds,
        "destroy_on": vault.destroy_on.isoformat() if vault.destroy_on else None,
    }
    file = bytes(vault.digest).hex() if vault.file is None else _fingerprint(bytes(vault.file), vault)
    return told | {"file": file}


def require_published(keys: Iterable[CustodianKey]) -> None:
    """Raise `ConflictError` that names whose key is not the one that he published, as his entry has it."""
    rows = list(keys)
    said = _published({row.person_id for row in rows})
    for row in rows:
        if (str(row.pk), row.recipient) not in said[row.person_id]:
            raise ConflictError(
                "The custodian's key of {name} is not as it was entered in the ledger; tell him, and found no vault.",
                name=str(row.person.name),
            )


def _fingerprint(file: bytes, vault: Vault) -> str:
    """The fingerprint that its file has if it says of keys and custodians what the rows say; else none."""
    rows = {row.index: row for row in vault.custodians.all()}
    try:
        told = VaultFile.parse(file)
        kept = tuple(_as_row_says(one, rows.pop(index)) for index, one in enumerate(told.custodians, start=1))
        same = replace(
            told, id=vault.pk, founded=vault.founded_day, recipient=vault.recipient, k=vault.k, custodians=kept
        )
    except (NinefoldError, KeyError):
        return ""
    return "" if rows else same.digest().hex()


def _as_row_says(one: Custodian, row: VaultCustodian) -> Custodian:
    return replace(one, label=row.label, recipient=row.recipient)


def _published(people: Collection[UUID]) -> Mapping[UUID, set[tuple[object, object]]]:
    """The keys, by id and recipient, that the entries of these people say they published."""
    found: dict[UUID, set[tuple[object, object]]] = defaultdict(set)
    for entry in Entry.objects.filter(kind=PUBLISHED, subject_kind="access:person", subject_id__in=people):
        if said := _said(entry):
            found[entry.subject_id].add((said.get("key"), said.get("recipient")))
    return found


def _said(entry: Entry) -> Mapping[str, Any] | None:
    """What an entry says; None where its text was erased, or is not the one that it was written with."""
    try:
        return opening_of(entry).says()
    except NinefoldError:
        return None
