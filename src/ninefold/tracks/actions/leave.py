"""Leave: for a time a deputy answers for a person's offices; without one, what waits goes on to the next in line."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from ninefold.access.actions import hold_open, require_span, require_taken_up
from ninefold.access.models import Person
from ninefold.access.orphans import away
from ninefold.access.reads import actor_name, would_leave
from ninefold.clock import stamp
from ninefold.errors import ConflictError, InvalidError, NotThereError
from ninefold.ledger.actions import append
from ninefold.ledger.kinds import Kind, entry_kind
from ninefold.ledger.refs import Ref
from ninefold.tracks.models import Absence
from ninefold.tracks.rules import may_deputise, may_enter_leave

LEAVE_ENTERED = entry_kind("tracks.leave-entered", "entered a leave")
LEAVE_ENDED = entry_kind("tracks.leave-ended", "ended a leave")
DEPUTY_LEFT = entry_kind("tracks.deputy-left", "lost the deputy of a leave")

# What concerns one person is for his eyes and those of who entered it.
_MARKING = "tlp:red"


@transaction.atomic
def enter_leave(
    *,
    by: Person,
    now: datetime,
    person: Person,
    starts: datetime,
    ends: datetime,
    deputy: Person | None = None,
    orphans_read: bool = False,
) -> Absence:
    """From `starts` until `ends` the deputy answers for this person's offices; it ends by itself."""
    may_enter_leave(by.roles, himself=by.pk == person.pk).require()
    if starts < now:
        raise InvalidError("What begins now cannot have begun before; choose today or a later day.")
    require_span(starts, ends, now)
    if deputy is not None:
        may_deputise(same=deputy.pk == person.pk, administrator=deputy.is_administrator).require()
        require_taken_up(deputy)
    elif not orphans_read and would_leave(person, starts, away(person.pk)):
        raise ConflictError(
            "Something would be left without a holder; read the list of it, then say that you have read it."
        )
    hold_open(person.pk, *([deputy.pk] if deputy else []))
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if Absence.objects.filter(person=person, starts__lt=ends, ends__gt=starts).exists():
        raise ConflictError("{name} is on leave in that time already; end that leave first.", name=str(person.name))
    absence = Absence.objects.create(person=person, deputy=deputy, starts=starts, ends=ends)
    body = {"leave": str(absence.pk), "starts": stamp(starts), "ends": stamp(ends)}
    body |= {"deputy": str(deputy.pk)} if deputy else {}
    _write(LEAVE_ENTERED, absence, body, actor=actor_name(by), now=now)
    return absence


@transaction.atomic
def end_leave(*, by: Person, now: datetime, leave: UUID) -> None:
    """He is back, or does not go; what waits with his offices is his again."""
    absence = Absence.objects.filter(pk=leave).select_related("person").first()
    if absence is None or not may_enter_leave(by.roles, himself=by.pk == absence.person_id).allowed:
        raise NotThereError
    end_absence(absence, now, actor=actor_name(by))


def end_absence(absence: Absence, now: datetime, *, actor: str) -> None:
    """End a leave inside the caller's transaction; one that has not begun is as if it had never been entered."""
    rows = Absence.objects.filter(pk=absence.pk, ends__gt=now)
    ended = rows.delete()[0] if absence.starts >= now else rows.update(ends=now)
    if not ended:
        raise ConflictError("This leave has ended already.")
    _write(LEAVE_ENDED, absence, {"leave": str(absence.pk), "ends": stamp(now)}, actor=actor, now=now)


def deputy_left(absence: Absence, now: datetime) -> None:
    """Who answered for him has left; the leave goes on without a deputy."""
    Absence.objects.filter(pk=absence.pk).update(deputy=None)
    _write(DEPUTY_LEFT, absence, {"leave": str(absence.pk), "deputy": str(absence.deputy_id)}, actor="node", now=now)


def _write(kind: Kind, absence: Absence, body: dict[str, str], *, actor: str, now: datetime) -> None:
    subject = Ref("access", "person", absence.person_id)
    append(kind=kind, actor=actor, subject=subject, now=now, marking=_MARKING, body=body)
