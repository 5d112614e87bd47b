"""The entries of a membership: it begins, it ends. Whoever does either writes its entry in the same transaction."""

from datetime import datetime

from ninefold.access.actions.entries import MEMBER_ADDED, MEMBERSHIP_ENDED, record
from ninefold.access.models import Membership, Person


def tell_begun(row: Membership, *, by: Person | None, now: datetime) -> None:
    """Say who reads through which audience, from when and until when; by the node where nobody acts."""
    body = {**_about(row), "starts": row.starts.isoformat(), "ends": row.ends.isoformat()}
    if row.by_office:
        body["office"] = row.by_office
    record(MEMBER_ADDED, by=by, now=now, subject="membership", record_id=row.pk, body=body)


def tell_ended(row: Membership, ends: datetime, *, by: Person | None, now: datetime) -> None:
    """Say that a membership ends then."""
    body = {**_about(row), "ends": ends.isoformat()}
    record(MEMBERSHIP_ENDED, by=by, now=now, subject="membership", record_id=row.pk, body=body)


def _about(row: Membership) -> dict[str, str]:
    return {"audience": str(row.audience_id), "person": str(row.person_id)}
