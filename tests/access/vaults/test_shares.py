"""Any k shares give the secret, k - 1 tell nothing, and what is not a quorum is refused."""

from collections import Counter
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.access.vaults import shares
from ninefold.errors import InvalidError
from ninefold.sealing import field

secrets = st.binary(min_size=32, max_size=32)
quorums = st.integers(2, 20).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n)))


def times(a, b):
    """Multiplication in GF(2^8), by the book: a second way to the same product."""
    total = 0
    while b:
        total ^= a if b & 1 else 0
        a = a << 1 ^ (0x11B if a & 0x80 else 0)
        b >>= 1
    return total


@given(secrets, quorums, st.randoms())
def test_any_k_of_n_give_the_secret(secret, quorum, chance):
    k, n = quorum
    made = dict(enumerate(shares.split(secret, k=k, n=n), start=1))
    chosen = chance.sample(sorted(made), k)
    assert shares.combine({index: made[index] for index in chosen}) == secret


@given(secrets, st.integers(2, 6))
def test_one_too_few_give_something_else(secret, k):
    made = dict(enumerate(shares.split(secret, k=k, n=6), start=1))
    del made[1]
    few = dict(list(made.items())[: k - 1])
    assert shares.combine(few) != secret


@given(secrets, secrets, st.integers(1, 20))
def test_for_any_secret_there_are_shares_like_these(secret, other, index):
    """Of 2 of n, one share fits every secret equally: the polynomial through both always exists, and only one."""
    share = shares.split(secret, k=2, n=20)[index - 1]
    slope = bytes(times(a ^ b, inverse(index)) for a, b in zip(share, other, strict=True))
    assert shares.split(other, k=2, n=20, random=lambda _size: slope)[index - 1] == share


def inverse(element):
    return next(one for one in range(1, 256) if times(element, one) == 1)


@pytest.mark.parametrize("secret", [b"\x00" * 32, b"\xff" * 32])
def test_a_share_is_spread_evenly_whatever_the_secret(secret):
    """One byte of one share, over every random term: each of 256 values exactly once."""
    for index in (1, 2, 20):
        seen = Counter(
            shares.split(secret, k=2, n=20, random=lambda size, term=term: bytes([term]) * size)[index - 1][0]
            for term in range(256)
        )
        assert set(seen.values()) == {1}
        assert len(seen) == 256


def test_two_of_three_shares_are_spread_evenly_together():
    """The pairs of two shares of a 3 of 3, over all terms in a field's corner, do not depend on the secret."""

    def pairs(secret):
        found = Counter()
        for a, b in product(range(0, 256, 5), range(256)):
            terms = iter([bytes([a]) * 32, bytes([b]) * 32])
            one, two, _ = shares.split(secret, k=3, n=3, random=lambda _size, terms=terms: next(terms))
            found[one[0] ^ two[0]] += 1
        return found

    assert max(pairs(b"\x00" * 32).values()) == max(pairs(b"\x41" * 32).values())


def test_shares_look_random():
    """Over 400 splits of one secret no value of a share's byte is rare or frequent (chi-square, 5 sigma)."""
    for index in (0, 4):
        seen = Counter(byte for _ in range(400) for byte in shares.split(b"\x00" * 32, k=3, n=5)[index])
        expected = 400 * 32 / 256
        chi = sum((seen[value] - expected) ** 2 / expected for value in range(256))
        assert abs(chi - 255) < 5 * (2 * 255) ** 0.5


def test_the_arithmetic_is_that_of_the_field():
    for a, b in product((0, 1, 2, 3, 0x53, 0x80, 0xCA, 0xFF), repeat=2):
        assert field.value_at(b, [bytes([a]) * 32, bytes(32)]) == bytes([times(a, b)]) * 32
    for one, other in combinations((1, 2, 3, 0x53, 0xCA, 0xFF), 2):
        line = [b"\x01", b"\x00"]  # y = x
        assert field.value_at_zero({place: field.value_at(place, line) for place in (one, other)}) == b"\x00"


def test_all_pairs_of_a_known_split():
    """A vector that the browser's script is held to as well (tests/journeys/test_vault_script.py)."""
    made = shares.split(bytes(range(32)), k=2, n=4, random=lambda size: b"\xa5" * size)
    assert made[0].hex() == "".join(f"{0xA5 ^ byte:02x}" for byte in range(32))
    for pair in combinations(enumerate(made, start=1), 2):
        assert shares.combine(dict(pair)) == bytes(range(32))


@pytest.mark.parametrize(
    ("k", "n", "reason"), [(0, 3, "by 1 to 3"), (4, 3, "by 1 to 3"), (1, 1, "from 2 to 20"), (2, 21, "from 2 to 20")]
)
def test_what_is_no_quorum_is_refused(k, n, reason):
    with pytest.raises(InvalidError, match=reason):
        shares.split(b"\x00" * 32, k=k, n=n)


@pytest.mark.parametrize("wrong", [{}, {0: b"\x00" * 32}, {21: b"\x00" * 32}, {1: b"\x00" * 31}])
def test_what_are_no_shares_is_refused(wrong):
    with pytest.raises(InvalidError, match="32 bytes each"):
        shares.combine(wrong)
    with pytest.raises(InvalidError, match="must be 32"):
        shares.split(b"short", k=2, n=3)
