"""Sharing a secret so that any k of n shares give it again and k - 1 tell nothing (Shamir, 1979).

Each byte of the secret is the constant term of a random polynomial of degree k - 1 over GF(2^8); share i holds the
values at i. The page's scripts do the same, to the byte.
"""

from collections.abc import Callable, Mapping
from secrets import token_bytes

from ninefold.errors import InvalidError
from ninefold.sealing.field import value_at, value_at_zero

SIZE = 32
MOST = 20


def require_quorum(k: int, n: int) -> None:
    """Raise `InvalidError` unless k of n is a quorum that a vault may have."""
    if not 2 <= n <= MOST:
        raise InvalidError("A vault has from 2 to {most} custodians; name as many.", most=MOST)
    if not 1 <= k <= n:
        raise InvalidError("A vault of {n} custodians is opened by 1 to {n} of them; choose such a number.", n=n)


def split(secret: bytes, *, k: int, n: int, random: Callable[[int], bytes] = token_bytes) -> list[bytes]:
    """The n shares of a secret of 32 bytes, those of the indexes 1 to n."""
    require_quorum(k, n)
    if len(secret) != SIZE:
        raise InvalidError("The secret must be {size} bytes.", size=SIZE)
    rows = [*(random(SIZE) for _ in range(k - 1)), secret]
    return [value_at(index, rows) for index in range(1, n + 1)]


def combine(shares: Mapping[int, bytes]) -> bytes:
    """The secret from shares by index. Too few or wrong ones give another secret; the caller knows what to check."""
    if not shares or not all(1 <= index <= MOST and len(share) == SIZE for index, share in shares.items()):
        raise InvalidError("Shares are {size} bytes each, with indexes from 1 to {most}.", size=SIZE, most=MOST)
    return value_at_zero(shares)
