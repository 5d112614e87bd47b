"""One's own notices, as JSON for the holder of a token."""

from datetime import date, datetime, time
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from ninefold import clock
from ninefold.access import actions, reads
from ninefold.access.guards import the_person
from ninefold.access.models import Channel

router = Router(tags=["access"])


class ChannelOut(Schema):
    """A channel; `address` is that of an e-mail, and empty for a feed or a browser, whose addresses are secrets."""

    id: UUID
    kind: str
    address: str
    confirmed: bool
    failing_since: date | None
    ends: datetime | None


class NoticeTermsOut(Schema):
    """Language, time zone (IANA) and quiet hours; both times are null for none."""

    language: str
    zone: str
    quiet_from: time | None
    quiet_until: time | None
    wakes: bool


class NoticesOut(Schema):
    """Your channels and terms. `mail_offered`, `push_offered`: this installation sends such."""

    channels: list[ChannelOut]
    terms: NoticeTermsOut
    mail_offered: bool
    push_offered: bool


class AddressIn(Schema, extra="forbid"):
    """Where notices are to go by e-mail."""

    address: str


class CodeIn(Schema, extra="forbid"):
    """The code that was sent there."""

    code: str


class NoticeTermsIn(Schema, extra="forbid"):
    """How you want your notices."""

    language: str
    zone: str
    quiet_from: time | None = None
    quiet_until: time | None = None
    wakes: bool = False


class Ended(Schema):
    """It is done."""

    done: bool = True


def _channel(row: Channel) -> ChannelOut:
    return ChannelOut(
        id=row.pk,
        kind=row.kind,
        address=row.address if row.kind == "mail" else "",
        confirmed=row.confirmed,
        failing_since=row.failing_since,
        ends=row.ends,
    )


@router.get("", response=NoticesOut, operation_id="access_notices")
def notices(request: HttpRequest) -> NoticesOut:
    """By which channels you are told that you have an item, in which language, and when not."""
    found = reads.notices_of(the_person(request), clock.now())
    channels = [one for one in (found.mail, found.feed, *found.browsers) if one is not None]
    terms = NoticeTermsOut.model_validate(found.terms, from_attributes=True)
    offered = {"mail_offered": found.mail_offered, "push_offered": found.push_offered}
    return NoticesOut(channels=[_channel(one) for one in channels], terms=terms, **offered)


@router.post("/mail", response=ChannelOut, operation_id="access_notices_by_mail")
def ask_by_mail(request: HttpRequest, new: AddressIn) -> ChannelOut:
    """Have a code sent to an address; nothing else goes there before it is confirmed."""
    return _channel(actions.ask_by_mail(by=the_person(request), now=clock.now(), address=new.address))


@router.post("/mail/confirm", response=ChannelOut, operation_id="access_confirm_mail")
def confirm_mail(request: HttpRequest, sent: CodeIn) -> ChannelOut:
    """Confirm the address by the code that came there."""
    return _channel(actions.confirm_mail(by=the_person(request), now=clock.now(), code=sent.code))


@router.post("/terms", response=NoticeTermsOut, operation_id="access_notice_terms")
def terms(request: HttpRequest, wanted: NoticeTermsIn) -> NoticeTermsOut:
    """Set language and quiet hours."""
    kept = actions.set_terms(by=the_person(request), **wanted.dict())
    return NoticeTermsOut.model_validate(kept, from_attributes=True)


@router.post("/{channel}/end", response=Ended, operation_id="access_end_channel")
def end_channel(request: HttpRequest, channel: UUID) -> Ended:
    """Turn a channel off; its address is deleted."""
    actions.end_channel(by=the_person(request), now=clock.now(), channel=channel)
    return Ended()
