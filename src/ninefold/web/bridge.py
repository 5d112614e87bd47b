"""Django's pages inside the ASGI server: a request goes to a thread once, whole, and its answer comes back once.

The body is collected before a thread is taken, and the answer is sent after the thread is given back; a slow client
holds memory within bounds, never a thread. a2wsgi was tried: each part of an answer crossed between thread and loop
and waited for the client there, and a body without a length reached Django as an empty one.
"""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
WSGIApp: TypeAlias = Callable[[dict[str, Any], Callable[..., Any]], Any]

# The largest request: a panel file is far smaller, and everything waits in memory.
LARGEST_BODY = 16 * 1024 * 1024
# How long a whole request may take to arrive.
BODY_SECONDS = 60.0

# Pages are sent in one piece up to this many parts; longer answers (files) come in turns.
_PARTS = 16


class Head(NamedTuple):
    """Status and headers of an answer, as ASGI writes them."""

    status: int
    headers: list[tuple[bytes, bytes]]


class Pages:
    """A WSGI application as an ASGI one, for `http` requests only."""

    def __init__(self, app: WSGIApp, *, threads: int) -> None:
        self._app = app
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="pages")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        body = await _body(scope, receive)
        if isinstance(body, int):
            await refuse(send, body)
            return
        loop = asyncio.get_running_loop()
        head, parts, rest = await loop.run_in_executor(self._pool, self._first, environ(scope, body))
        await send({"type": "http.response.start", "status": head.status, "headers": head.headers})
        while rest is not None:
            await send({"type": "http.response.body", "body": parts, "more_body": True})
            parts, rest = await loop.run_in_executor(self._pool, _more, rest)
        await send({"type": "http.response.body", "body": parts})

    def _first(self, environ: dict[str, Any]) -> "tuple[Head, bytes, _Rest | None]":
        heads: list[Head] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
            encoded = [(name.lower().encode("latin-1"), value.strip().encode("latin-1")) for name, value in headers]
            heads.append(Head(int(status[:3]), encoded))

        answer = self._app(environ, start_response)
        parts, rest = _more(_Rest(iter(answer), getattr(answer, "close", None)))
        return heads[-1], parts, rest


class _Rest(NamedTuple):
    """What of an answer is still to be read, and how to let go of it."""

    parts: Iterator[bytes]
    close: Callable[[], None] | None


def _more(rest: _Rest) -> tuple[bytes, _Rest | None]:
    try:
        parts = list(islice(rest.parts, _PARTS))
    except BaseException:
        _close(rest)
        raise
    if len(parts) == _PARTS:
        return b"".join(parts), rest
    _close(rest)
    return b"".join(parts), None


def _close(rest: _Rest) -> None:
    if rest.close:
        rest.close()


async def _body(scope: Scope, receive: Receive) -> bytes | int:
    """The whole body, or the status of its refusal."""
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"0")
    if not length.isdigit():
        return 400
    if int(length) > LARGEST_BODY:
        return 413
    if length == b"0" and b"transfer-encoding" not in headers:
        return b""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _collected(receive)
    except TimeoutError:
        return 408


async def _collected(receive: Receive) -> bytes | int:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return 400
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            return 413
        if not message.get("more_body", False):
            return bytes(body)


async def refuse(send: Send, status: int) -> None:
    """An answer without words, for requests that no browser sends."""
    headers = [(b"content-length", b"0"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def environ(scope: Scope, body: bytes) -> dict[str, Any]:
    """The request as WSGI tells it (PEP 3333). Headers with an underscore are dropped: they could pass for others."""
    host, port = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    values: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw, value in scope["headers"]:
        name = raw.decode("latin-1")
        if "_" not in name:
            key = "HTTP_" + name.upper().replace("-", "_")
            told = value.decode("latin-1")
            joint = "; " if name == "cookie" else ","
            values[key] = f"{values[key]}{joint}{told}" if key in values else told
    values["CONTENT_TYPE"] = values.pop("HTTP_CONTENT_TYPE", "")
    values.pop("HTTP_CONTENT_LENGTH", None)
    values["CONTENT_LENGTH"] = str(len(body))
    return values
