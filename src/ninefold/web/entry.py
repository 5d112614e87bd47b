"""The one door for HTTP: `/events/` is served by the loop itself, everything else is Django in a thread."""

from collections.abc import Awaitable
from typing import Any

from django.core.wsgi import get_wsgi_application

from ninefold import clock
from ninefold.web.bridge import Message, Pages, Receive, Scope, Send
from ninefold.web.events.board import PATH, board
from ninefold.web.events.hub import Hub

# Pages wait for the database more than they compute; more threads than this only take turns at one lock.
_THREADS = 8

# granian names itself in every answer that does not.
_SERVER = (b"server", b"ninefold")


class Entry:
    """The ASGI application of one server process."""

    def __init__(self) -> None:
        self._pages = Pages(get_wsgi_application(), threads=_THREADS)
        self.hub = Hub(clock=clock.now)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or follow the server's life."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, _coroutine(receive), _named(send))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith(PATH):
            await board(scope, receive, send, hub=self.hub, clock=clock.now)
        else:
            await self._pages(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.hub.start()
            else:
                await self.hub.stop()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return


def _coroutine(receive: Receive) -> Receive:
    """What granian returns from `receive` an awaitable but no coroutine; a task needs one."""

    async def received() -> Message:
        return await receive()

    return received


def _named(send: Send) -> Send:
    def sent(message: Message) -> Awaitable[None]:
        if message["type"] == "http.response.start":
            headers: list[Any] = list(message["headers"])
            message["headers"] = [*headers, _SERVER]
        return send(message)

    return sent
