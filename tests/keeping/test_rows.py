"""A value comes back as it was, and a stream is cut where its rows end."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.errors import InvalidError
from ninefold.keeping import rows
from ninefold.keeping.pieces import LARGEST, SMALLEST, cut_lines, name_of, pack, unpack
from ninefold.words.text import in_one

values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**62), 2**62),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
    st.binary(),
    st.uuids(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.times(),
    st.timedeltas(min_value=timedelta(days=-1000), max_value=timedelta(days=1000)),
    st.datetimes(timezones=st.just(UTC)),
    st.dictionaries(st.text(), st.integers() | st.text()),
    st.lists(st.integers()),
)


@given(st.lists(values))
def test_a_value_is_read_as_it_was_written(given_values):
    line = rows._encode([rows._written(value) for value in given_values]).encode()
    assert b"\n" not in line
    assert rows.read_line(line) == given_values


@pytest.mark.parametrize("value", [in_one("ar", "نص"), date(2026, 1, 2), Decimal("1.10"), datetime.now(UTC), uuid4()])
def test_the_kind_of_a_value_stays(value):
    (back,) = rows.read_line(rows._encode([rows._written(value)]).encode())
    assert (type(back), back) == (type(value), value)


def test_what_no_column_holds_is_refused():
    with pytest.raises(InvalidError, match="of the kind object"):
        rows._written(object())
    with pytest.raises(InvalidError, match="of the kind 'q'"):
        rows.read_line(b'[{"q":1}]')


@given(st.binary(max_size=400_000))
def test_a_piece_is_unpacked_as_it_was_packed(piece):
    packed = pack(piece)
    assert len(packed) % (64 << 10) == 0
    assert unpack(packed) == piece


def test_a_piece_that_unfolds_without_end_is_refused():
    with pytest.raises(InvalidError, match="damaged"):
        unpack(pack(bytes(LARGEST + 1)), LARGEST)


def test_a_new_row_changes_one_piece():
    lines = [f'["{uuid4()}",{number}]\n'.encode() for number in range(20_000)]
    key = bytes(32)

    def names(of):
        return [name_of(piece, key) for piece, _ in cut_lines(of)]

    before = names(lines)
    assert len(before) > 6
    after = names([*lines[:7_000], b'["a new one",1]\n', *lines[7_000:]])
    assert len(set(after) - set(before)) <= 2
    assert name_of(b"x", key) != name_of(b"x", bytes([1]) * 32)


def test_pieces_keep_their_measure():
    lines = [bytes(400) + b"\n"] * 30_000
    pieces = [piece for piece, _ in cut_lines(lines)]
    assert b"".join(pieces) == b"".join(lines)
    assert all(SMALLEST <= len(piece) <= LARGEST + 401 for piece in pieces[:-1])
