"""Questions to other machines, each in a thread of its own: none waits for another, and all take a bounded time.

Only witnesses that the operator names in his policy are asked. Nothing is sent but what anybody may fetch from the log.
"""

import http.client
import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urlsplit

from ninefold.errors import InvalidError

SECONDS = 4.0
_SOCKET_SECONDS = 2 * SECONDS  # a thread whose answer was given up ends by itself
_LONGEST_ANSWER = 1 << 16
_busy: dict[tuple[str, str], "_Call"] = {}


class Reply(NamedTuple):
    """What a witness answered; `status` 0 when nothing came, and then `text` says what happened instead."""

    status: int
    kind: str
    text: str


class Question(NamedTuple):
    """The submission prefix of a witness, and the body for it."""

    url: str
    body: bytes


class Asking:
    """Questions that are under way together. Iterating gives each reply as it comes, by the name of its question.

    A further question may be put meanwhile. Whatever has not come after `seconds` from the start is given up.
    """

    def __init__(self, *, seconds: float = SECONDS) -> None:
        self._end = time.monotonic() + seconds
        self._open: dict[str, _Call] = {}
        self._come: queue.SimpleQueue[tuple[str, Reply]] = queue.SimpleQueue()

    def put(self, name: str, question: Question) -> None:
        """Ask, unless the last question of this name still hangs (looking up an address cannot be stopped)."""
        call = self._open[name] = _Call(question, lambda reply: self._come.put((name, reply)))
        before = _busy.get((name, question.url))
        if before is None or not before.is_alive() or before.answered:
            _busy[name, question.url] = call
            call.start()

    def __iter__(self) -> Iterator[tuple[str, Reply]]:
        while self._open:
            try:
                name, reply = self._come.get(timeout=max(0.0, self._end - time.monotonic()))
            except queue.Empty:
                break
            if name in self._open:
                del self._open[name]
                yield name, reply
        while self._open:
            name, call = self._open.popitem()
            call.give_up()
            yield name, Reply(0, "", "it did not answer in time")


def require_url(url: str, *, name: str) -> None:
    """Raise `InvalidError` unless the witness of this name can be asked at this address."""
    with suppress(ValueError):
        parts = urlsplit(url)
        plain = not (parts.query or parts.fragment or parts.username or re.search(r"[^!-~]", url))
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and plain:
            return
    raise InvalidError(
        "The witness policy says of {name} no address where it can be asked; write one that begins with https.",
        name=name,
    )


class _Call(threading.Thread):
    """One question on its way."""

    def __init__(self, question: Question, told: Callable[[Reply], None]) -> None:
        super().__init__(name="asking", daemon=True)
        self._question = question
        self._told = told
        self._connection: http.client.HTTPConnection | None = None
        self.answered = False

    def run(self) -> None:
        """Ask, and tell what came."""
        try:
            reply = self._ask()
        except (OSError, http.client.HTTPException, ValueError) as error:
            reply = Reply(0, "", f"it cannot be reached ({type(error).__name__})")
        finally:
            self.answered = True
            if self._connection is not None:
                self._connection.close()
        self._told(reply)

    def give_up(self) -> None:
        """Close the connection, which ends the thread."""
        sock = self._connection.sock if self._connection is not None else None
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _ask(self) -> Reply:
        parts = urlsplit(self._question.url)
        host = parts.hostname or ""
        if parts.scheme == "https":
            trusted = ssl.create_default_context()
            self._connection = http.client.HTTPSConnection(host, parts.port, timeout=_SOCKET_SECONDS, context=trusted)
        else:
            self._connection = http.client.HTTPConnection(host, parts.port, timeout=_SOCKET_SECONDS)
        self._connection.request("POST", f"{parts.path.rstrip('/')}/add-checkpoint", self._question.body)
        answer = self._connection.getresponse()
        text = answer.read(_LONGEST_ANSWER).decode("utf-8", "replace")
        return Reply(answer.status, answer.headers.get("Content-Type", ""), text)
