"""What waits for somebody who was invited: an audience, until a day. It gives nothing until the account is taken up.

The custodian lets him in then. Before, whoever holds the invitation could enter in his place; who made it held it
first.
"""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from ninefold.access.actions.audiences import add_member, require_office, require_span
from ninefold.access.actions.entries import OFFER_WITHDRAWN, OFFERED, record
from ninefold.access.actions.holding import hold_open
from ninefold.access.models import Audience, Membership, Offer, Person
from ninefold.access.policy import may_add_member
from ninefold.access.reads import audience_facts, has_taken_up, offer_kept_by, reader_of
from ninefold.clock import stamp
from ninefold.errors import ConflictError, InvalidError


@transaction.atomic
def offer_audience(
    *, by: Person, now: datetime, audience: Audience, person: Person, ends: datetime, by_office: str = ""
) -> Offer:
    """Name an audience in the invitation of somebody, until when; the custodian's act."""
    may_add_member(reader_of(by), audience_facts(audience), member=reader_of(person)).require()
    if has_taken_up(person):
        raise InvalidError("{name} has taken up the account already; add him to the audience.", name=str(person.name))
    require_span(now, ends, now)
    require_office(by_office)
    hold_open(by.pk, person.pk)
    try:
        with transaction.atomic():
            told = {"starts": now, "ends": ends, "by_office": by_office}
            offer = Offer.objects.create(audience=audience, person=person, **told)
    except IntegrityError:
        raise ConflictError("This audience is offered to {name} already.", name=str(person.name)) from None
    body = {"offer": str(offer.pk), "person": str(person.pk), "ends": stamp(ends)}
    record(OFFERED, by=by, now=now, subject="audience", record_id=audience.pk, body=body)
    return offer


@transaction.atomic
def withdraw_offer(*, by: Person, now: datetime, offer: UUID) -> Offer:
    """Take an offer back; the custodian's act."""
    found = _taken(by, offer)
    body = {"offer": str(offer), "person": str(found.person_id)}
    record(OFFER_WITHDRAWN, by=by, now=now, subject="audience", record_id=found.audience_id, body=body)
    return found


@transaction.atomic
def keep_offer(*, by: Person, now: datetime, offer: UUID) -> Membership:
    """Let in who has taken up his account, as it was offered; the custodian's act."""
    found = _taken(by, offer)
    return add_member(
        by=by, now=now, audience=found.audience, person=found.person, ends=found.ends, by_office=found.by_office
    )


def _taken(by: Person, offer: UUID) -> Offer:
    """The offer, which nobody finds after this."""
    found = offer_kept_by(by, offer)
    if not Offer.objects.filter(pk=found.pk).delete()[0]:
        raise ConflictError("This offer has been taken back or has become a membership.")
    return found
