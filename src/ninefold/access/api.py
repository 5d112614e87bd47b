"""Who may see, as JSON for the holder of a token: the same acts and the same refusals as on the pages."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from ninefold import clock
from ninefold.access import actions, reads
from ninefold.access.guards import the_person
from ninefold.access.models import Membership
from ninefold.access.schemas import aware
from ninefold.access.signing import DESCRIBED, carry_out
from ninefold.ledger.drafts import Seal
from ninefold.ledger.refs import Ref
from ninefold.words.text import parse

router = Router(tags=["access"])


class PersonOut(Schema):
    """A person; `name` is a multilingual text."""

    id: UUID
    name: dict[str, Any]
    email: str
    language: str
    roles: list[str]


class LanguageIn(Schema, extra="forbid"):
    """One of the six languages, by its code."""

    language: str = Field(max_length=10)


class MembershipOut(Schema):
    """A person reads through an audience from one moment until another."""

    id: UUID
    audience: UUID
    audience_name: dict[str, Any]
    person: UUID
    starts: datetime
    ends: datetime


class MemberIn(Schema, extra="forbid"):
    """Whom to add, by address, and until when; `office` (`tracks:office:uuid4`) if he reads as its holder."""

    email: str
    ends: datetime
    office: str = Field(default="", max_length=120)


class MarkOut(Schema):
    """A marking under which you read; `audience` is null where everybody may."""

    marking: str
    audience: dict[str, Any] | None
    until: datetime


class ReleaseIn(Schema, extra="forbid"):
    """To whom a record is given: an audience that you know, or null for everybody (TLP:CLEAR only)."""

    audience: UUID | None = None
    marking: str
    ends: datetime
    embargo_until: datetime | None = None


class ReleaseOut(Schema):
    """A release."""

    id: UUID
    record: str
    audience: UUID | None
    marking: str
    starts: datetime
    ends: datetime


class LowerIn(Schema, extra="forbid"):
    """The milder marking, and why."""

    marking: str
    reason: str


class InviteIn(Schema, extra="forbid"):
    """A new person; `name` is a multilingual text."""

    email: str
    name: dict[str, Any]
    language: str = "en"
    roles: list[str] = []


class InvitedOut(Schema):
    """The new person and the secret of his link, which is shown once."""

    id: UUID
    secret: str


class TokenOut(Schema):
    """A personal token without its secret."""

    id: UUID
    name: str
    scopes: list[str]
    ends: datetime


class Done(Schema):
    """It is done."""

    done: bool = True


def _membership(row: Membership) -> MembershipOut:
    return MembershipOut(
        id=row.pk,
        audience=row.audience_id,
        audience_name=row.audience.name.as_value(),
        person=row.person_id,
        starts=row.starts,
        ends=row.ends,
    )


@router.get("/me", response=PersonOut, operation_id="access_me")
def me(request: HttpRequest) -> PersonOut:
    """Whom this token acts for."""
    person = the_person(request)
    return PersonOut(
        id=person.pk,
        name=person.name.as_value(),
        email=person.email,
        language=person.language,
        roles=person.roles,
    )


@router.post("/me/language", response=PersonOut, operation_id="access_change_language")
def change_language(request: HttpRequest, told: LanguageIn) -> PersonOut:
    """Set the language of your account."""
    actions.change_language(by=the_person(request), now=clock.now(), language=told.language)
    return me(request)


@router.get("/audiences", response=list[MembershipOut], operation_id="access_audiences")
def audiences(request: HttpRequest) -> list[MembershipOut]:
    """The audiences through which you read, and until when."""
    return [_membership(row) for row in reads.audiences_of(the_person(request), clock.now())]


@router.get("/audiences/{audience}/members", response=list[MembershipOut], operation_id="access_members")
def members(request: HttpRequest, audience: UUID) -> list[MembershipOut]:
    """Who is in an audience, for whom the audience lets know it."""
    person, now = the_person(request), clock.now()
    decision, rows = reads.members_of(reads.audience_seen_by(person, audience, now), person, now)
    decision.require()
    return [_membership(row) for row in rows]


@router.post("/audiences/{audience}/members", response=MembershipOut, operation_id="access_add_member")
def add_member(request: HttpRequest, audience: UUID, new: MemberIn) -> MembershipOut:
    """Let a person read through an audience that you keep."""
    person, now = the_person(request), clock.now()
    kept = reads.audience_kept_by(person, audience)
    member = reads.person_at(new.email)
    ends = aware(new.ends)
    return _membership(
        actions.add_member(by=person, now=now, audience=kept, person=member, ends=ends, by_office=new.office)
    )


@router.post("/memberships/{membership}/end", response=Done, operation_id="access_end_membership")
def end_membership(request: HttpRequest, membership: UUID) -> Done:
    """End a membership in an audience that you keep, or your own."""
    person = the_person(request)
    actions.end_membership(by=person, now=clock.now(), membership=reads.membership_for(person, membership))
    return Done()


@router.get("/records/{ref}/marks", response=list[MarkOut], operation_id="access_marks")
def marks(request: HttpRequest, ref: str) -> list[MarkOut]:
    """Under which markings you read a record (`room:kind:uuid4`)."""
    person, now, what = the_person(request), clock.now(), Ref.parse(ref)
    reads.sources_of(person, now, what)
    found = reads.marks_for(person, now, what.room_kind, [what.id]).get(what.id, [])
    return [
        MarkOut(
            marking=str(mark.marking), audience=mark.audience.as_value() if mark.audience else None, until=mark.until
        )
        for mark in found
    ]


@router.post("/records/{ref}/releases", response=ReleaseOut, operation_id="access_release")
def release(request: HttpRequest, ref: str, new: ReleaseIn) -> ReleaseOut:
    """Give a record that you read to a further audience."""
    row = actions.release(
        by=the_person(request),
        now=clock.now(),
        what=Ref.parse(ref),
        to=new.audience,
        marking=new.marking,
        ends=aware(new.ends),
        embargo_until=aware(new.embargo_until) if new.embargo_until else None,
    )
    return ReleaseOut(
        id=row.pk, record=ref, audience=row.audience_id, marking=row.marking, starts=row.starts, ends=row.ends
    )


@router.post("/releases/{release}/end", response=Done, operation_id="access_end_release")
def end_release(request: HttpRequest, release: UUID) -> Done:
    """End a release now."""
    actions.end_release(by=the_person(request), now=clock.now(), release=release)
    return Done()


@router.post("/releases/{release}/lower", response=Done, operation_id="access_lower", openapi_extra=DESCRIBED)
def lower(request: HttpRequest, release: UUID, change: LowerIn) -> Done:
    """Set a milder marking, in your name and with a reason."""
    person = the_person(request)

    def lower_it(now: datetime, seal: Seal | None) -> None:
        told = {"marking": change.marking, "reason": change.reason}
        actions.lower_marking(by=person, now=now, release=release, seal=seal, **told)

    carry_out(request, lower_it)
    return Done()


@router.get("/tokens", response=list[TokenOut], operation_id="access_tokens")
def tokens(request: HttpRequest) -> list[TokenOut]:
    """Your personal tokens. New ones are made on the page, after a second factor."""
    rows = the_person(request).tokens.order_by("-ends")
    return [TokenOut(id=row.pk, name=row.name, scopes=row.scopes, ends=row.ends) for row in rows]


@router.post("/tokens/{token}/end", response=Done, operation_id="access_end_token")
def end_token(request: HttpRequest, token: UUID) -> Done:
    """End one of your tokens now."""
    actions.revoke_token(by=the_person(request), now=clock.now(), token=token)
    return Done()


@router.post("/people", response=InvitedOut, operation_id="access_invite")
def invite(request: HttpRequest, new: InviteIn) -> InvitedOut:
    """Invite a person; for administrators."""
    person, secret = actions.invite(
        by=the_person(request),
        now=clock.now(),
        email=new.email,
        name=parse(new.name),
        language=new.language,
        roles=new.roles,
    )
    return InvitedOut(id=person.pk, secret=secret)
