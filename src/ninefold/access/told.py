"""What the log says of a row of this room, in the same words where it is written and where the check holds it."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from ninefold.access.markings import read
from ninefold.access.models import Audience, Release
from ninefold.clock import stamp
from ninefold.errors import InvalidError
from ninefold.ledger.authors import SEALED, is_under_rule
from ninefold.ledger.canonical import canonical_json


def told_of_release(row: Release) -> dict[str, str]:
    """Which record it gives to whom, under which marking, from when until when, and who may give it further.

    Who placed it stays unsaid under the Chatham House Rule.
    """
    return {
        "record": f"{row.kind}:{row.record}",
        "audience": str(row.audience_id or ""),
        "marking": _marking(row),
        "starts": stamp(row.starts),
        "ends": stamp(row.ends),
        "embargo_until": spelled(row.embargo_until),
        "placed_by": SEALED if is_under_rule(row.marking) else str(row.placed_by_id or ""),
    }


def told_of_audience(row: Audience) -> dict[str, str]:
    """Who keeps it, now and next, and what its custodian set."""
    return {
        "custodian": str(row.custodian_id),
        "successor": str(row.successor_id or ""),
        "members_visible": yes_or_no(row.members_visible),
        "notices": yes_or_no(row.notices),
    }


def named(value: object) -> dict[str, str]:
    """The name of an audience, as the check compares it; an entry says it in full."""
    return {"name": sha256(canonical_json(value)).hexdigest()}


def listed(roles: Sequence[str]) -> str:
    """Roles, as one text."""
    return ",".join(sorted(roles))


def yes_or_no(value: object) -> str:
    """A choice of two, as a word."""
    return "yes" if value else "no"


def spelled(moment: datetime | None) -> str:
    """A moment that may be none."""
    return stamp(moment) if moment else ""


def _marking(row: Release) -> str:
    """The marking, and the rank beside it where the two do not agree: lists read by the rank."""
    try:
        agree = read(row.marking).rank == row.rank
    except InvalidError:
        agree = False
    return row.marking if agree else f"{row.marking} as {row.rank}"
