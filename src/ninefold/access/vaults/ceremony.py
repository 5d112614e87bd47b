"""Founding a vault and opening it, both off the server.

Founding makes an age identity, splits its secret, encrypts one share to each custodian, and forgets the rest. To
open, a custodian decrypts his own share and encrypts it again to the colleague who opens: none travels in the clear.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID, uuid4

from ninefold.access.vaults.age_keys import Identity, encrypt
from ninefold.access.vaults.items import read_id
from ninefold.access.vaults.shares import SIZE, combine, require_quorum, split
from ninefold.access.vaults.vault_file import Custodian, VaultFile, require_armor
from ninefold.errors import InvalidError, RefusedError
from ninefold.ledger.canonical import canonical_json, read_canonical

SHARE = "ninefold share v1"
_MEMBERS = {"format", "index", "share", "vault"}
_LONGEST_SHARE = 400


class Invited(NamedTuple):
    """A custodian before the founding: what people call him, and his recipient."""

    label: str
    recipient: str


@dataclass(frozen=True)
class Share:
    """One share of one vault's key, in the clear: only its custodian, and who opens with him, ever hold it."""

    vault: UUID
    index: int
    value: bytes = field(repr=False)

    def text(self) -> bytes:
        """Canonical JSON, as it stands inside an age file."""
        told = {"format": SHARE, "index": self.index, "share": self.value.hex(), "vault": str(self.vault)}
        return canonical_json(told)

    def commitment(self) -> bytes:
        """What the vault's file says of this share. Its 256 random bits hide it."""
        return sha256(SHARE.encode() + b"\x00" + self.vault.bytes + bytes([self.index]) + self.value).digest()

    @classmethod
    def parse(cls, text: bytes) -> "Share":
        """Read what `text` wrote; anything else raises `InvalidError`."""
        told = read_canonical(text, _LONGEST_SHARE)
        if not isinstance(told, dict) or set(told) != _MEMBERS or told["format"] != SHARE:
            raise InvalidError("This is not a share of a vault.")
        index, value = told["index"], told["share"]
        if type(index) is not int or not 1 <= index <= 255 or not isinstance(value, str) or len(value) != 2 * SIZE:
            raise InvalidError("This is not a share of a vault.")
        try:
            return cls(read_id(told["vault"]), index, bytes.fromhex(value))
        except ValueError:
            raise InvalidError("This is not a share of a vault.") from None


def found(*, name: str, k: int, custodians: Sequence[Invited], day: date) -> VaultFile:
    """A new vault; its identity exists only while this runs. The shares are tried before the file is given."""
    require_quorum(k, len(custodians))
    vault, identity = uuid4(), Identity.new()
    values = split(identity.secret, k=k, n=len(custodians))
    shares = [Share(vault, index, value) for index, value in enumerate(values, start=1)]
    made = VaultFile(
        id=vault,
        name=name,
        founded=day,
        k=k,
        recipient=identity.recipient,
        custodians=tuple(_keeping(one, share) for one, share in zip(custodians, shares, strict=True)),
    )
    for first in range(len(shares) - k + 1):
        key_from(made, shares[first : first + k])
    return made


def own_share(vault: VaultFile, identity: Identity) -> Share:
    """The share that this identity keeps in the vault's file, checked against its commitment."""
    kept = next((one for one in vault.custodians if one.recipient == identity.recipient), None)
    if kept is None:
        raise RefusedError("This key is not one of the custodians' of the vault {name}.", name=vault.name)
    share = Share.parse(identity.decrypt(kept.share.encode()))
    require_share(vault, share)
    if vault.custodians[share.index - 1] is not kept:
        raise RefusedError("The file gives {label} the share of somebody else.", label=kept.label)
    return share


def pass_on(vault: VaultFile, identity: Identity, *, to: str) -> bytes:
    """One's own share, encrypted to another custodian of the same vault: an armored age file."""
    if to not in {one.recipient for one in vault.custodians}:
        raise RefusedError(
            "{key} is not a custodian of the vault {name}; a share goes to none other.", key=to, name=vault.name
        )
    return encrypt(own_share(vault, identity).text(), to, armored=True)


def passed_share(vault: VaultFile, passed: bytes, identity: Identity) -> Share:
    """The share that a colleague encrypted to this identity, checked against its commitment."""
    text = passed.decode("utf-8", "replace").replace("\r\n", "\n").strip() + "\n"
    require_armor(text)
    share = Share.parse(identity.decrypt(text.encode()))
    require_share(vault, share)
    return share


def require_share(vault: VaultFile, share: Share) -> None:
    """Raise unless this is the share that was made at the founding; the sentence names whose it claims to be."""
    if share.vault != vault.id:
        raise RefusedError("This share belongs to another vault than {name}.", name=vault.name)
    if not 1 <= share.index <= vault.n:
        raise RefusedError("The vault {name} has no share {index}.", name=vault.name, index=share.index)
    kept = vault.custodians[share.index - 1]
    if not hmac.compare_digest(share.commitment(), kept.commitment):
        raise RefusedError("The share of {label} is not the one that was made for this vault.", label=kept.label)


def key_from(vault: VaultFile, shares: Iterable[Share]) -> Identity:
    """The vault's identity from at least k shares; a wrong or doubled one is named, and the key itself is checked."""
    by_index: dict[int, bytes] = {}
    for share in shares:
        require_share(vault, share)
        by_index[share.index] = share.value
    if len(by_index) < vault.k:
        raise RefusedError(
            "The vault {name} opens with {k} different shares; here are {given}.",
            name=vault.name,
            k=vault.k,
            given=len(by_index),
        )
    chosen = dict(sorted(by_index.items())[: vault.k])
    identity = Identity(combine(chosen))
    if identity.recipient != vault.recipient:
        raise RefusedError(
            "The shares of the vault {name} do not give its key: it was founded wrongly.", name=vault.name
        )
    return identity


def _keeping(one: Invited, share: Share) -> Custodian:
    armored = encrypt(share.text(), one.recipient, armored=True).decode()
    return Custodian(one.label, one.recipient, share.commitment(), armored)
