"""Bytes as hexadecimal digits in their one spelling: lower case, two a byte."""

import re

from ninefold.errors import InvalidError

_HEX = re.compile(r"(?:[0-9a-f]{2})*")


def read_hex(text: object, what: str, *, length: int | None = None) -> bytes:
    """The bytes; `InvalidError` names `what` when the text is in another form, or of another length in bytes."""
    if not isinstance(text, str) or not _HEX.fullmatch(text):
        raise InvalidError("{what} must be hexadecimal digits in lower case.", what=what)
    if length is not None and len(text) != 2 * length:
        raise InvalidError("{what} must be {length} hexadecimal digits in lower case.", what=what, length=2 * length)
    return bytes.fromhex(text)
