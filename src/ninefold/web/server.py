"""The server as a process: `python -m ninefold.web.server [N]`, on the workspace and address of the environment.

N, from 0 on, counts the processes of one workspace; each listens at the port that is N higher than the first.

One process and one loop: granian's embedded server, because its boards must be closed before it stops (it waits for
open answers), and because it needs no second process to watch it. Nothing about a request is written anywhere.
"""

import asyncio
import os
import resource
import sys

import django
import uvloop
from django.conf import settings
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from ninefold.jobs import lifeline

# Each open board holds a connection; beyond `_MOST_AT_ONCE` requests wait in the listen queue.
_MOST_AT_ONCE = 4500
_LISTEN_QUEUE = 2048
_MOST_FILES = 8192
_HEADER_SECONDS = 10


def main(place: int = 0) -> None:
    """Serve until told to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ninefold.web.settings")
    django.setup()
    _allow_many_connections()
    uvloop.run(_serve(place))


async def _serve(place: int) -> None:
    # Rooms are imported when Django is ready, which is only now.
    from ninefold.web.entry import Entry  # noqa: PLC0415

    address = settings.ADDRESS
    entry = Entry()
    server = Server(
        entry,
        address=address.listens_on,
        port=address.port + place,
        ssl_cert=address.cert,
        ssl_key=address.key,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_SECONDS * 1000),
        websockets=False,
        backlog=_LISTEN_QUEUE,
        backpressure=_MOST_AT_ONCE,
        log_enabled=False,
        log_access=False,
    )
    loop = asyncio.get_running_loop()

    async def stop() -> None:
        await entry.hub.stop()
        server.stop()  # type: ignore[no-untyped-call]

    def ask_to_stop() -> None:
        asyncio.run_coroutine_threadsafe(stop(), loop)

    lifeline.hold(ask_to_stop)
    await server.serve()


def _allow_many_connections() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(_MOST_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
