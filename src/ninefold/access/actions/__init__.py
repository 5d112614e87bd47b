"""Every change of who may see: people, audiences, releases, keys. One act, one transaction, one entry."""

from ninefold.access.actions.announcing import announce
from ninefold.access.actions.audiences import add_member, end_membership, open_audience, require_span
from ninefold.access.actions.keys import NewToken, end_key, enrol_key, issue_token, revoke_token
from ninefold.access.actions.people import (
    Handover,
    close_account,
    factor_added,
    factor_removed,
    found,
    invite,
    invite_again,
    open_imported,
    sample_link,
    take_link,
)
from ninefold.access.actions.releases import (
    NewRelease,
    end_release,
    lower_marking,
    mark_of,
    new_releases,
    place,
    release,
)
from ninefold.access.actions.upkeep import forget_what_ended

__all__ = [
    "Handover",
    "NewRelease",
    "NewToken",
    "add_member",
    "announce",
    "close_account",
    "end_key",
    "end_membership",
    "end_release",
    "enrol_key",
    "factor_added",
    "factor_removed",
    "forget_what_ended",
    "found",
    "invite",
    "invite_again",
    "issue_token",
    "lower_marking",
    "mark_of",
    "new_releases",
    "open_audience",
    "open_imported",
    "place",
    "release",
    "require_span",
    "revoke_token",
    "sample_link",
    "take_link",
]
