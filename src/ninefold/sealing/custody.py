"""A secret kept by k of n custodians: each share is sealed to the key of one of them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ninefold.errors import InvalidError, RefusedError
from ninefold.sealing import age
from ninefold.sealing.sharing import Share, join, split


class Custody(NamedTuple):
    """The sealed shares, in chance order: nobody can tell whose each is but who opens it."""

    need: int
    sealed: tuple[bytes, ...]


def entrust(secret: bytes, recipients: Sequence[str], *, need: int) -> Custody:
    """Give the secret to custodians, any `need` of whom can open it together."""
    if len(set(recipients)) != len(recipients):
        raise InvalidError("A recipient stands in this file twice; each custodian has a key of his own.")
    shares = split(secret, need=need, of=len(recipients))
    # Sorted by ciphertext, which is chance: the order tells nobody whose each is.
    sealed = (age.seal(str(share).encode(), [key]) for share, key in zip(shares, recipients, strict=True))
    return Custody(need, tuple(sorted(sealed)))


def share_of(custody: Custody, identity: str) -> Share:
    """The share that this custodian holds; `RefusedError` for everybody else."""
    for sealed in custody.sealed:
        try:
            return Share.parse(age.unseal(sealed, [identity]).decode())
        except RefusedError:
            continue
    raise RefusedError("This key opens no share; it is not one of the custodians'.")


def recover(custody: Custody, identities: Iterable[str], shares: Iterable[Share] = ()) -> bytes:
    """The secret, from the keys of custodians who are here and the shares that others have opened."""
    return join([*(share_of(custody, identity) for identity in identities), *shares])
