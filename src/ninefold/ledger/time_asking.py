"""Ask time authorities over the network: only the addresses that the operator named, with a hash and a random number.

All are asked at once, on a steady cadence, each within a time, so that a sick one delays nobody.
"""

import asyncio
from collections.abc import Mapping

from ninefold import outward
from ninefold.errors import NinefoldError, UnavailableError
from ninefold.ledger.stamps import LONGEST_RESPONSE

SECONDS = 8.0  # for one answer, from the name of the machine to the last byte
_KIND = "application/timestamp-reply"
_HEADERS = {"Content-Type": "application/timestamp-query", "Accept": _KIND}

Question = tuple[str, bytes]  # the address, and the request in DER


def ask(questions: Mapping[str, Question], *, seconds: float = SECONDS) -> dict[str, bytes | NinefoldError]:
    """The answer of each authority, by name; or why there is none."""
    return asyncio.run(_ask(questions, seconds))


async def _ask(questions: Mapping[str, Question], seconds: float) -> dict[str, bytes | NinefoldError]:
    async with outward.client() as client:
        answers = await asyncio.gather(*(_one(client, *question, seconds) for question in questions.values()))
    return dict(zip(questions, answers, strict=True))


async def _one(client: outward.Client, url: str, request: bytes, seconds: float) -> bytes | NinefoldError:
    told = {"content": request, "headers": _HEADERS}
    try:
        answer = await outward.ask(client, "POST", url, seconds=seconds, longest=LONGEST_RESPONSE, **told)
    except outward.UnreachedError as error:
        if error.late:
            return UnavailableError("It did not answer within {seconds} seconds.", seconds=f"{seconds:g}")
        return UnavailableError("It cannot be reached ({kind}).", kind=error)
    if answer.status != 200:
        return UnavailableError("It answered with status {status}.", status=answer.status)
    if answer.kind != _KIND:
        return UnavailableError("It answered with {kind}, which is no time stamp.", kind=repr(answer.kind[:60]))
    if answer.body is None:
        return UnavailableError("It answered with more than {longest} bytes.", longest=LONGEST_RESPONSE)
    return answer.body
