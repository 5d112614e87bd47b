"""Who leaves and who follows, as JSON for the holder of a token: the same acts and refusals as on the pages."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from ninefold import clock
from ninefold.access import actions, reads
from ninefold.access.guards import the_person
from ninefold.access.policy import may_run_accounts
from ninefold.access.schemas import Strict, aware
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


class DoneOut(Schema):
    """It is done."""

    done: bool = True


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


def _signed(request: HttpRequest, act: Callable[..., object], **told: object) -> DoneOut:
    by = the_person(request)
    carry_out(request, lambda now, seal: act(by=by, now=now, seal=seal, **told))
    return DoneOut()


def orphan_out(one: reads.Orphan) -> OrphanOut:
    """One line of the list."""
    name = one.name.name.as_value() if one.name else None
    return OrphanOut(kind=one.kind, id=one.id, name=name, what=str(one.words), remedy=str(one.remedy))
