"""People leave: at once or on a day. What a person holds ends or passes on in one transaction; what he did stays.

What would be left without a holder is listed before (`reads/orphans.py`); an account closes over it only when whoever
closes it says that he has read that list.
"""

from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from ninefold.access.actions.audiences import LONGEST
from ninefold.access.actions.channels import end_notices
from ninefold.access.actions.custody import hand_over
from ninefold.access.actions.entries import (
    ACCOUNT_CLOSED,
    DEPARTURE_SET,
    DEPARTURE_WITHDRAWN,
    SUCCESSOR_NAMED,
    record,
)
from ninefold.access.actions.holding import hold_audiences, hold_open
from ninefold.access.actions.memberships import tell_ended
from ninefold.access.actions.signing_keys import end_row
from ninefold.access.leaving import leave_every_room
from ninefold.access.models import Audience, Departure, DirectoryLink, Membership, Offer, Person
from ninefold.access.policy import may_run_accounts
from ninefold.access.reads import would_leave
from ninefold.access.reads.facts import reader_of
from ninefold.clock import stamp
from ninefold.errors import ConflictError, InvalidError, NinefoldError
from ninefold.ledger.drafts import Seal

_LONGEST_REASON = 1_000


class Swept(NamedTuple):
    """How many departures of the day were carried out, and how many could not be."""

    done: int
    failed: int


@transaction.atomic
def close_account(
    *,
    by: Person,
    now: datetime,
    person: Person,
    reason: str,
    orphans_read: bool = False,
    seal: Seal | None = None,
) -> None:
    """End everything that lets this person in and all that he holds, at once. What he did stays."""
    may_run_accounts(reader_of(by), "close_account").require()
    reason = _reason(reason)
    if not orphans_read:
        _require_nothing_lost(person, now)
    _close(person, now)
    record(ACCOUNT_CLOSED, by=by, now=now, subject="person", record_id=person.pk, body={"reason": reason}, seal=seal)


@transaction.atomic
def set_departure(
    *,
    by: Person,
    now: datetime,
    person: Person,
    reason: str,
    at: datetime,
    orphans_read: bool = False,
    seal: Seal | None = None,
) -> Departure:
    """Let an account close by itself at a moment that lies ahead."""
    may_run_accounts(reader_of(by), "close_account").require()
    reason = _reason(reason)
    if not now < at <= now + LONGEST:
        raise InvalidError("The day of departure must lie ahead, within ten years; choose such a day.")
    if not orphans_read:
        _require_nothing_lost(person, at)
    hold_open(person.pk)
    if Departure.objects.filter(person=person).exists():
        raise ConflictError("A departure is set for this account already; withdraw it first.")
    departure = Departure.objects.create(person=person, set_by=by, reason=reason, starts=now, at=at)
    body = {"reason": reason, "at": stamp(at)}
    record(DEPARTURE_SET, by=by, now=now, subject="person", record_id=person.pk, body=body, seal=seal)
    return departure


@transaction.atomic
def withdraw_departure(*, by: Person, now: datetime, person: Person) -> None:
    """The account stays open after all."""
    may_run_accounts(reader_of(by), "close_account").require()
    if not Departure.objects.filter(person=person).delete()[0]:
        raise ConflictError("No departure is set for this account; it may have been withdrawn or carried out.")
    record(DEPARTURE_WITHDRAWN, by=by, now=now, subject="person", record_id=person.pk, body={})


def close_due(*, now: datetime) -> Swept:
    """Close every account whose day has come, each in a transaction of its own, so that one cannot hold up others."""
    failed = 0
    due = list(Departure.objects.filter(at__lte=now).order_by("at", "pk").select_related("person"))
    for departure in due:
        try:
            _close_on_its_day(departure, now)
        except NinefoldError:
            failed += 1
    return Swept(len(due) - failed, failed)


@transaction.atomic
def _close_on_its_day(departure: Departure, now: datetime) -> None:
    if not Departure.objects.filter(pk=departure.pk, at=departure.at).delete()[0]:
        return  # withdrawn, or carried out by another worker
    _close(departure.person, now)
    body = {"reason": departure.reason}
    record(ACCOUNT_CLOSED, by=None, alone="clock", now=now, subject="person", record_id=departure.person_id, body=body)


def _close(person: Person, now: datetime) -> None:
    """Close the account and end what he holds. Custody of his audiences passes to whom he named."""
    inside = Membership.objects.filter(person=person, ends__gt=now).values("audience")
    held = hold_audiences(Q(custodian=person) | Q(pk__in=inside))
    # His account, before all that he has: whoever signs, lets him in or signs in with it at this moment is done before,
    # or finds it closed.
    if not Person.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
        raise ConflictError("This account is closed already.")
    Departure.objects.filter(person=person).delete()
    _end_ways_in(person, now)
    for audience in (each for each in held if each.custodian_id == person.pk):
        heir = audience.successor
        if heir is not None and heir.is_active:
            hand_over(audience, heir, now, by=None)
    _name_no_longer(person, now)
    Offer.objects.filter(person=person).delete()
    _end_memberships(person, now)
    leave_every_room(person, now)


def _name_no_longer(person: Person, now: datetime) -> None:
    """Who has left keeps no audience next; its custodian reads of it and names another."""
    for audience in Audience.objects.select_for_update(of=("self",)).filter(successor=person).order_by("pk"):
        Audience.objects.filter(pk=audience.pk).update(successor=None)
        record(SUCCESSOR_NAMED, by=None, now=now, subject="audience", record_id=audience.pk, body={"successor": ""})


def _end_ways_in(person: Person, now: datetime) -> None:
    person.sessions.all().delete()
    DirectoryLink.objects.filter(person=person).delete()
    end_notices(person)
    for rows in (person.tokens, person.custodian_keys, person.links):
        rows.filter(starts__lte=now, ends__gt=now).update(ends=now)
    for key in person.signing_keys.filter(ends__gt=now):
        end_row(key, now, "closed")


def _end_memberships(person: Person, now: datetime) -> None:
    """Each has its entry, by the node: which audiences he was in is nobody's affair but theirs."""
    for row in Membership.objects.filter(person=person, ends__gt=now).order_by("pk"):
        ends = max(now, row.starts)
        if Membership.objects.filter(pk=row.pk, ends__gt=ends).update(ends=ends):
            tell_ended(row, ends, by=None, now=now)


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise InvalidError("Say why the account is closed; the reason stays in the log.")
    if len(reason) > _LONGEST_REASON:
        raise InvalidError("The reason has at most {most} characters; shorten it.", most=_LONGEST_REASON)
    return reason


def _require_nothing_lost(person: Person, at: datetime) -> None:
    if would_leave(person, at):
        raise ConflictError(
            "Something would be left without a holder; read the list of it, then say that you have read it."
        )
