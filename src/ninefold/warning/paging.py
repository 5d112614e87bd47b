"""The address of a list's next page, as text: where the last page ended."""

from uuid import UUID

from ninefold.access.reads import Place
from ninefold.clock import read_stamp, stamp
from ninefold.errors import InvalidError

SIZE = 25


def cursor_of(place: Place | None) -> str:
    """The place as it travels in an address; empty on the last page."""
    return f"{stamp(place.listed)}~{place.record}" if place else ""


def place_of(cursor: str) -> Place | None:
    """The place that `cursor_of` wrote; anything else raises `InvalidError`."""
    if not cursor:
        return None
    moment, _, record = cursor.partition("~")
    try:
        return Place(read_stamp(moment), UUID(record))
    except (ValueError, InvalidError):
        raise InvalidError("This page of the list cannot be found; begin at its first page.") from None
