"""Ask time authorities over the network: the one place in this room from which anything leaves the machine.

Only the addresses that the operator named are asked, with a hash and a random number, on a steady cadence. All are
asked at once, each within a time, so that a sick one delays nobody.
"""

import asyncio
from collections.abc import Mapping

import httpx

from ninefold.errors import NinefoldError, UnavailableError
from ninefold.ledger.stamps import LONGEST_RESPONSE

SECONDS = 8.0  # for one answer, from the name of the machine to the last byte
_KIND = "application/timestamp-reply"
_HEADERS = {
    "Content-Type": "application/timestamp-query",
    "Accept": _KIND,
    "Accept-Encoding": "identity",
    "User-Agent": "Ninefold",
}

Question = tuple[str, bytes]  # the address, and the request in DER


def ask(questions: Mapping[str, Question], *, seconds: float = SECONDS) -> dict[str, bytes | NinefoldError]:
    """The answer of each authority, by name; or why there is none."""
    return asyncio.run(_ask(questions, seconds))


async def _ask(questions: Mapping[str, Question], seconds: float) -> dict[str, bytes | NinefoldError]:
    async with httpx.AsyncClient(timeout=seconds, follow_redirects=False, headers=_HEADERS) as client:
        answers = await asyncio.gather(*(_one(client, *question, seconds) for question in questions.values()))
    return dict(zip(questions, answers, strict=True))


async def _one(client: httpx.AsyncClient, url: str, request: bytes, seconds: float) -> bytes | NinefoldError:
    try:
        # Beside the limits of the client: a byte now and then would satisfy those.
        return await asyncio.wait_for(_answer(client, url, request), seconds)
    except UnavailableError as error:
        return error
    except (TimeoutError, httpx.TimeoutException):
        return UnavailableError("It did not answer within {seconds} seconds.", seconds=f"{seconds:g}")
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
        return UnavailableError("It cannot be reached ({kind}).", kind=type(error).__name__)


async def _answer(client: httpx.AsyncClient, url: str, request: bytes) -> bytes:
    async with client.stream("POST", url, content=request) as answer:
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if answer.status_code != httpx.codes.OK:
            raise UnavailableError("It answered with status {status}.", status=answer.status_code)
        if kind != _KIND:
            raise UnavailableError("It answered with {kind}, which is no time stamp.", kind=repr(kind[:60]))
        body = b""
        async for part in answer.aiter_raw():
            body += part
            if len(body) > LONGEST_RESPONSE:
                raise UnavailableError("It answered with more than {longest} bytes.", longest=LONGEST_RESPONSE)
        return body
