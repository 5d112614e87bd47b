"""An office in an invitation: it waits for somebody who has yet to take up his account, and then he takes it himself.

Nobody holds an office by an offer. Until he has enrolled, whoever holds his invitation could enter in his place; so who
offered the office is told once it is taken, and may end it.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from ninefold.access.actions import concerns, hold_open, require_taken_up
from ninefold.access.models import Person
from ninefold.access.reads import actor_name, has_taken_up, readers_of
from ninefold.clock import stamp
from ninefold.errors import ConflictError, InvalidError
from ninefold.ledger.actions import append
from ninefold.ledger.hearing import Heard
from ninefold.ledger.kinds import Kind, entry_kind
from ninefold.ledger.refs import Ref
from ninefold.tracks.actions.marks import mark_read_by, strictest_mark
from ninefold.tracks.actions.offices import begin_holding, require_term
from ninefold.tracks.models import Holding, Office, OfficeOffer
from ninefold.tracks.reads import office_offer_for
from ninefold.tracks.rules import may_keep_circle

OFFICE_OFFERED = entry_kind("tracks.office-offered", "offered an office in an invitation")
OFFICE_TAKEN = entry_kind("tracks.office-taken", "took an office that was offered")
OFFER_ENDED = entry_kind("tracks.office-offer-ended", "ended the offer of an office")


@transaction.atomic
def offer_office(
    *, by: Person, now: datetime, office: Office, person: Person, starts: datetime, ends: datetime
) -> OfficeOffer:
    """Let an office wait, from when until when, for somebody who was invited; a registrar's act."""
    may_keep_circle(by.roles).require()
    if has_taken_up(person):
        raise InvalidError("{name} has taken up the account already; give him the office.", name=str(person.name))
    require_term(starts, ends, now)
    hold_open(by.pk, person.pk)
    try:
        with transaction.atomic():
            told = {"starts": starts, "ends": ends, "offered_by": by}
            offer = OfficeOffer.objects.create(office=office, person=person, **told)
    except IntegrityError:
        raise ConflictError("This office is offered to {name} already.", name=str(person.name)) from None
    mark = mark_read_by(by, now, _office(offer))
    _write(OFFICE_OFFERED, offer, by, now, mark, {"starts": stamp(starts), "ends": stamp(ends)})
    return offer


@transaction.atomic
def take_office(*, by: Person, now: datetime, offer: UUID) -> Holding:
    """Hold an office that was offered to him, once his account is his alone: from now on, or from its first day."""
    found = office_offer_for(by, now, offer, own=True)
    require_taken_up(by)
    hold_open(by.pk, found.offered_by_id)
    giver = Person.objects.get(pk=found.offered_by_id)
    if not may_keep_circle(giver.roles).allowed:
        raise ConflictError("Who offered this office gives no offices any more; ask a registrar to give it to you.")
    _taken(found)
    starts = max(now, found.starts)
    holding = begin_holding(office=found.office, person=by, starts=starts, ends=found.ends)
    told = {"starts": stamp(starts), "ends": stamp(found.ends), "offered_by": str(giver.pk)}
    _write(OFFICE_TAKEN, found, by, now, strictest_mark(now, _office(found)), told)
    return holding


@transaction.atomic
def end_office_offer(*, by: Person, now: datetime, offer: UUID) -> OfficeOffer:
    """A registrar takes an offer back, or he to whom it was made declines it."""
    found = office_offer_for(by, now, offer)
    _taken(found)
    mark = strictest_mark(now, _office(found)) if by.pk == found.person_id else mark_read_by(by, now, _office(found))
    _write(OFFER_ENDED, found, by, now, mark, {})
    return found


def who_offered(heard: Heard, now: datetime) -> Collection[UUID]:
    """The registrar whose offer was taken, if he may see the office still."""
    giver = UUID(heard.body["offered_by"])
    return [giver] if readers_of("tracks:office", heard.subject.id, now).include(giver) else []


concerns(OFFICE_TAKEN, who_offered)


def _taken(offer: OfficeOffer) -> None:
    """Nobody finds this offer after this."""
    if not OfficeOffer.objects.filter(pk=offer.pk).delete()[0]:
        raise ConflictError("This offer has been taken back, declined or taken.")


def _office(offer: OfficeOffer) -> Ref:
    return Ref("tracks", "office", offer.office_id)


def _write(kind: Kind, offer: OfficeOffer, by: Person, now: datetime, marking: str, told: dict[str, str]) -> None:
    body = {"offer": str(offer.pk), "person": str(offer.person_id), **told}
    append(kind=kind, actor=actor_name(by), subject=_office(offer), now=now, marking=marking, body=body)
