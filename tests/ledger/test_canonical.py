"""One spelling for every value."""

import json
import math
from enum import StrEnum
from pathlib import Path

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from ninefold.errors import InvalidError
from ninefold.ledger.canonical import DEEPEST, LONGEST, canonical_json, read_canonical

JCS = Path(__file__).parent / "vectors" / "jcs"

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.floats(allow_nan=False, allow_infinity=False)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


@pytest.mark.parametrize("name", sorted(path.name for path in (JCS / "input").iterdir()))
def test_the_published_vectors(name):
    value = json.loads((JCS / "input" / name).read_bytes())
    assert canonical_json(value) == (JCS / "output" / name).read_bytes()


@given(values)
@example({"a\x00\x1f\x7f\u2028\U0001f600": '"\\/\b\f\n\r\t\x01\x7f\u2028é\ufeff'})
@example({"\ufb33": 1, "\U0001f600": 2})
@example([1e21, 1e-7, 1e-6, 123456789012345680000.0, -0.0, 5e-324, 1.7976931348623157e308, 333333333.3333333])
def test_it_prints_as_the_reference_does_and_reads_back(value):
    text = canonical_json(value)
    assert text == rfc8785.dumps(value)
    assert read_canonical(text) == value


@pytest.mark.parametrize(
    ("number", "text"),
    # RFC 8785, appendix B
    [
        (0.0, "0"),
        (-0.0, "0"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740992.0, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (1e23, "1e+23"),
        (999999999999999700000.0, "999999999999999700000"),
        (1e21, "1e+21"),
        (9.999999999999997e-7, "9.999999999999997e-7"),
        (0.000001, "0.000001"),
        (333333333.33333325, "333333333.33333325"),
        (-0.0000033333333333333333, "-0.0000033333333333333333"),
    ],
)
def test_numbers_print_as_in_the_standard(number, text):
    assert canonical_json(number).decode() == text
    assert read_canonical(text.encode()) == number


def test_keys_stand_in_the_order_of_utf16():
    # RFC 8785, section 3.2.3: by code points the emoji would come last.
    keys = ["€", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "ö"]
    ordered = ["\r", "1", "\u0080", "ö", "€", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical_json(dict.fromkeys(keys, 0)))) == ordered


class Colour(StrEnum):
    RED = "red"


def test_kinds_of_text_and_lists_print_as_their_plain_selves():
    assert canonical_json({"a": Colour.RED, "b": (1, 2)}) == b'{"a":"red","b":[1,2]}'


def deep(levels):
    value = []
    for _ in range(levels - 1):
        value = [value]
    return value


def looped():
    value = {}
    value["again"] = value
    return value


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"a": [1, math.nan]}, r"\['a'\]\[1\] is nan"),
        ({"a": math.inf}, "JSON has no such number"),
        (2**53, "beyond 2"),
        ({"a": -(2**53)}, r"\['a'\] is beyond"),
        ({1: 2}, "the key 1; a key must be text"),
        ({"é": {None: 2}}, "a key must be text"),
        ("\ud800", "half a character"),
        ({"\udfff": 1}, "half a character"),
        ({"a": "\ud800"}, r"\['a'\] holds half a character"),
        ({"a": b"bytes"}, "is a bytes; JSON has no such value"),
        ({"a": {1, 2}}, "is a set"),
        (object(), "The value is a object"),
        (deep(DEEPEST + 2), "nested deeper"),
        (deep(3000), "nested deeper"),
        (looped(), "nested deeper"),
    ],
    ids=lambda value: "" if isinstance(value, list | dict) else None,
)
def test_what_has_no_spelling_is_refused_and_named(value, reason):
    with pytest.raises(InvalidError, match=reason):
        canonical_json(value)


def test_the_deepest_value_is_written_and_read():
    assert read_canonical(canonical_json(deep(DEEPEST + 1))) == deep(DEEPEST + 1)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b'{"a":1,"a":1}', "canonical form"),
        (b'{"a":1,"a":2}', "canonical form"),
        (b'{"b":1,"a":1}', "canonical form"),
        (b'{"a": 1}', "canonical form"),
        (b"[1]\n", "canonical form"),
        (b" 1", "canonical form"),
        (b"1.0", "canonical form"),
        (b"-0", "canonical form"),
        (b"1e2", "canonical form"),
        (b"9007199254740993", "canonical form"),
        (b'"\\u00e9"', "canonical form"),
        (b'"\\/"', "canonical form"),
        (b'"\\ud800"', "half a character"),
        (b"NaN", "JSON has no such number"),
        (b"1" * 400, "JSON has no such number"),
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        (b"\xef\xbb\xbf1", "not JSON"),
        (b"[" * 200_000, "not JSON"),
        (b" " * (LONGEST + 1), "longer than"),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_another_spelling_is_refused(text, reason):
    with pytest.raises(InvalidError, match=reason):
        read_canonical(text)
