"""The log has its checkpoints stamped by the authorities that are named.

An answer is kept only once it is found to hold. An authority that fails is asked again with the next cadence, for the
checkpoint that is the last one then.
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from ninefold.errors import NinefoldError, UnavailableError
from ninefold.jobs.queue import job
from ninefold.ledger.authorities import Authority
from ninefold.ledger.models import Checkpoint, TimeStamp
from ninefold.ledger.named import authorities
from ninefold.ledger.notes import split_note
from ninefold.ledger.stamps import new_request, open_stamp
from ninefold.ledger.time_asking import ask


@job(attempts=1)
def stamp_last(now: datetime) -> None:
    """Have the last checkpoint stamped by every authority that has not yet; `UnavailableError` tells who did not."""
    last = Checkpoint.objects.order_by("-size").first()
    if last is None:
        return
    done = set(TimeStamp.objects.filter(checkpoint=last).values_list("authority", flat=True))
    failed = stamp(last, [authority for authority in authorities() if authority.name not in done])
    if failed:
        told = "; ".join(f"{name}: {why}" for name, why in failed.items())
        raise UnavailableError("No time stamp for size {size}: {told}", size=last.size, told=told)


def stamp(checkpoint: Checkpoint, asked: list[Authority]) -> dict[str, NinefoldError]:
    """Ask the authorities and keep the answers that hold; returns, by name, why there is none of the others."""
    text = split_note(checkpoint.note).text.encode()
    requests = {authority.name: new_request(text) for authority in asked}
    answers = ask({authority.name: (authority.url, requests[authority.name].as_bytes()) for authority in asked})
    failed: dict[str, NinefoldError] = {}
    for authority in asked:
        answer = answers[authority.name]
        try:
            if isinstance(answer, NinefoldError):
                raise answer
            nonce = requests[authority.name].nonce
            made = open_stamp(answer, text, authority.roots, nonce=nonce, policy=authority.policy)
            _keep(checkpoint, authority.name, made.time, answer)
        except NinefoldError as error:
            failed[authority.name] = error
    return failed


def _keep(checkpoint: Checkpoint, authority: str, time: datetime, response: bytes) -> None:
    try:
        with transaction.atomic():
            TimeStamp.objects.create(checkpoint=checkpoint, authority=authority, time=time, response=response)
    except IntegrityError:
        return  # another worker was faster, and its stamp is as good
