"""One question by HTTP to another machine, bounded in time and in size. This knows no address of its own.

Whoever asks names the address, which the operator or his caller named to him. No redirect is followed, and nothing is
told of this machine but the program's name.
"""

import asyncio
from typing import Any, NamedTuple

import httpx

_HEADERS = {"Accept-Encoding": "identity", "User-Agent": "Ninefold"}


class Answer(NamedTuple):
    """What came: the status, the content type without its parameters, in small letters, and the body.

    The body is `None` where more came than whoever asked wanted.
    """

    status: int
    kind: str
    body: bytes | None


class UnreachedError(Exception):
    """Nothing came, or not in time; the text names the kind of trouble."""

    def __init__(self, kind: str, *, late: bool = False) -> None:
        super().__init__(kind)
        self.late = late


Client = httpx.AsyncClient


def client() -> Client:
    """What several questions are asked with at once; an async context manager."""
    return Client(follow_redirects=False, headers=_HEADERS)


async def ask(
    client: Client,
    method: str,
    url: str,
    *,
    seconds: float,
    longest: int,
    **sent: Any,  # noqa: ANN401
) -> Answer:
    """The answer, or `UnreachedError`. `sent` is what httpx takes: content, data, headers, auth."""
    try:
        # Beside the limits of the client: a byte now and then would satisfy those.
        return await asyncio.wait_for(_answer(client, method, url, longest, timeout=seconds, **sent), seconds)
    except (TimeoutError, httpx.TimeoutException):
        raise UnreachedError("late", late=True) from None
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ExceptionGroup) as error:
        # A port beyond the last comes out of httpx as a group.
        raise UnreachedError(type(error).__name__) from None


def ask_once(method: str, url: str, *, seconds: float, longest: int, **sent: Any) -> Answer:  # noqa: ANN401
    """`ask`, from where nothing else runs meanwhile."""

    async def once() -> Answer:
        async with client() as opened:
            return await ask(opened, method, url, seconds=seconds, longest=longest, **sent)

    return asyncio.run(once())


async def _answer(client: Client, method: str, url: str, longest: int, **sent: Any) -> Answer:  # noqa: ANN401
    async with client.stream(method, url, **sent) as came:
        kind = came.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        body = b""
        async for part in came.aiter_raw():
            body += part
            if len(body) > longest:
                return Answer(came.status_code, kind, None)
    return Answer(came.status_code, kind, body)
