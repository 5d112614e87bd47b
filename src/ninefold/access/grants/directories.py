"""Whose account a directory opens, and which of its groups come into which audience; and which entries say so."""

from collections.abc import Iterator
from datetime import datetime

from ninefold.access.actions.entries import (
    ACCOUNT_CLOSED,
    DIRECTORY_LINKED,
    DIRECTORY_UNLINKED,
    GROUP_CONFIRMED,
    GROUP_WITHDRAWN,
)
from ninefold.access.models import DirectoryLink, GroupConsent
from ninefold.access.told import told_of_consent, told_of_link
from ninefold.ledger.held import Act, Row, Said, ends, held


def _linked(act: Act) -> Iterator[Said]:
    """A directory's sign-in; entries of older versions do not hold its subject."""
    told = {name: act.body[name] for name in ("issuer", "subject") if name in act.body}
    yield Said(str(act.subject), told, gives=True)


@held({DIRECTORY_LINKED: _linked, DIRECTORY_UNLINKED: ends, ACCOUNT_CLOSED: ends})
def directory_links(now: datetime) -> Iterator[Row]:
    """Whose account which directory opens, and for which of its subjects."""
    for row in DirectoryLink.objects.select_related("person").iterator():
        yield Row(str(row.person_id), told_of_link(row))


def _confirmed(act: Act) -> Iterator[Said]:
    """A group that a custodian let in; entries of older versions do not say until when, nor who it was."""
    names = ("issuer", "group", "ends", "given_by")
    told = {name: act.body[name] for name in names if name in act.body}
    more = {"audience": str(act.subject), "days": str(act.body["days"])}
    yield Said(act.body["consent"], told | more, gives=True)


def _withdrawn(act: Act) -> Iterator[Said]:
    yield Said(act.body["consent"], ended=True)


@held({GROUP_CONFIRMED: _confirmed, GROUP_WITHDRAWN: _withdrawn})
def group_consents(now: datetime) -> Iterator[Row]:
    """Which group of a directory comes into which audience, for how long after each sign-in."""
    for row in GroupConsent.objects.filter(ends__gt=now).iterator():
        yield Row(str(row.pk), told_of_consent(row), about=str(row.audience_id))
