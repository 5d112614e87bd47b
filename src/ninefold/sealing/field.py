"""Polynomials over GF(2^8), modulo x^8 + x^4 + x^3 + x + 1 (FIPS 197, section 4.2): what Shamir's sharing needs.

All bytes of a block are worked on at once, as one whole number, and every factor is public (an index, or what follows
from indexes): no table is looked up by a secret, and no branch depends on one. Bytes in, bytes out.
"""

from collections.abc import Mapping, Sequence

_MODULUS = 0x1B


def value_at(place: int, rows: Sequence[bytes]) -> bytes:
    """The values at a public place of the polynomials whose coefficients are the rows, the highest first."""
    size = len(rows[0])
    value = 0
    for row in rows:  # Horner
        value = _times(value, place, size) ^ int.from_bytes(row, "big")
    return value.to_bytes(size, "big")


def value_at_zero(values: Mapping[int, bytes]) -> bytes:
    """The value at 0 of the polynomials that have these values at these places (Lagrange)."""
    size = len(next(iter(values.values())))
    total = 0
    for place, value in values.items():
        total ^= _times(int.from_bytes(value, "big"), _weight(place, list(values)), size)
    return total.to_bytes(size, "big")


def _weight(place: int, places: Sequence[int]) -> int:
    """Lagrange's coefficient at 0. In this field minus is plus."""
    weight = 1
    for other in places:
        if other != place:
            weight = _times(weight, _times(other, _inverse(other ^ place), 1), 1)
    return weight


def _inverse(element: int) -> int:
    """The element to the power of 254."""
    power = 1
    for _ in range(254):
        power = _times(power, element, 1)
    return power


def _times(block: int, factor: int, size: int) -> int:
    """Each of the bytes of a block times a public factor."""
    tops, rest = int.from_bytes(b"\x80" * size, "big"), int.from_bytes(b"\x7f" * size, "big")
    total = 0
    for place in range(8):
        if factor >> place & 1:
            total ^= block
        block = (block & rest) << 1 ^ ((block & tops) >> 7) * _MODULUS
    return total
