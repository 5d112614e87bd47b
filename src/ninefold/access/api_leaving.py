"""Who leaves and who follows, as JSON for the holder of a token: the same acts and refusals as on the pages."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from ninefold import clock
from ninefold.access import actions, reads
from ninefold.access.guards import the_person
from ninefold.access.models import Offer
from ninefold.access.policy import may_run_accounts
from ninefold.access.schemas import DoneOut, Strict, aware
from ninefold.access.signing import DESCRIBED, carry_out

router = Router(tags=["access"])


class OrphanOut(Schema):
    """What nobody answers for. `id` and `name` are null for what you may not see, and for what exists once."""

    kind: str
    id: UUID | None
    name: dict[str, Any] | None
    what: str
    remedy: str


class DepartureIn(Strict):
    """Why an account closes; without `at`, at once. `orphans_read` says that the list of orphans was read."""

    reason: str = Field(max_length=1_000)
    at: datetime | None = None
    orphans_read: bool = False


class KeeperIn(Strict):
    """Who keeps an audience next, by address; null takes the name back."""

    email: str | None = Field(max_length=254)


class OfferIn(Strict):
    """To whom an audience is offered, by address, until when; `office` if he is to read as its holder."""

    email: str = Field(max_length=254)
    ends: datetime
    office: str = Field(default="", max_length=120)


class OfferOut(Schema):
    """An audience that waits for somebody who was invited."""

    id: UUID
    audience: UUID
    person: UUID
    ends: datetime


@router.get("/orphans", response=list[OrphanOut], operation_id="access_orphans")
def orphans(request: HttpRequest) -> list[OrphanOut]:
    """What nobody answers for now, of what you may see."""
    return [orphan_out(one) for one in reads.orphans(the_person(request), clock.now())]


@router.get("/me/orphans", response=list[OrphanOut], operation_id="access_my_orphans")
def my_orphans(request: HttpRequest) -> list[OrphanOut]:
    """What you would leave without a holder."""
    person, now = the_person(request), clock.now()
    return [orphan_out(one) for one in reads.would_be_orphaned(person, now, person, now)]


@router.get("/people/{person}/orphans", response=list[OrphanOut], operation_id="access_orphans_of")
def orphans_of(request: HttpRequest, person: UUID) -> list[OrphanOut]:
    """What this person would leave without a holder; for administrators, before they close the account."""
    by, now = the_person(request), clock.now()
    may_run_accounts(reads.reader_of(by), "close_account").require()
    return [orphan_out(one) for one in reads.would_be_orphaned(by, now, reads.person_by_id(person), now)]


@router.post("/people/{person}/close", response=DoneOut, operation_id="access_close", openapi_extra=DESCRIBED)
def close(request: HttpRequest, person: UUID, told: DepartureIn) -> DoneOut:
    """Close an account at once or at a moment; for administrators."""
    by = the_person(request)
    may_run_accounts(reads.reader_of(by), "close_account").require()
    whom = reads.person_by_id(person)
    said: dict[str, Any] = {"person": whom, "reason": told.reason, "orphans_read": told.orphans_read}
    if told.at is None:
        return _signed(request, actions.close_account, **said)
    return _signed(request, actions.set_departure, at=aware(told.at), **said)


@router.post("/people/{person}/stay", response=DoneOut, operation_id="access_stay")
def stay(request: HttpRequest, person: UUID) -> DoneOut:
    """Withdraw a departure that lies ahead; for administrators."""
    by = the_person(request)
    may_run_accounts(reads.reader_of(by), "close_account").require()
    actions.withdraw_departure(by=by, now=clock.now(), person=reads.person_by_id(person))
    return DoneOut()


@router.post("/people/{person}/withdraw", response=DoneOut, operation_id="access_withdraw_invitation")
def withdraw_invitation(request: HttpRequest, person: UUID) -> DoneOut:
    """End an invitation that nobody has taken up; for administrators."""
    by = the_person(request)
    may_run_accounts(reads.reader_of(by), "invite").require()
    actions.withdraw_invitation(by=by, now=clock.now(), person=reads.person_by_id(person))
    return DoneOut()


@router.post(
    "/audiences/{audience}/successor", response=DoneOut, operation_id="access_successor", openapi_extra=DESCRIBED
)
def successor(request: HttpRequest, audience: UUID, keeper: KeeperIn) -> DoneOut:
    """Name who keeps an audience when you leave; where its custodian left, administrators name him."""
    held = reads.audience_in_hands_of(the_person(request), audience)
    person = reads.person_at(keeper.email) if keeper.email else None
    return _signed(request, actions.name_successor, audience=held, person=person)


@router.post("/audiences/{audience}/custody", response=DoneOut, operation_id="access_custody", openapi_extra=DESCRIBED)
def custody(request: HttpRequest, audience: UUID, keeper: KeeperIn) -> DoneOut:
    """Give an audience that you keep into another's keeping now."""
    held = reads.audience_kept_by(the_person(request), audience)
    return _signed(request, actions.pass_custody, audience=held, person=reads.person_at(keeper.email or ""))


@router.post("/audiences/{audience}/take", response=DoneOut, operation_id="access_take", openapi_extra=DESCRIBED)
def take(request: HttpRequest, audience: UUID) -> DoneOut:
    """Keep an audience whose custodian left, if you were named for it and read through it."""
    return _signed(request, actions.take_custody, audience=audience)


@router.get("/me/offers", response=list[OfferOut], operation_id="access_my_offers")
def my_offers(request: HttpRequest) -> list[OfferOut]:
    """The audiences that wait for you."""
    return [offer_out(one) for one in reads.offers_to(the_person(request), clock.now())]


@router.get("/audiences/{audience}/offers", response=list[OfferOut], operation_id="access_offers")
def offers(request: HttpRequest, audience: UUID) -> list[OfferOut]:
    """To whom an audience that you keep is offered."""
    by = the_person(request)
    held = reads.audience_kept_by(by, audience)
    return [offer_out(one) for one, _ in reads.offers_in(held, by, clock.now())]


@router.post("/audiences/{audience}/offers", response={201: OfferOut}, operation_id="access_offer")
def offer(request: HttpRequest, audience: UUID, new: OfferIn) -> Status[OfferOut]:
    """Offer an audience that you keep to somebody who was invited and has not enrolled yet; it gives nothing."""
    by, now = the_person(request), clock.now()
    held = reads.audience_kept_by(by, audience)
    told: dict[str, Any] = {"person": reads.person_at(new.email), "ends": aware(new.ends), "by_office": new.office}
    return Status(201, offer_out(actions.offer_audience(by=by, now=now, audience=held, **told)))


@router.post("/offers/{offer}/let-in", response=DoneOut, operation_id="access_let_in")
def let_in(request: HttpRequest, offer: UUID) -> DoneOut:
    """Let in who has taken up his account, as it was offered."""
    actions.keep_offer(by=the_person(request), now=clock.now(), offer=offer)
    return DoneOut()


@router.post("/offers/{offer}/end", response=DoneOut, operation_id="access_end_offer")
def end_offer(request: HttpRequest, offer: UUID) -> DoneOut:
    """Take an offer back."""
    actions.withdraw_offer(by=the_person(request), now=clock.now(), offer=offer)
    return DoneOut()


def offer_out(one: Offer) -> OfferOut:
    """An offer."""
    return OfferOut(id=one.pk, audience=one.audience_id, person=one.person_id, ends=one.ends)


def _signed(request: HttpRequest, act: Callable[..., object], **told: object) -> DoneOut:
    by = the_person(request)
    carry_out(request, lambda now, seal: act(by=by, now=now, seal=seal, **told))
    return DoneOut()


def orphan_out(one: reads.Orphan) -> OrphanOut:
    """One line of the list."""
    name = one.name.name.as_value() if one.name else None
    return OrphanOut(kind=one.kind, id=one.id, name=name, what=str(one.words), remedy=str(one.remedy))
