"""Offices that wait for who was invited, as JSON: a registrar offers them, the person takes or declines them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from ninefold import clock
from ninefold.access.guards import the_person
from ninefold.access.reads import person_at
from ninefold.access.schemas import DoneOut, Strict, aware
from ninefold.tracks import actions, reads
from ninefold.tracks.models import OfficeOffer
from ninefold.tracks.rules import may_keep_circle

router = Router(tags=["tracks"])


class OfficeOfferIn(Strict):
    """To whom an office is offered, by address; without `starts`, from now on."""

    email: str = Field(max_length=254)
    starts: datetime | None = None
    ends: datetime


class OfficeOfferOut(Schema):
    """An office that waits for a person."""

    id: UUID
    office: UUID
    title: dict[str, Any]
    person: UUID
    starts: datetime
    ends: datetime


@router.get("/me/offers", response=list[OfficeOfferOut], operation_id="tracks_my_offers")
def my_offers(request: HttpRequest) -> list[OfficeOfferOut]:
    """The offices that are offered to you."""
    return [offer_out(one) for one in reads.offices_offered_to(the_person(request), clock.now())]


@router.get("/offices/{office_id}/offers", response=list[OfficeOfferOut], operation_id="tracks_office_offers")
def office_offers(request: HttpRequest, office_id: UUID) -> list[OfficeOfferOut]:
    """To whom an office is offered; for registrars."""
    by, now = the_person(request), clock.now()
    may_keep_circle(by.roles).require()
    office = reads.office_for(by, now, office_id)
    return [offer_out(one) for one, _ in reads.office_offers(office, now)]


@router.post("/offices/{office_id}/offers", response={201: OfficeOfferOut}, operation_id="tracks_offer_office")
def offer_office(request: HttpRequest, office_id: UUID, new: OfficeOfferIn) -> Status[OfficeOfferOut]:
    """Offer an office to somebody who was invited and has not enrolled yet; for registrars."""
    by, now = the_person(request), clock.now()
    may_keep_circle(by.roles).require()
    office, person = reads.office_for(by, now, office_id), person_at(new.email)
    starts = aware(new.starts) if new.starts else now
    told = {"starts": starts, "ends": aware(new.ends)}
    return Status(201, offer_out(actions.offer_office(by=by, now=now, office=office, person=person, **told)))


@router.post("/offers/{offer_id}/take", response=DoneOut, operation_id="tracks_take_office")
def take(request: HttpRequest, offer_id: UUID) -> DoneOut:
    """Hold the office that is offered to you."""
    actions.take_office(by=the_person(request), now=clock.now(), offer=offer_id)
    return DoneOut()


@router.post("/offers/{offer_id}/end", response=DoneOut, operation_id="tracks_end_offer")
def end(request: HttpRequest, offer_id: UUID) -> DoneOut:
    """Decline what is offered to you; as a registrar, take an offer back."""
    actions.end_office_offer(by=the_person(request), now=clock.now(), offer=offer_id)
    return DoneOut()


def offer_out(one: OfficeOffer) -> OfficeOfferOut:
    """An offer with the title of its office."""
    named = {"office": one.office_id, "title": one.office.title.as_value()}
    return OfficeOfferOut(id=one.pk, person=one.person_id, starts=one.starts, ends=one.ends, **named)
