"""The rooms by the questions on their doors. Only doors that exist, and that this reader may open, are shown."""

from typing import NamedTuple

from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ninefold.access.guards import OPEN, person_of


class _Door(NamedTuple):
    question: Promise
    view: str
    room: str


class Room(NamedTuple):
    """A link in the side bar. `here`: the page is in this room; `exactly`: it is this very page."""

    question: Promise
    href: str
    here: bool
    exactly: bool


_DOORS = (
    _Door(_("Who is who?"), "web:front", "tracks"),
    _Door(_("What is coming?"), "warning:board", "warning"),
    _Door(_("Who may decide?"), "decisions:rights", "decisions"),
    _Door(_("What happened, provably?"), "ledger:log", "ledger"),
    _Door(_("Who may see?"), "access:home", "access"),
)


def rooms_for(request: HttpRequest) -> list[Room]:
    """The side bar of a page."""
    here = _room_of(request.path)
    shown = []
    for door in _DOORS:
        href = _address(door.view)
        if href and (person_of(request) or getattr(resolve(href).func, "guard", None) == OPEN):
            shown.append(Room(door.question, href, here == door.room, request.path == href))
    return shown


def _room_of(path: str) -> str:
    first = path.strip("/").partition("/")[0]
    return first or "tracks"


def _address(view: str) -> str:
    try:
        return reverse(view)
    except NoReverseMatch:
        return ""
