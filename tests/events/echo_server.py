"""A tiny WSGI application behind the real bridge and the real server, to see what passes through. Run as a script."""

import asyncio
import sys

import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from ninefold.jobs import lifeline
from ninefold.web.bridge import Pages

CLOSED = []


class Long:
    """An answer in many parts that says when it is let go of."""

    def __iter__(self):
        yield from (b"%06d\n" % n for n in range(20_000))

    def close(self):
        CLOSED.append("long")


def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/long":
        start_response("200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
        return Long()
    if path == "/closed":
        start_response("200 OK", [])
        return [",".join(CLOSED).encode()]
    if path == "/environ":
        start_response("200 OK", [])
        return [repr({key: value for key, value in environ.items() if key.isupper()}).encode()]
    body = environ["wsgi.input"].read()
    start_response("201 Created", [("X-Length", environ["CONTENT_LENGTH"]), ("X-Read", str(len(body)))])
    return [body[:10]]


async def serve(port):
    pages = Pages(app, threads=2)

    async def entry(scope, receive, send):
        await pages(scope, receive, send)

    server = Server(
        entry,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        log_enabled=False,
    )
    loop = asyncio.get_running_loop()
    lifeline.hold(lambda: loop.call_soon_threadsafe(server.stop))
    await server.serve()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
