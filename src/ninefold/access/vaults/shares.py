"""Sharing a secret so that any k of n shares give it again and k - 1 tell nothing (Shamir, 1979).

Each byte of the secret is the constant term of a random polynomial of degree k - 1 over GF(2^8) with the modulus
x^8 + x^4 + x^3 + x + 1; share i holds the values at i. All 32 bytes are worked on at once, as one whole number, and
every factor is public (an index, or what follows from indexes): no table is looked up by a secret, and no branch
depends on one.
"""

from collections.abc import Callable, Mapping, Sequence
from secrets import token_bytes

from ninefold.errors import InvalidError

SIZE = 32
MOST = 20
_TOPS = int.from_bytes(b"\x80" * SIZE, "big")
_REST = int.from_bytes(b"\x7f" * SIZE, "big")
_MODULUS = 0x1B


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
    terms = [int.from_bytes(random(SIZE), "big") for _ in range(k - 1)]
    return [_value_at(index, [*terms, int.from_bytes(secret, "big")]) for index in range(1, n + 1)]


def combine(shares: Mapping[int, bytes]) -> bytes:
    """The secret from shares by index. Too few or wrong ones give another secret; the caller knows what to check."""
    if not shares or not all(1 <= index <= MOST and len(share) == SIZE for index, share in shares.items()):
        raise InvalidError("Shares are {size} bytes each, with indexes from 1 to {most}.", size=SIZE, most=MOST)
    total = 0
    for index, share in shares.items():
        total ^= _times(int.from_bytes(share, "big"), _weight(index, list(shares)))
    return total.to_bytes(SIZE, "big")


def _value_at(index: int, terms: Sequence[int]) -> bytes:
    """The polynomials with these coefficients, the highest first, at a public index (Horner)."""
    value = 0
    for term in terms:
        value = _times(value, index) ^ term
    return value.to_bytes(SIZE, "big")


def _weight(index: int, indexes: Sequence[int]) -> int:
    """Lagrange's coefficient at 0. In this field minus is plus."""
    weight = 1
    for other in indexes:
        if other != index:
            weight = _product(weight, _product(other, _inverse(other ^ index)))
    return weight


def _times(block: int, factor: int) -> int:
    """Each of the 32 bytes times a public factor."""
    total = 0
    for place in range(8):
        if factor >> place & 1:
            total ^= block
        block = (block & _REST) << 1 ^ ((block & _TOPS) >> 7) * _MODULUS
    return total


def _product(a: int, b: int) -> int:
    """Two public elements, the one in the lowest byte of a block."""
    return _times(a, b)


def _inverse(element: int) -> int:
    """The element to the power of 254."""
    power = 1
    for _ in range(254):
        power = _product(power, element)
    return power
