"""Audiences: an administrator opens one, its custodian alone says who is in it and until when."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction

from ninefold.access.actions.entries import AUDIENCE_OPENED, record
from ninefold.access.actions.holding import hold_open
from ninefold.access.actions.memberships import tell_begun, tell_ended
from ninefold.access.models import Audience, Membership, Person
from ninefold.access.policy import may_add_member, may_end_member, may_open_audience
from ninefold.access.reads import audience_facts, has_enrolled, is_linked, reader_of
from ninefold.errors import ConflictError, InvalidError
from ninefold.ledger.drafts import Seal
from ninefold.ledger.refs import Ref
from ninefold.words.text import Text

OFFICE = "tracks:office"
"""Offices are kept in a room above, so that one is named here as any record is."""

LONGEST = timedelta(days=3660)
"""Ten years: a longer grant is one that nobody will look at again."""


@transaction.atomic
def open_audience(
    *,
    by: Person,
    now: datetime,
    name: Text,
    custodian: Person,
    purpose: Text | None = None,
    members_visible: bool = False,
    seal: Seal | None = None,
) -> Audience:
    """A new circle of readers with nobody in it. Its custodian fills it; the administrator cannot."""
    may_open_audience(reader_of(by), keeper=reader_of(custodian)).require()
    hold_open(by.pk, custodian.pk)
    require_taken_up(custodian)
    audience = Audience.objects.create(
        id=seal.draft.record if seal else uuid4(),
        name=name,
        purpose=purpose,
        custodian=custodian,
        members_visible=members_visible,
        starts=now,
    )
    body = {"name": name.as_value(), "custodian": str(custodian.pk), "members_visible": members_visible}
    record(AUDIENCE_OPENED, by=by, now=now, subject="audience", record_id=audience.pk, body=body, seal=seal)
    return audience


@transaction.atomic
def add_member(
    *,
    by: Person,
    now: datetime,
    audience: Audience,
    person: Person,
    ends: datetime,
    starts: datetime | None = None,
    by_office: str = "",
) -> Membership:
    """Let a person read through the audience until `ends`; the custodian's act.

    `by_office` names the office as whose holder he reads: who follows him in it reads on, he does not.
    """
    may_add_member(reader_of(by), audience_facts(audience), member=reader_of(person)).require()
    require_taken_up(person)
    begins = starts or now
    require_span(begins, ends, now)
    require_office(by_office)
    held = Audience.objects.select_for_update().get(pk=audience.pk)
    if held.custodian_id != audience.custodian_id:
        raise ConflictError("Somebody else changed this audience first; read it again.")
    hold_open(by.pk, person.pk)
    if Membership.objects.filter(audience=audience, person=person, starts__lt=ends, ends__gt=begins).exists():
        raise ConflictError("{name} is in this audience at that time already.", name=str(person.name))
    term = {"starts": begins, "ends": ends, "by_office": by_office}
    membership = Membership.objects.create(audience=audience, person=person, **term)
    tell_begun(membership, by=by, now=now)
    return membership


@transaction.atomic
def end_membership(*, by: Person, now: datetime, membership: Membership) -> None:
    """End a membership at this moment: by the custodian, or by the member himself."""
    facts = audience_facts(membership.audience)
    may_end_member(reader_of(by), facts, member=membership.person_id).require()
    # A sign-in that would let him in again comes before or after, never between.
    Audience.objects.select_for_update().get(pk=membership.audience_id)
    ends = max(now, membership.starts)
    if not Membership.objects.filter(pk=membership.pk, ends__gt=ends).update(ends=ends, ended_by_hand=True):
        raise ConflictError("This membership has ended already.")
    tell_ended(membership, ends, by=by, now=now)


def require_office(by_office: str) -> None:
    """Refuse what is not the name of an office; nothing is one that names none."""
    if by_office and Ref.parse(by_office).room_kind != OFFICE:
        raise InvalidError("{ref} names no office; write it as tracks:office:uuid4.", ref=by_office)


def require_span(starts: datetime, ends: datetime, now: datetime) -> None:
    """Refuse a grant that is over before it begins, or that outlives `LONGEST`."""
    if ends <= starts or ends <= now:
        raise InvalidError("It would end before it begins; choose a later end.")
    if ends - now > LONGEST:
        raise InvalidError("It would last longer than ten years; choose an earlier end and renew it then.")


def _require_enrolled(person: Person) -> None:
    """Until he has enrolled, whoever holds his invitation could enter in his place; the administrator held it first."""
    if not has_enrolled(person):
        raise InvalidError(
            "{name} has not added a passkey or an authenticator app yet, so others could still enter that account; "
            "come back then.",
            name=str(person.name),
        )


def require_taken_up(person: Person) -> None:
    """Refuse who may not be the only one that can enter his account.

    Nobody else can enter once he enrolled, or once his directory opens the account and the invitation ended.
    """
    if not is_linked(person):
        _require_enrolled(person)
