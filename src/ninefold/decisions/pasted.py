"""What somebody pastes to say which record he means: its name, or the address of any of its pages. Asks no table.

So nothing here tells whether there is such a record.
"""

from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from ninefold.errors import InvalidError
from ninefold.ledger.refs import Ref

# By the part of an address that bears the id, the kind of the record; what stands first is the closest.
_KINDS = {
    "warning_id": "warning:warning",
    "right_id": "decisions:right",
    "office_id": "tracks:office",
    "tie_id": "tracks:tie",
    "actor_id": "tracks:actor",
    "situation_id": "tracks:situation",
}


def read_record(text: str) -> Ref:
    """The record that this names; anything else raises `InvalidError`."""
    text = text.strip()
    return _of_address(text) if "/" in text else _of_name(text)


def _of_name(text: str) -> Ref:
    try:
        return Ref.parse(text)
    except InvalidError:
        raise _wrong(text) from None


def _of_address(text: str) -> Ref:
    whole = text if "://" in text or text.startswith("/") else f"//{text}"
    try:
        path = urlsplit(whole).path
        found = resolve(path if path.endswith((".pdf", "/")) else f"{path}/").kwargs
    except (Resolver404, ValueError):
        raise _wrong(text) from None
    kind = next((name for name in _KINDS if name in found), None)
    if kind is None:
        raise _wrong(text)
    return Ref.parse(f"{_KINDS[kind]}:{found[kind]}")


def _wrong(text: str) -> InvalidError:
    return InvalidError(
        "{given} names no record; paste the address of its page, or its name, such as warning:warning:… with its id.",
        given=repr(text[:80]),
    )
