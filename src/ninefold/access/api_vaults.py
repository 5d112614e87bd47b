"""Vaults as JSON for the holder of a token: what their pages show, and what goes in and comes out, always sealed.

Publishing a custodian's key and bringing a vault take a renewed proof of who one is: on their pages a factor, and here,
where a token could have been stolen, his signature (`ninefold sign`). Who has no signing key does it on the page.
"""

import base64
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from ninefold import clock
from ninefold.access import actions, reads
from ninefold.access.guards import the_person
from ninefold.access.models import CustodianKey, Vault
from ninefold.access.schemas import Strict
from ninefold.access.signing import DESCRIBED, by_signature, carry_out
from ninefold.access.vault_models import ITEMS
from ninefold.access.vaults.items import LARGEST
from ninefold.access.vaults.states import needed_to_destroy
from ninefold.access.vaults.vault_file import LONGEST
from ninefold.errors import InvalidError
from ninefold.ledger.hexadecimal import read_hex
from ninefold.words.text import parse

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


class CustodianKeyIn(Strict):
    """The public half of an age key that you made and keep, and a name by which you will know it."""

    name: str = Field(max_length=100)
    recipient: str = Field(max_length=100)


class CustodianKeyOut(Schema):
    """A custodian's key that you published."""

    id: UUID
    name: str
    recipient: str
    ends: datetime


class KeeperOut(Schema):
    """Somebody who may be made a custodian, and the key that he published; `name` is a multilingual text."""

    name: dict[str, Any]
    recipient: str


class VaultIn(Strict):
    """The vault's file as `ninefold vault found` wrote it, and who may know of the vault; custodians do in any case."""

    file: str = Field(max_length=LONGEST)
    marking: str = Field(max_length=40)
    audiences: list[UUID] = Field(min_length=1, max_length=50)
    purpose: dict[str, Any] | None = None
    holds: str = Field(default=ITEMS, max_length=20)
    destroy_on: date | None = None


class Ended(Schema):
    """It has ended."""

    done: bool = True


class Noted(Schema):
    """It is noted; `state` is that of the vault now."""

    state: str


def _key(one: CustodianKey) -> CustodianKeyOut:
    return CustodianKeyOut(id=one.pk, name=one.name, recipient=one.recipient, ends=one.ends)


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


@router.post("", response={201: VaultOut}, operation_id="vault_bring", openapi_extra=DESCRIBED)
def bring(request: HttpRequest, new: VaultIn) -> Status[VaultOut]:
    """Bring a vault by its file, with your signature: as one of its custodians, or as a registrar."""
    by, purpose = the_person(request), parse(new.purpose) if new.purpose else None
    told = new.dict() | {"file": new.file.encode(), "purpose": purpose}
    act = by_signature(lambda now, seal: actions.register_vault(by=by, now=now, seal=seal, **told))
    return Status(201, VaultOut(**_outside(carry_out(request, act))))


@router.get("/keys", response=list[CustodianKeyOut], operation_id="vault_keys")
def keys(request: HttpRequest) -> list[CustodianKeyOut]:
    """The custodian's keys that you published."""
    return [_key(one) for one in reads.custodian_keys(the_person(request))]


@router.post("/keys", response={201: CustodianKeyOut}, operation_id="vault_publish_key", openapi_extra=DESCRIBED)
def publish_key(request: HttpRequest, new: CustodianKeyIn) -> Status[CustodianKeyOut]:
    """Let others make you a custodian, with your signature: the public half of a key that you keep."""
    by, told = the_person(request), new.dict()
    act = by_signature(lambda now, seal: actions.publish_custodian_key(by=by, now=now, seal=seal, **told))
    return Status(201, _key(carry_out(request, act)))


@router.post("/keys/{key}/end", response=Ended, operation_id="vault_end_key")
def end_key(request: HttpRequest, key: UUID) -> Ended:
    """Offer one of your keys no longer; vaults that have it keep it."""
    actions.end_custodian_key(by=the_person(request), now=clock.now(), key=key)
    return Ended()


@router.get("/keepers", response=list[KeeperOut], operation_id="vault_keepers")
def keepers(request: HttpRequest) -> list[KeeperOut]:
    """Whom you may make custodians, for who may found a vault."""
    found = reads.keepers(the_person(request), clock.now())
    return [KeeperOut(name=one.person.name.as_value(), recipient=one.recipient) for one in found]


@router.get("/{vault}", response=OneVaultOut, operation_id="vault")
def one(request: HttpRequest, vault: UUID) -> OneVaultOut:
    """One vault of which you know, from outside."""
    seen = reads.vault_for(the_person(request), clock.now(), vault)
    return OneVaultOut(
        **_outside(seen),
        recipient=reads.key_of(seen),
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
