"""The questions that the event stream asks of the rooms, in a thread: who is this, what is new, who may know it."""

from collections.abc import Mapping
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from ninefold.access import reads as access
from ninefold.access.arrivals import came
from ninefold.access.guards import person_of
from ninefold.access.models import Person
from ninefold.access.tokens import holder_of
from ninefold.ledger.models import Entry
from ninefold.web.events.stream import RELOAD, Event, Reader

# A board that missed more than this loads its page again.
_LONGEST_REPLAY = 100
AT_ONCE = 500


class Told(NamedTuple):
    """One entry and who may know of it."""

    event: Event
    readers: access.Readers


class Opening(NamedTuple):
    """What a new board is sent first, and the serial up to which that tells everything."""

    words: bytes
    floor: int


def reader_from(headers: Mapping[bytes, bytes], now: datetime) -> Reader | None:
    """Who opens a board: by token, by session, or a stranger. None: the token is not one, or not for reading."""
    authorization = headers.get(b"authorization", b"").decode("latin-1")
    if authorization:
        scheme, _, secret = authorization.partition(" ")
        person = _holder(secret.strip(), now) if scheme.lower() == "bearer" else None
        return Reader(person.pk, token=secret.strip()) if person else None
    session = _session_key(headers)
    person = _signed_in(session) if session else None
    return Reader(person.pk, session=session) if person else Reader(None)


def still_there(reader: Reader, now: datetime) -> bool:
    """Whether the session or token by which he came in still lets the same person in."""
    if reader.person is None:
        return True
    person = _holder(reader.token, now) if reader.token else _signed_in(reader.session)
    return person is not None and person.pk == reader.person


def newest_serial() -> int:
    """The serial of the newest entry; 0 in an empty log."""
    return access.newest_serial()


def news(after: int, now: datetime) -> list[Told]:
    """Entries after a serial, in order, each with its readers; at most `AT_ONCE`, so ask again."""
    entries = access.entries_after(after, most=AT_ONCE)
    return [Told(_event(entry), access.readers_of_entry(entry, now)) for entry in entries]


def opening(reader: Reader, last: UUID | None, now: datetime) -> Opening:
    """What a board is sent first: what it missed since `last`, or the newest entry that he may see.

    A `last` that is unknown, hidden from him or too long ago gets the same answer: load the page again.
    """
    floor = access.newest_serial()
    person = Person.objects.filter(pk=reader.person).first() if reader.person else None
    seen = access.newest_entries(person, now, size=_LONGEST_REPLAY + 1 if last else 1)
    # The clock of the stream tells what came after the floor.
    mine = [entry for entry in seen if entry.serial <= floor]
    for at, entry in enumerate(mine):
        if entry.id == last:
            return Opening(b"".join(_event(one).wire("change") for one in reversed(mine[:at])), floor)
    words = _event(mine[0]).wire("newest") if mine else b""
    return Opening(words + (RELOAD if last else b""), floor)


def _event(entry: Entry) -> Event:
    return Event(entry.serial, entry.id, entry.kind, entry.subject_kind, entry.subject_id)


def _holder(secret: str, now: datetime) -> Person | None:
    holder = holder_of(secret, now)
    return holder.person if holder and "read" in holder.scopes else None


def _session_key(headers: Mapping[bytes, bytes]) -> str:
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(headers.get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        return ""
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel else ""


def _signed_in(session: str) -> Person | None:
    """The person of a session, as the pages know him; who has yet to enrol a second factor is a stranger here."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session)
    request.user = get_user(request)
    person = person_of(request)
    way = came(request)
    if person is None or not ((way and way.strong) or person.secured or (settings.SAMPLE and person.invented)):
        return None
    return person
