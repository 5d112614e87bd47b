"""Every time stamp again: it is that of its checkpoint, and leads to the certificates that are named now.

One by an authority that is no longer named can only be held against its checkpoint.
"""

from collections.abc import Mapping

from ninefold.errors import NinefoldError, RefusedError
from ninefold.ledger.authorities import Authority
from ninefold.ledger.checks.findings import Findings
from ninefold.ledger.models import TimeStamp
from ninefold.ledger.named import authorities
from ninefold.ledger.notes import split_note
from ninefold.ledger.stamps import open_stamp, require_text


def check_time_stamps(findings: Findings) -> None:
    """Open every stored time stamp."""
    try:
        named = {authority.name: authority for authority in authorities()}
    except NinefoldError as error:
        findings.add("time stamp", "authorities", "No time stamp can be checked to its end: {why}", why=str(error))
        named = {}
    for row in TimeStamp.objects.order_by("checkpoint_id", "authority").select_related("checkpoint").iterator():
        try:
            _check(row, named)
        except NinefoldError as error:
            text = "The time stamp of size {name} by {authority} does not hold: {why}"
            findings.add("time stamp", row.checkpoint_id, text, authority=row.authority, why=str(error))


def _check(row: TimeStamp, named: Mapping[str, Authority]) -> None:
    response, text = bytes(row.response), split_note(row.checkpoint.note).text.encode()
    authority = named.get(row.authority)
    if authority is None:
        time = require_text(response, text)
    else:
        time = open_stamp(response, text, authority.roots, policy=authority.policy).time
    if time != row.time:
        raise RefusedError("It says another time than its row.")
