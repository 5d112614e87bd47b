"""What the log says of a row of this room, in the same words where it is written and where the check holds it."""

import hmac
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import is_password_usable

from ninefold.access.markings import read
from ninefold.access.models import Audience, DirectoryLink, GroupConsent, Person, Release
from ninefold.clock import stamp
from ninefold.errors import InvalidError
from ninefold.ledger.authors import SEALED, is_under_rule
from ninefold.ledger.canonical import canonical_json

_SECRETS = ("secret", "seed", "credential")
"""By what a factor lets somebody in; its name and which codes were used change without an act."""


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


def password_of(person: Person, stored: str) -> str:
    """A password as it is stored, held but not told; nothing where it lets nobody in."""
    return _bound(person, "password", stored) if stored and is_password_usable(stored) else ""


def told_of_factor(row: Authenticator) -> dict[str, str]:
    """A passkey, an authenticator app or recovery codes: by what they let in, held but not told."""
    secret = {name: row.data[name] for name in _SECRETS if name in row.data}
    return {"factor": str(row.type), "held": _bound(row.user, "factor", secret)}


def told_of_link(row: DirectoryLink) -> dict[str, str]:
    """Which directory opens an account, and for which of its subjects, held but not told."""
    return {"issuer": row.issuer, "subject": subject_of(row.person, row.subject)}


def told_of_consent(row: GroupConsent) -> dict[str, str]:
    """Which group of which directory comes into an audience, for how many days, until when, and who let it in."""
    return {
        "audience": str(row.audience_id),
        "issuer": row.issuer,
        "group": row.group,
        "days": str(row.days),
        "ends": stamp(row.ends),
        "given_by": str(row.given_by_id),
    }


def subject_of(person: Person, subject: str) -> str:
    """The subject of a directory, held but not told: it may be an address or a number that anybody could guess."""
    return _bound(person, "subject", subject)


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


def _bound(person: Person, what: str, value: object) -> str:
    """A keyed digest: who has only the log cannot guess what is under it, and nobody finds another value for it."""
    text = canonical_json({what: value})
    return hmac.digest(bytes(person.binding), b"ninefold held v1\0" + text, "sha256").hex()


def _marking(row: Release) -> str:
    """The marking, and the rank beside it where the two do not agree: lists read by the rank."""
    try:
        agree = read(row.marking).rank == row.rank
    except InvalidError:
        agree = False
    return row.marking if agree else f"{row.marking} as {row.rank}"
