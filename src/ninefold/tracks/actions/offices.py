"""Offices are opened, given, left and passed on; what belongs to an office (its rights, what waits for it) stays."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet

from ninefold.access.actions import (
    NewRelease,
    hold_by_office,
    hold_open,
    mark_of,
    pass_on_by_office,
    place,
    require_span,
    require_taken_up,
)
from ninefold.access.models import Person
from ninefold.access.orphans import office_left
from ninefold.access.reads import actor_name, would_leave
from ninefold.errors import ConflictError, InvalidError
from ninefold.ledger.actions import append
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.refs import Ref
from ninefold.tracks.actions.marks import mark_read_by, strictest_mark
from ninefold.tracks.models import Actor, Holding, Office
from ninefold.tracks.rules import may_keep_circle
from ninefold.words.text import Text

OFFICE_OPENED = entry_kind("tracks.office-opened", "opened an office")
OFFICE_GIVEN = entry_kind("tracks.office-given", "gave an office to a person")
OFFICE_LEFT = entry_kind("tracks.office-left", "ended a person's time in an office")


class Term(NamedTuple):
    """Who takes an office, and until when."""

    office: Office
    ends: datetime


@transaction.atomic
def open_office(*, by: Person, now: datetime, actor: Actor, title: Text, releases: Sequence[NewRelease] = ()) -> Office:
    """Open an office in an organisation; who sees the organisation need not see each of its offices."""
    may_keep_circle(by.roles).require()
    office = Office.objects.create(id=uuid4(), actor=actor, title=title)
    ref = Ref("tracks", "office", office.pk)
    place(record=ref, releases=releases, now=now, by=by)
    append(
        kind=OFFICE_OPENED,
        actor=actor_name(by),
        subject=ref,
        now=now,
        marking=mark_of(releases, now),
        body={"organisation": str(actor.pk), "title": title.as_value()},
    )
    return office


@transaction.atomic
def give_office(
    *, by: Person, now: datetime, office: Office, person: Person, starts: datetime, ends: datetime
) -> Holding:
    """Let a person hold an office for a time that ends; the entry bears the office's mark, as the giver reads it.

    Who was invited and has not enrolled gets an offer instead (`offer_office`): others could still enter his account.
    """
    may_keep_circle(by.roles).require()
    require_term(starts, ends, now)
    require_taken_up(person)
    hold_open(person.pk)
    holding = begin_holding(office=office, person=person, starts=starts, ends=ends)
    append(
        kind=OFFICE_GIVEN,
        actor=actor_name(by),
        subject=Ref("tracks", "office", office.pk),
        now=now,
        marking=mark_read_by(by, now, Ref("tracks", "office", office.pk)),
        body={"person": actor_name(person), "starts": starts.isoformat(), "ends": ends.isoformat()},
    )
    return holding


def require_term(starts: datetime, ends: datetime, now: datetime) -> None:
    """Refuse a time in office that is over before it begins, began before now, or lasts too long."""
    if ends <= starts:
        raise InvalidError("The office would end before it starts; choose a later end.")
    if starts < now:
        raise InvalidError("What begins now cannot have begun before; choose today or a later day.")
    require_span(starts, ends, now)


def begin_holding(*, office: Office, person: Person, starts: datetime, ends: datetime) -> Holding:
    """The row of a time in office, inside the caller's act; one that overlaps another of his is refused."""
    if Holding.objects.filter(office=office, person=person, starts__lt=ends, ends__gt=starts).exists():
        raise ConflictError("{name} holds this office in that time already; choose another time.", name=str(person))
    return Holding.objects.create(office=office, person=person, starts=starts, ends=ends)


@transaction.atomic
def change_office(
    *,
    by: Person,
    now: datetime,
    person: Person,
    leaves: Office,
    at: datetime,
    successor: Person | None = None,
    takes: Term | None = None,
    orphans_read: bool = False,
) -> None:
    """Let a person leave an office at a moment, his successor follow him there, and he himself take another.

    What he held as its holder ends for him and begins for the successor, until the end that his own time had. Rights
    and warnings are addressed to the office, so they wait for whoever holds it, their clocks as they run.
    """
    may_keep_circle(by.roles).require()
    if at < now:
        raise InvalidError("A change of office cannot lie behind; choose today or a later day.")
    if successor is not None and successor.pk == person.pk:
        raise InvalidError("He cannot follow himself; name somebody else, or nobody.")
    if successor is None and not orphans_read:
        _require_nothing_lost(person, leaves, at)
    office = Ref("tracks", "office", leaves.pk)
    hold_by_office(office=office, person=person)
    hold_open(person.pk, *([successor.pk] if successor else []))
    holding = Holding.objects.filter(office=leaves, person=person, starts__lt=at, ends__gt=at).first()
    if holding is None or not Holding.objects.filter(pk=holding.pk, ends=holding.ends).update(ends=at):
        raise ConflictError("{name} does not hold this office at that time; read it again.", name=str(person.name))
    marking = mark_read_by(by, now, office)
    write_left(holding, at, actor=actor_name(by), now=now, marking=marking, successor=successor)
    if successor is not None:
        give_office(by=by, now=now, office=leaves, person=successor, starts=at, ends=holding.ends)
    pass_on_by_office(office=office, person=person, successor=successor, at=at, now=now)
    if takes is not None:
        give_office(by=by, now=now, office=takes.office, person=person, starts=at, ends=takes.ends)


def end_holdings(rows: QuerySet[Holding], now: datetime, *, actor: str, marking: str | None = None) -> None:
    """End these times in office at once, each with its entry; what had not begun is as if it had never been given."""
    for row in rows.select_related("office", "person"):
        same = Holding.objects.filter(pk=row.pk)
        if row.starts >= now:
            same.delete()
        else:
            same.update(ends=now)
        mark = marking or strictest_mark(now, Ref("tracks", "office", row.office_id))
        write_left(row, max(now, row.starts), actor=actor, now=now, marking=mark)


def write_left(
    holding: Holding,
    at: datetime,
    *,
    actor: str,
    now: datetime,
    marking: str,
    successor: Person | None = None,
) -> None:
    """The entry of a time in office that ends."""
    body = {"person": str(holding.person_id), "office": str(holding.office_id), "ends": at.isoformat()}
    body["starts"] = holding.starts.isoformat()
    if successor is not None:
        body["successor"] = str(successor.pk)
    subject = Ref("tracks", "office", holding.office_id)
    append(kind=OFFICE_LEFT, actor=actor, subject=subject, now=now, marking=marking, body=body)


def _require_nothing_lost(person: Person, office: Office, at: datetime) -> None:
    if would_leave(person, at, office_left(person.pk, office.pk)):
        raise ConflictError(
            "Something would be left without a holder; read the list of it, then say that you have read it."
        )
