"""What a person reads as the holder of an office passes to who follows him there, until the end that it had."""

from datetime import datetime

from django.db.models import Q

from ninefold.access.actions.holding import hold_audiences
from ninefold.access.actions.memberships import tell_begun, tell_ended
from ninefold.access.models import Membership, Person
from ninefold.ledger.refs import Ref


def hold_by_office(*, office: Ref, person: Person) -> None:
    """Hold the audiences that he reads as its holder: before any account is held, inside the change of office."""
    hold_audiences(Q(pk__in=Membership.objects.filter(person=person, by_office=str(office)).values("audience")))


def pass_on_by_office(*, office: Ref, person: Person, successor: Person | None, at: datetime, now: datetime) -> None:
    """Inside a change of office: end his memberships as its holder at `at`, and begin them for the successor.

    The custodian agreed to that when he tied the membership to the office. Each has its entry, by the node. The
    audiences are held already (`hold_by_office`).
    """
    rows = Membership.objects.filter(person=person, by_office=str(office), ends__gt=at).order_by("pk")
    for row in rows:
        ends = max(at, row.starts)
        Membership.objects.filter(pk=row.pk).update(ends=ends)
        tell_ended(row, ends, by=None, now=now)
        if successor is not None and not successor.is_administrator:
            _begin(row, successor, at, now)


def _begin(former: Membership, person: Person, at: datetime, now: datetime) -> None:
    starts, ends = max(at, former.starts), former.ends
    if Membership.objects.filter(audience=former.audience_id, person=person, starts__lt=ends, ends__gt=starts).exists():
        return  # the custodian himself said from when and until when
    new = Membership.objects.create(
        audience_id=former.audience_id, person=person, starts=starts, ends=ends, by_office=former.by_office
    )
    tell_begun(new, by=None, now=now)
