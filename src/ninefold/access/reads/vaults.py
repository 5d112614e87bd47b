"""Vaults: those of which he knows, what their outside shows, and ciphertext for custodians. None of it can be read."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from ninefold.access.models import CustodianKey, Person, Vault, VaultCustodian, VaultItem
from ninefold.access.policy import may_take_sealed
from ninefold.access.reads.facts import reader_of, vault_facts
from ninefold.access.reads.records import visible_to
from ninefold.access.reads.vaults_entered import KIND, require_entered, require_published
from ninefold.access.vaults.lists import Listed
from ninefold.access.vaults.states import DESTROYED
from ninefold.errors import ConflictError, NotThereError, RefusedError
from ninefold.ledger.models import Entry
from ninefold.ledger.reads import opening_of, proof_of

SEALED = "access.vault-item-sealed"


class Held(NamedTuple):
    """So many items of one padded size put in on one day."""

    day: date
    size: int
    number: int


class Keeper(NamedTuple):
    """Somebody who can be made a custodian: the key that he published last, and his name."""

    key: UUID
    person: Person
    recipient: str


def vaults_known_to(person: Person, now: datetime) -> QuerySet[Vault]:
    """The vaults of which he keeps a share, and those that were made known to an audience of his."""
    keeps = VaultCustodian.objects.filter(vault=OuterRef("pk"), person=person)
    known = Q(Exists(keeps)) | visible_to(person, now, KIND)
    return Vault.objects.filter(known).order_by("-founded_day", "id")


def vault_for(person: Person, now: datetime, vault: UUID) -> Vault:
    """The vault if he may know of it; `NotThereError` otherwise."""
    found = vaults_known_to(person, now).filter(pk=vault).first()
    if found is None:
        raise NotThereError
    return found


def share_of(person: Person, vault: Vault) -> VaultCustodian | None:
    """Which share he keeps, if any."""
    return vault.custodians.filter(person=person).first()


def held(vault: Vault) -> list[Held]:
    """What the vault holds, by day and padded size: all that its outside tells."""
    rows = vault.items.order_by("day", "size").values_list("day", "size")
    return [Held(day, size, len(list(same))) for (day, size), same in groupby(rows)]


def file_of(person: Person, now: datetime, vault: UUID) -> bytes:
    """The vault's file, for its custodians."""
    found = _kept(person, now, vault)
    if found.file is None:
        raise NotThereError("The vault's shares are deleted here; ask a custodian who kept the file.")
    require_entered(found)
    return bytes(found.file)


def listed(person: Person, now: datetime, vault: UUID) -> list[Listed]:
    """The items as their entries have them, for its custodians."""
    return listed_items(_kept(person, now, vault).items.all())


def sealed_items(person: Person, now: datetime, vault: UUID) -> Iterable[tuple[UUID, bytes]]:
    """The ciphertexts, for its custodians."""
    rows = _kept(person, now, vault).items.exclude(ciphertext=None).order_by("id")
    return ((row.pk, bytes(row.ciphertext or b"")) for row in rows.iterator(chunk_size=10))


def item_proofs(person: Person, now: datetime, vault: UUID) -> Iterable[tuple[str, bytes]]:
    """The proof files of the items' entries, as far as they are published, by item; for its custodians."""
    entries = Entry.objects.filter(kind=SEALED, subject_kind=KIND, subject_id=_kept(person, now, vault).pk)
    for entry in entries.order_by("serial"):
        said = opening_of(entry).says()
        try:
            proof = proof_of(entry).text()
        except ConflictError:
            return  # this one and those after it wait for the next beat
        if said is not None:
            yield str(said["item"]), proof


def sealed_item(person: Person, now: datetime, vault: UUID, item: UUID) -> bytes:
    """One ciphertext, for its custodians."""
    row = _kept(person, now, vault).items.exclude(ciphertext=None).filter(pk=item).first()
    if row is None:
        raise NotThereError
    return bytes(row.ciphertext or b"")


def listed_items(items: QuerySet[VaultItem]) -> list[Listed]:
    """The list of these items, in one order."""
    rows = items.order_by("id").values_list("id", "commitment", "digest")
    return [Listed(item, bytes(committed).hex(), bytes(digest).hex()) for item, committed, digest in rows]


def custodian_keys(person: Person) -> QuerySet[CustodianKey]:
    """The keys that he published, those in use first."""
    return CustodianKey.objects.filter(person=person).order_by("-ends", "id")


def keepers(person: Person, now: datetime) -> list[Keeper]:
    """Who can be made a custodian, for who may found a vault: a registrar, or who published a key himself."""
    if not may_found(person, now):
        raise RefusedError("Publish a custodian's key of your own first; then you see who else has published one.")
    newest: dict[UUID, Keeper] = {}
    used = VaultCustodian.objects.filter(recipient=OuterRef("recipient"))
    rows = CustodianKey.objects.filter(starts__lte=now, ends__gt=now, person__is_active=True).exclude(Exists(used))
    rows = rows.select_related("person").order_by("starts")
    require_published(rows)
    for row in rows:
        newest[row.person_id] = Keeper(row.pk, row.person, row.recipient)
    return sorted(newest.values(), key=lambda one: (str(one.person.name), one.key))


def may_found(person: Person, now: datetime) -> bool:
    """Whether the names of those who published keys are his to see."""
    mine = CustodianKey.objects.filter(person=person, starts__lte=now, ends__gt=now)
    return not person.is_administrator and ("registrar" in person.roles or mine.exists())


def _kept(person: Person, now: datetime, vault: UUID) -> Vault:
    found = vault_for(person, now, vault)
    may_take_sealed(reader_of(person), vault_facts(found)).require()
    if found.state == DESTROYED:
        raise NotThereError("This vault is destroyed; nothing of it is here any more.")
    return found
