"""Vaults as JSON for the holder of a token: what their pages show, and what goes in and comes out, always sealed.

Publishing a custodian's key and founding a vault take a renewed proof of who one is, so they are for pages only.
"""

import base64
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile

from ninefold import clock
from ninefold.access import actions, reads
from ninefold.access.guards import the_person
from ninefold.access.models import Vault
from ninefold.access.vaults.items import LARGEST
from ninefold.access.vaults.states import needed_to_destroy
from ninefold.errors import InvalidError
from ninefold.ledger.hexadecimal import read_hex

router = Router(tags=["vaults"])


class VaultOut(Schema):
    """A vault from outside; `name` and `purpose` are multilingual texts. `k` of its `n` custodians open it."""

    id: UUID
    name: dict[str, Any]
    purpose: dict[str, Any] | None
    holds: str
    state: str
    k: int
    n: int
    founded: date
    destroy_on: date | None


class HeldOut(Schema):
    """So many items of one padded size (bytes) put in on one day."""

    day: date
    size: int
    number: int


class CustodianOut(Schema):
    """Who keeps a share, and on which day he said that his key is destroyed."""

    label: str
    confirmed: date | None


class OneVaultOut(VaultOut):
    """A vault with the key to which items are sealed, the fingerprint of its file, what lies in it, who keeps it."""

    recipient: str
    file_sha256: str
    needed_to_destroy: int
    held: list[HeldOut]
    custodians: list[CustodianOut]


class FileOut(Schema):
    """The vault's file, word for word."""

    file: str


class ListedOut(Schema):
    """An item as its entry in the ledger has it (hexadecimal digits)."""

    item: UUID
    commitment: str
    sha256: str


class SealedOut(Schema):
    """A sealed item: the age file in base64."""

    age: str


class PutOut(Schema):
    """What was put in: the item, its padded size in bytes, and its day."""

    item: UUID
    size: int
    day: date


class Noted(Schema):
    """It is noted; `state` is that of the vault now."""

    state: str


def _outside(vault: Vault) -> dict[str, Any]:
    return {
        "id": vault.pk,
        "name": vault.name.as_value(),
        "purpose": vault.purpose.as_value() if vault.purpose else None,
        "holds": vault.holds,
        "state": vault.state,
        "k": vault.k,
        "n": vault.n,
        "founded": vault.founded_day,
        "destroy_on": vault.destroy_on,
    }


@router.get("", response=list[VaultOut], operation_id="vaults")
def known(request: HttpRequest) -> list[VaultOut]:
    """The vaults of which you know."""
    return [VaultOut(**_outside(one)) for one in reads.vaults_known_to(the_person(request), clock.now())]


@router.get("/{vault}", response=OneVaultOut, operation_id="vault")
def one(request: HttpRequest, vault: UUID) -> OneVaultOut:
    """One vault of which you know, from outside."""
    seen = reads.vault_for(the_person(request), clock.now(), vault)
    return OneVaultOut(
        **_outside(seen),
        recipient=seen.recipient,
        file_sha256=bytes(seen.digest).hex(),
        needed_to_destroy=needed_to_destroy(seen.k, seen.n),
        held=[HeldOut(**row._asdict()) for row in reads.held(seen)],
        custodians=[
            CustodianOut(label=row.label, confirmed=row.confirmed_day) for row in seen.custodians.order_by("index")
        ],
    )


@router.get("/{vault}/file", response=FileOut, operation_id="vault_file")
def file(request: HttpRequest, vault: UUID) -> FileOut:
    """The vault's file, for its custodians: whoever opens it off the server needs it."""
    return FileOut(file=reads.file_of(the_person(request), clock.now(), vault).decode("ascii"))


@router.get("/{vault}/items", response=list[ListedOut], operation_id="vault_items")
def items(request: HttpRequest, vault: UUID) -> list[ListedOut]:
    """What the entries say of each item, for its custodians."""
    return [ListedOut(**row._asdict()) for row in reads.listed(the_person(request), clock.now(), vault)]


@router.get("/{vault}/items/{item}", response=SealedOut, operation_id="vault_item")
def item(request: HttpRequest, vault: UUID, item: UUID) -> SealedOut:
    """One item, sealed, for its custodians."""
    sealed = reads.sealed_item(the_person(request), clock.now(), vault, item)
    return SealedOut(age=base64.b64encode(sealed).decode("ascii"))


@router.post("/{vault}/items", response=PutOut, operation_id="vault_put")
def put(
    request: HttpRequest,
    vault: UUID,
    item: Form[UUID],
    commitment: Form[str],
    recipient: Form[str],
    sealed: File[UploadedFile],
) -> PutOut:
    """Put in what you have sealed yourself (`ninefold vault seal`): an age file to the vault's key, and nothing else.

    An age file does not say to whom it is; so you say to which `recipient` you sealed it, and it must be the vault's.
    """
    person, now = the_person(request), clock.now()
    if recipient != reads.key_of(reads.vault_for(person, now, vault)):
        raise InvalidError("This was sealed to another key than the vault's, so its custodians could not open it.")
    if not sealed.size or sealed.size > 2 * LARGEST:
        raise InvalidError("This file is empty or too large.")
    told = {"sealed": sealed.read(), "commitment": read_hex(commitment, "the commitment", length=32)}
    row = actions.deposit(by=person, now=now, vault=vault, item=item, **told)
    return PutOut(item=row.pk, size=row.size, day=row.day)


@router.post("/{vault}/confirm-destroyed", response=Noted, operation_id="vault_confirm_destroyed")
def confirm_destroyed(request: HttpRequest, vault: UUID) -> Noted:
    """Confirm, as a custodian, that your key and all its copies are destroyed. This cannot be undone."""
    return Noted(state=actions.confirm_destroyed(by=the_person(request), now=clock.now(), vault=vault).state)
