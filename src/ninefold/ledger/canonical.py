"""One spelling for every JSON value (RFC 8785), so that equal values have equal hashes. Values in, bytes out."""

import json
import math
from json.encoder import encode_basestring as _quoted
from typing import Any

import rfc8785

from ninefold.errors import InvalidError

# RFC 8785, section 3.2.2.3: numbers are doubles, so a greater whole number could lose its last digits unseen.
_GREATEST = 2**53 - 1
# Entries are a few levels deep; the bound keeps a hostile file from exhausting the stack.
DEEPEST = 64
# The largest JSON text that is read back. A body is a record of an act, not a file.
LONGEST = 1 << 20


class _NotPlainError(Exception):
    """A value that only the standard's own walk can write, or nobody."""


def canonical_json(value: object) -> bytes:
    """The one spelling of `value` in UTF-8; `InvalidError` names the first part that has none."""
    try:
        return _plain(value, 0).encode()
    except (_NotPlainError, TypeError, UnicodeEncodeError):
        pass  # keys of several types, or a lone surrogate: the walk below names the place
    _require_canonical(value, "The value", 0)
    canonical: Any = value
    return rfc8785.dumps(canonical)


def read_canonical(text: bytes, longest: int = LONGEST) -> object:
    """The value that `canonical_json` wrote as `text`; any other spelling of it raises `InvalidError`."""
    if len(text) > longest:
        raise InvalidError("The JSON text is longer than {longest} bytes.", longest=longest)
    try:
        value = json.loads(text.decode(), parse_int=_read_integer)
    except (ValueError, RecursionError):
        raise InvalidError("This is not JSON text in UTF-8.") from None
    if canonical_json(value) != text:
        raise InvalidError("This JSON text is not in its canonical form (RFC 8785).")
    return value


def _plain(value: object, depth: int) -> str:
    """The text of what most entries are made of, checked and written in one walk: no number but whole ones (RFC 8785
    prints others as JavaScript does), names in ASCII only (whose order is the same by code points as by UTF-16 units).
    """
    # Exact types: a subclass may print as something else. The order of the questions is that of their frequency.
    if type(value) is str:
        return _quoted(value)
    if type(value) is int and -_GREATEST <= value <= _GREATEST:
        return str(value)
    if type(value) is bool:
        return "true" if value else "false"
    if value is None:
        return "null"
    if depth <= DEEPEST and type(value) is dict:
        return _plain_object(value, depth + 1)
    if depth <= DEEPEST and (type(value) is list or type(value) is tuple):
        return f"[{','.join([_plain(item, depth + 1) for item in value])}]"
    raise _NotPlainError


def _plain_object(members: dict[str, object], depth: int) -> str:
    names = sorted(members)
    if not "".join(names).isascii():
        raise _NotPlainError
    return f"{{{','.join([f'{_quoted(name)}:{_plain(members[name], depth)}' for name in names])}}}"


def _require_canonical(value: object, where: str, depth: int) -> None:
    """Walk the whole value and raise `InvalidError` at the first part that RFC 8785 cannot write."""
    if depth > DEEPEST:
        raise InvalidError("{where} is nested deeper than {deepest} levels.", where=where, deepest=DEEPEST)
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise InvalidError("{where} has the key {key}; a key must be text.", where=where, key=repr(key))
            _require_text(key, f"A key of {where}")
            _require_canonical(item, _inside(where, key), depth + 1)
    elif isinstance(value, list | tuple):
        for place, item in enumerate(value):
            _require_canonical(item, _inside(where, place), depth + 1)
    elif isinstance(value, str):
        _require_text(value, where)
    elif isinstance(value, int | float):
        _require_number(value, where)
    elif value is not None:
        raise InvalidError("{where} is a {kind}; JSON has no such value.", where=where, kind=type(value).__name__)


def _inside(where: str, step: str | int) -> str:
    return f"{'' if where == 'The value' else where}[{step!r}]"[-200:]


def _require_text(value: str, where: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidError("{where} holds half a character (a lone surrogate).", where=where) from None


def _require_number(value: float, where: str) -> None:
    if isinstance(value, int):
        if not -_GREATEST <= value <= _GREATEST:
            raise InvalidError("{where} is beyond 2^53 - 1; write such a number as text.", where=where)
    elif not math.isfinite(value):
        raise InvalidError("{where} is {number}; JSON has no such number.", where=where, number=value)


def _read_integer(digits: str) -> int | float:
    """Digits as RFC 8785 means them: a double. A whole number that fits exactly stays an int."""
    number = int(digits) if len(digits) <= len(str(-_GREATEST)) else float(digits)
    return number if -_GREATEST <= number <= _GREATEST else float(number)
