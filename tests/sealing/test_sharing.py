"""Any k of n shares give the secret back; fewer, foreign or damaged ones do not."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.errors import InvalidError, RefusedError
from ninefold.sealing.sharing import Share, join, split

SECRET = b"the key of the archive"


@st.composite
def shared(draw):
    of = draw(st.integers(1, 9))
    need = draw(st.integers(1, of))
    secret = draw(st.binary(min_size=1, max_size=80))
    return secret, split(secret, need=need, of=of), draw(st.permutations(range(of)))[:need]


@given(shared())
def test_any_so_many_as_are_needed_give_the_secret(case):
    secret, shares, chosen = case
    assert join(shares[at] for at in chosen) == secret
    assert join(shares) == secret


@given(shared())
def test_one_fewer_is_refused(case):
    _, shares, chosen = case
    with pytest.raises(RefusedError, match=r"needed|No share"):
        join(shares[at] for at in chosen[1:])


def test_every_pair_of_a_hundred_works():
    shares = split(SECRET, need=2, of=100)
    assert {join(pair) for pair in combinations(shares, 2)} == {SECRET}


def test_a_byte_of_one_share_tells_nothing_of_the_secret():
    """One share of a constant secret takes every value about equally often (chi-squared, 255 degrees of freedom)."""
    counts = [0] * 256
    for _ in range(400):
        for value in split(b"\x00" * 64, need=2, of=2)[0].values[:64]:
            counts[value] += 1
    expected = sum(counts) / 256
    assert sum((count - expected) ** 2 / expected for count in counts) < 400


@given(shared())
def test_a_share_is_read_as_it_was_written(case):
    for share in case[1]:
        assert Share.parse(f" {share}\n") == share


LIES = {
    "another value": lambda shares: [shares[0], shares[1]._replace(values=bytes(len(shares[1].values)))],
    "another secret's": lambda shares: [shares[0], split(SECRET, need=2, of=3)[1]],
    "the same twice": lambda shares: [shares[0], shares[0]],
    "nothing": lambda shares: [],
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_refused(lie):
    shares = split(SECRET, need=2, of=3)
    assert join(shares[:2]) == SECRET
    with pytest.raises(RefusedError):
        join(LIES[lie](shares))


@pytest.mark.parametrize(("need", "of"), [(0, 3), (4, 3), (1, 256)])
def test_impossible_numbers_are_refused(need, of):
    with pytest.raises(InvalidError, match="cannot be made"):
        split(SECRET, need=need, of=of)


def test_a_slip_is_named_without_repeating_the_share():
    text = str(split(SECRET, need=2, of=3)[0])
    slip = text.replace("a", "b", 1) if "a" in text else text.replace("1", "2", 1)
    with pytest.raises(InvalidError, match="copy it again") as told:
        Share.parse(slip)
    assert slip not in str(told.value)
    assert text.split("-")[5] not in repr(Share.parse(text))
