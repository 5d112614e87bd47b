"""The door of the stream, `GET /events/`: one request is one open board.

The stream does not pass through Django's middleware, so what that would hold is held here: the host, the site that
asks, the person, and the headers.
"""

import asyncio
import random
from collections.abc import Mapping
from urllib.parse import parse_qs
from uuid import UUID

import django.db
from django.conf import settings
from django.http.request import split_domain_port, validate_host

from ninefold.errors import UnavailableError
from ninefold.web.bridge import Receive, Scope, Send, refuse
from ninefold.web.events import looking
from ninefold.web.events.hub import Clock, Hub
from ninefold.web.events.stream import Stream

PATH = "/events/"

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"same-origin"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
]
_SAME_SITE = (b"same-origin", b"none")

# A client that takes nothing for this long is let go.
_STALLED_SECONDS = 60.0
# Boards come back after a restart spread over this time, not all at once.
_RETRY_MILLISECONDS = (1000, 4000)


async def board(scope: Scope, receive: Receive, send: Send, *, hub: Hub, clock: Clock) -> None:
    """Answer one request to the stream; ends when the client leaves, the session ends or the server stops."""
    headers: Mapping[bytes, bytes] = dict(scope["headers"])
    refusal = 503 if hub.closing else _refusal(scope, headers)
    if refusal:
        await refuse(send, refusal)
        return
    try:
        reader = await hub.ask(looking.reader_from, headers, clock())
        stream = await hub.open(reader) if reader else None
    except (UnavailableError, django.db.Error):
        await refuse(send, 503)
        return
    if stream is None:
        await refuse(send, 401)
        return
    leaving = asyncio.ensure_future(_left(receive, stream))
    try:
        opening = await hub.ask(looking.opening, stream.reader, _last(scope, headers), clock())
    except django.db.Error:
        await refuse(send, 503)
    else:
        await _tell(send, stream, opening)
    finally:
        leaving.cancel()
        hub.drop(stream)


async def _tell(send: Send, stream: Stream, opening: looking.Opening) -> None:
    stream.floor = opening.floor
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    words = f"retry: {random.randint(*_RETRY_MILLISECONDS)}\n\n".encode() + opening.words
    while words:
        try:
            async with asyncio.timeout(_STALLED_SECONDS):
                await send({"type": "http.response.body", "body": words, "more_body": True})
        except TimeoutError:
            break
        words = await stream.next()
    await send({"type": "http.response.body", "body": b""})


async def _left(receive: Receive, stream: Stream) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.close()


def _refusal(scope: Scope, headers: Mapping[bytes, bytes]) -> int:
    """The status of a refusal, or 0."""
    if scope["path"] != PATH:
        return 404
    if scope["method"] != "GET":
        return 405
    domain, _ = split_domain_port(headers.get(b"host", b"").decode("latin-1"))
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return 400
    if headers.get(b"sec-fetch-site", b"none") not in _SAME_SITE:
        return 403
    return 0


def _last(scope: Scope, headers: Mapping[bytes, bytes]) -> UUID | None:
    """Where the board left off: the header that browsers repeat, else `?after=` of the page that opens it.

    What is not an id counts as one that nobody knows: the board is told to reload.
    """
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("after", [""])[0]
    text = headers.get(b"last-event-id", b"").decode("latin-1") or asked
    try:
        return UUID(text) if text else None
    except ValueError:
        return UUID(int=0)
