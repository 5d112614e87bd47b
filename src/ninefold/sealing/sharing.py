"""A secret in n shares, of which any k give it back and k - 1 tell nothing (Shamir 1979, over the field GF(2^8)).

Each byte of the secret is the value at 0 of a random polynomial of degree k - 1; the share at place x holds the
values at x. A check inside the secret tells a slip from the secret. Bytes in, bytes out.
"""

import re
from collections.abc import Iterable
from hashlib import sha256
from hmac import compare_digest
from secrets import token_bytes
from typing import NamedTuple

from ninefold.errors import InvalidError, RefusedError
from ninefold.sealing.field import value_at, value_at_zero

MOST_SHARES = 255
_CHECK = 16  # bytes behind the secret
_SHARE = re.compile(r"nfshare1-(\d{1,3})-(\d{1,3})-(\d{1,3})-([0-9a-f]{16})-((?:[0-9a-f]{2})+)-([0-9a-f]{8})", re.ASCII)


class Share(NamedTuple):
    """One of `of` shares, of which `need` are needed. `group` says which shares belong together."""

    need: int
    of: int
    place: int
    group: bytes
    values: bytes

    def __str__(self) -> str:
        body = f"nfshare1-{self.need}-{self.of}-{self.place}-{self.group.hex()}-{self.values.hex()}"
        return f"{body}-{_slip(body)}"

    def __repr__(self) -> str:
        return f"Share({self.place} of {self.of}, {self.need} needed)"

    @classmethod
    def parse(cls, text: str) -> "Share":
        """Read what `str` wrote; a share with a slip in it raises `InvalidError`."""
        found = _SHARE.fullmatch(text.strip())
        if not found or _slip(text.strip().rpartition("-")[0]) != found[6]:
            raise InvalidError("This is not a share, or a letter of it is wrong; copy it again.")
        need, of, place = int(found[1]), int(found[2]), int(found[3])
        if not 1 <= need <= of <= MOST_SHARES or not 1 <= place <= of:
            raise InvalidError("This is not a share, or a letter of it is wrong; copy it again.")
        return cls(need, of, place, bytes.fromhex(found[4]), bytes.fromhex(found[5]))


def split(secret: bytes, *, need: int, of: int) -> list[Share]:
    """`of` shares of a secret, any `need` of which give it back."""
    if not 1 <= need <= of <= MOST_SHARES:
        raise InvalidError(
            "{need} of {of} shares cannot be made; choose 1 to {most}.", need=need, of=of, most=MOST_SHARES
        )
    if not secret:
        raise InvalidError("An empty secret cannot be shared.")
    checked = secret + _check(secret)
    # Each row holds one coefficient of every byte's polynomial, the highest first; the secret is the last.
    rows = [*(token_bytes(len(checked)) for _ in range(need - 1)), checked]
    group = token_bytes(8)
    return [Share(need, of, place, group, value_at(place, rows)) for place in range(1, of + 1)]


def join(shares: Iterable[Share]) -> bytes:
    """The secret; `RefusedError` when there are too few shares, or they do not belong together."""
    by_place = {share.place: share for share in shares}
    given = list(by_place.values())
    if not given:
        raise RefusedError("No share was given.")
    if len({(share.need, share.of, share.group, len(share.values)) for share in given}) != 1:
        raise RefusedError("These shares are of different secrets; bring shares of one.")
    need = given[0].need
    if len(given) < need:
        raise RefusedError("{need} shares are needed, and {given} were given.", need=need, given=len(given))
    checked = value_at_zero({share.place: share.values for share in given[:need]})
    secret, check = checked[:-_CHECK], checked[-_CHECK:]
    if not secret or not compare_digest(check, _check(secret)):
        raise RefusedError("These shares do not give a secret; one of them is wrong.")
    return secret


def _check(secret: bytes) -> bytes:
    return sha256(b"ninefold shared secret v1\x00" + secret).digest()[:_CHECK]


def _slip(body: str) -> str:
    """Eight digits that tell a slip of the pen."""
    return sha256(body.encode()).hexdigest()[:8]
