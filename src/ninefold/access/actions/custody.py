"""Who keeps an audience next: its custodian says so, now or for the day on which his account closes.

Where a custodian left without a successor, an administrator names one; that person keeps the audience once he takes it
up, and only if he reads through it already. So nobody lets himself or another in by closing an account.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from ninefold.access.actions.audiences import require_taken_up
from ninefold.access.actions.entries import CUSTODY_PASSED, GROUP_WITHDRAWN, SUCCESSOR_NAMED, record
from ninefold.access.actions.holding import hold_open
from ninefold.access.models import Audience, GroupConsent, Membership, Person
from ninefold.access.policy import may_name_successor
from ninefold.access.reads import audience_facts, reader_of
from ninefold.errors import ConflictError, InvalidError, NotThereError
from ninefold.ledger.drafts import Seal


@transaction.atomic
def name_successor(
    *, by: Person, now: datetime, audience: Audience, person: Person | None, seal: Seal | None = None
) -> None:
    """Say who keeps an audience when its custodian leaves; None takes it back."""
    held = Audience.objects.select_for_update().get(pk=audience.pk)
    keeper = reader_of(person) if person else None
    may_name_successor(
        reader_of(by), audience_facts(held), keeper=keeper, orphaned=not held.custodian.is_active
    ).require()
    if person is not None:
        _require_able(held, person)
    Audience.objects.filter(pk=held.pk).update(successor=person)
    body = {"successor": str(person.pk) if person else ""}
    record(SUCCESSOR_NAMED, by=by, now=now, subject="audience", record_id=held.pk, body=body, seal=seal)


@transaction.atomic
def pass_custody(*, by: Person, now: datetime, audience: Audience, person: Person, seal: Seal | None = None) -> None:
    """Give an audience into another's keeping at once; the custodian's act."""
    held = Audience.objects.select_for_update().get(pk=audience.pk)
    may_name_successor(reader_of(by), audience_facts(held), keeper=reader_of(person), orphaned=False).require()
    _require_able(held, person)
    hand_over(held, person, now, by=by, seal=seal)


@transaction.atomic
def take_custody(*, by: Person, now: datetime, audience: UUID, seal: Seal | None = None) -> Audience:
    """Keep an audience whose custodian left: who was named, and reads through it. To anybody else it is not there."""
    named = Audience.objects.select_for_update(of=("self",)).filter(
        pk=audience, successor=by, custodian__is_active=False
    )
    inside = Membership.objects.filter(person=by, audience=audience, starts__lte=now, ends__gt=now)
    held = named.first()
    if held is None or not inside.exists():
        raise NotThereError
    hand_over(held, by, now, by=by, seal=seal)
    return held


def hand_over(
    audience: Audience, person: Person, now: datetime, *, by: Person | None, seal: Seal | None = None
) -> None:
    """Custody passes inside the caller's transaction. Groups that the former custodian let in are asked of the new."""
    hold_open(person.pk)
    unchanged = Audience.objects.filter(pk=audience.pk, custodian=audience.custodian_id)
    if not unchanged.update(custodian=person, successor=None):
        raise ConflictError("Somebody else changed this audience first; read it again.")
    for consent in GroupConsent.objects.filter(audience=audience, ends__gt=now):
        GroupConsent.objects.filter(pk=consent.pk).update(ends=max(now, consent.starts))
        told = {"consent": str(consent.pk), "issuer": consent.issuer, "group": consent.group, "days": consent.days}
        record(GROUP_WITHDRAWN, by=by, now=now, subject="audience", record_id=audience.pk, body=told)
    body = {"from": str(audience.custodian_id), "custodian": str(person.pk)}
    record(CUSTODY_PASSED, by=by, now=now, subject="audience", record_id=audience.pk, body=body, seal=seal)


def _require_able(audience: Audience, person: Person) -> None:
    if person.pk == audience.custodian_id:
        raise InvalidError("{name} keeps this audience already; name somebody else.", name=str(person.name))
    hold_open(person.pk)
    require_taken_up(person)
