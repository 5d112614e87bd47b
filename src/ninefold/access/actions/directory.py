"""Accounts that a directory opens, and memberships that its groups give, as far as custodians agreed."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from ninefold.access.actions.entries import (
    DIRECTORY_LINKED,
    DIRECTORY_UNLINKED,
    GROUP_CONFIRMED,
    GROUP_WITHDRAWN,
    MEMBER_ADDED,
    MEMBERSHIP_ENDED,
    MEMBERSHIP_PROLONGED,
    record,
)
from ninefold.access.actions.holding import hold_audiences, hold_open
from ninefold.access.directory.fields import GroupMapping
from ninefold.access.directory.file import Directory
from ninefold.access.models import Audience, DirectoryLink, GroupConsent, HeardAnswer, Membership, Person
from ninefold.access.policy import may_add_member, may_confirm_group
from ninefold.access.reads import audience_facts, consented, reader_of
from ninefold.access.told import subject_of
from ninefold.clock import stamp
from ninefold.errors import ConflictError, NotThereError, RefusedError
from ninefold.ledger.kinds import Kind

CONSENT_LIFE = timedelta(days=366)
"""How long a custodian's consent to a group lasts; then he looks again."""


@transaction.atomic
def link_directory(*, person: Person, now: datetime, directory: Directory, subject: str, email: str) -> None:
    """Let this subject open the account of a person who is signed in here; `email` is what his directory verified.

    Who has enrolled has proven himself here. Who has only opened his invitation must bear its address.
    """
    held = Person.objects.select_for_update().get(pk=person.pk)
    if not held.is_active:
        raise NotThereError
    if not held.secured and email != held.email:
        raise RefusedError(
            "{name} does not confirm the address to which you were invited, so it cannot open this account.",
            name=directory.name,
        )
    try:
        with transaction.atomic():
            DirectoryLink.objects.create(person=held, issuer=directory.issuer, subject=subject, linked_day=now.date())
    except IntegrityError:
        raise ConflictError("This account, or this sign-in of {name}, is tied already.", name=directory.name) from None
    held.links.filter(starts__lte=now, ends__gt=now).update(ends=now)
    body = {"issuer": directory.issuer, "subject": subject_of(held, subject)}
    record(DIRECTORY_LINKED, by=held, now=now, subject="person", record_id=held.pk, body=body)


@transaction.atomic
def unlink_directory(*, person: Person, now: datetime) -> None:
    """Untie the directory from one's own account; refused while nothing else lets him in."""
    held = Person.objects.select_for_update().get(pk=person.pk)
    if not held.secured:
        raise RefusedError("Add a passkey or an authenticator app first; nothing else would let you in.")
    if not DirectoryLink.objects.filter(person=held).delete()[0]:
        raise ConflictError("This account is tied to no directory.")
    record(DIRECTORY_UNLINKED, by=held, now=now, subject="person", record_id=held.pk, body={})


@transaction.atomic
def confirm_group(*, by: Person, now: datetime, audience: Audience, mapping: GroupMapping, issuer: str) -> GroupConsent:
    """Let a directory's group into the audience, for a year; the custodian's act, and nobody else's."""
    may_confirm_group(reader_of(by), audience_facts(audience)).require()
    if mapping.audience != audience.pk:
        raise NotThereError
    Audience.objects.select_for_update().get(pk=audience.pk)
    if consented(issuer, [mapping], now):
        raise ConflictError("This group may come in already.")
    consent = GroupConsent.objects.create(
        audience=audience,
        issuer=issuer,
        group=mapping.group,
        days=mapping.days,
        given_by=by,
        starts=now,
        ends=now + CONSENT_LIFE,
    )
    body = _told(consent) | {"ends": stamp(consent.ends), "given_by": str(by.pk)}
    record(GROUP_CONFIRMED, by=by, now=now, subject="audience", record_id=audience.pk, body=body)
    return consent


@transaction.atomic
def withdraw_group(*, by: Person, now: datetime, consent: GroupConsent) -> None:
    """Close the audience to the group; who is in by it alone is out at this moment."""
    audience = consent.audience
    may_confirm_group(reader_of(by), audience_facts(audience)).require()
    Audience.objects.select_for_update().get(pk=audience.pk)
    if not GroupConsent.objects.filter(pk=consent.pk, ends__gt=now).update(ends=now):
        raise ConflictError("This group is closed out already.")
    record(GROUP_WITHDRAWN, by=by, now=now, subject="audience", record_id=audience.pk, body=_told(consent))
    for membership in Membership.objects.filter(consent=consent, ends__gt=now):
        _change(MEMBERSHIP_ENDED, membership, now, ends=max(now, membership.starts), by=by)


@transaction.atomic
def seen_in_directory(*, person: Person, now: datetime, directory: Directory, groups: Iterable[str]) -> None:
    """After a sign-in: prolong what the groups shown give, and end what groups no longer shown gave.

    Each change has its entry; where nothing changes there is none. Ends fall on midnight, so that the entries of two
    sign-ins on one day are one.
    """
    shown = set(groups)
    mappings = [each for each in directory.mappings if each.group in shown]
    rows = Membership.objects.filter(person=person, consent__isnull=False, starts__lte=now, ends__gt=now)
    audiences = sorted({*(each.audience for each in mappings), *rows.values_list("audience_id", flat=True)})
    if not audiences:
        return
    # Held until the end, so that a custodian who withdraws at this moment comes before or after, never between; and so
    # does whoever closes the account.
    hold_audiences(Q(pk__in=audiences))
    hold_open(person.pk)
    given: dict[UUID, GroupConsent] = {}
    for _, consent in sorted(consented(directory.issuer, mappings, now), key=lambda pair: pair[1].days):
        if _lets_in(consent, person):
            given[consent.audience_id] = consent
    held = {row.audience_id: row for row in rows}
    for audience in audiences:
        _settle(person, now, given.get(audience), held.get(audience))


def hear_once(*, issuer: str, assertion: str, until: datetime, now: datetime) -> None:
    """Take an answer that a directory signed, once for all processes; `RefusedError` if it was taken before.

    It is no act of anybody, so it has no entry. The row holds a fingerprint and the day after the last on which the
    answer would be taken: not who came, nor when.
    """
    fingerprint = sha256(f"{issuer}\0{assertion}".encode()).hexdigest()
    try:
        with transaction.atomic():
            HeardAnswer.objects.create(fingerprint=fingerprint, until=until.date() + timedelta(days=1))
    except IntegrityError:
        raise RefusedError(
            "What the directory answered was used before, so nobody was signed in; start again."
        ) from None


def _lets_in(consent: GroupConsent, person: Person) -> bool:
    """Whether who gave the consent may still let this person in, and did not put him out by hand since."""
    facts = audience_facts(consent.audience)
    if not may_add_member(reader_of(consent.given_by), facts, member=reader_of(person)).allowed:
        return False
    put_out = Membership.objects.filter(person=person, audience=consent.audience, ended_by_hand=True)
    return not put_out.filter(ends__gte=consent.starts).exists()


def _settle(person: Person, now: datetime, consent: GroupConsent | None, held: Membership | None) -> None:
    if consent is None:
        if held is not None:
            _change(MEMBERSHIP_ENDED, held, now, ends=now)
        return
    ends = _until(now, consent.days)
    if held is not None:
        if held.ends != ends or held.consent_id != consent.pk:
            _change(MEMBERSHIP_PROLONGED, held, now, ends=ends, consent=consent)
        return
    audience = consent.audience
    if Membership.objects.filter(audience=audience, person=person, starts__lt=ends, ends__gt=now).exists():
        return  # the custodian himself said from when and until when
    new = Membership.objects.create(audience=audience, person=person, starts=now, ends=ends, consent=consent)
    body = {**_about(new), "starts": now.isoformat(), "ends": ends.isoformat()}
    record(MEMBER_ADDED, by=None, now=now, subject="membership", record_id=new.pk, body=body)


def _change(
    kind: Kind,
    row: Membership,
    now: datetime,
    *,
    ends: datetime,
    consent: GroupConsent | None = None,
    by: Person | None = None,
) -> None:
    by_consent = consent.pk if consent else row.consent_id
    # Compared with what was read: whom the custodian puts out at this moment stays out.
    if not Membership.objects.filter(pk=row.pk, ends=row.ends, ended_by_hand=False).update(
        ends=ends, consent=by_consent
    ):
        return
    row.consent_id = by_consent
    body = {**_about(row), "ends": ends.isoformat()}
    record(kind, by=by, now=now, subject="membership", record_id=row.pk, body=body)


def _about(row: Membership) -> dict[str, str]:
    return {"audience": str(row.audience_id), "person": str(row.person_id), "consent": str(row.consent_id)}


def _told(consent: GroupConsent) -> dict[str, object]:
    return {"consent": str(consent.pk), "issuer": consent.issuer, "group": consent.group, "days": consent.days}


def _until(now: datetime, days: int) -> datetime:
    """The midnight (UTC) that ends the last day."""
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=days + 1), time(), UTC)
