"""Whose account a directory opens, and which of its groups stand before an audience."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from ninefold.access.directory.fields import GroupMapping
from ninefold.access.directory.file import Directory
from ninefold.access.models import Audience, DirectoryLink, GroupConsent, Person
from ninefold.errors import NotThereError


class Proposed(NamedTuple):
    """A group that the operator proposes for an audience, and the custodian's consent where he gave it."""

    mapping: GroupMapping
    consent: GroupConsent | None


def is_linked(person: Person) -> bool:
    """Whether some directory opens his account."""
    return DirectoryLink.objects.filter(person=person).exists()


def person_of_subject(issuer: str, subject: str) -> Person | None:
    """The open account that this very subject opens. An address never counts here."""
    link = DirectoryLink.objects.filter(issuer=issuer, subject=subject, person__is_active=True)
    found = link.select_related("person").first()
    return found.person if found else None


def consents(issuer: str, now: datetime) -> QuerySet[GroupConsent]:
    """The consents that count now: given by who is the custodian still, with an open account."""
    rows = GroupConsent.objects.filter(issuer=issuer, starts__lte=now, ends__gt=now, given_by__is_active=True)
    return rows.select_related("audience", "given_by")


def consented(issuer: str, mappings: Iterable[GroupMapping], now: datetime) -> list[tuple[GroupMapping, GroupConsent]]:
    """The mappings that their custodians confirmed word for word: group, audience and days."""
    given = {(row.group, row.audience_id, row.days): row for row in consents(issuer, now)}
    return [(each, given[each]) for each in mappings if each in given]


def proposed_for(audience: Audience, person: Person, directory: Directory | None, now: datetime) -> list[Proposed]:
    """For its custodian, the groups that the operator proposes for this audience; for anybody else none."""
    if directory is None or audience.custodian_id != person.pk:
        return []
    here = [each for each in directory.mappings if each.audience == audience.pk]
    given = dict(consented(directory.issuer, here, now))
    return [Proposed(each, given.get(each)) for each in here]


def consent_kept_by(person: Person, consent: UUID) -> GroupConsent:
    """A consent for an audience that he keeps; `NotThereError` otherwise."""
    found = GroupConsent.objects.filter(pk=consent, audience__custodian=person).select_related("audience").first()
    if found is None:
        raise NotThereError
    return found
