"""Which channels a person has, how he wants his notices, and whether it is quiet for him now."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from ninefold.access.credentials import FEED as FEED_SECRET
from ninefold.access.credentials import digest
from ninefold.access.models import Channel, Message, NoticeTerms, Person
from ninefold.access.notice_models import FEED, MAIL
from ninefold.access.notices.quiet import UTC, Quiet
from ninefold.errors import NotThereError

_LONGEST_SECRET, _SHOWN = 100, 50


class Notices(NamedTuple):
    """What a person's page shows: his channels of each kind, his terms, and what this installation offers."""

    mail: Channel | None
    feed: Channel | None
    browsers: list[Channel]
    terms: NoticeTerms
    mail_offered: bool
    push_offered: bool


def notices_of(person: Person, now: datetime) -> Notices:
    """The person's own channels and terms."""
    rows = list(Channel.objects.filter(person=person).order_by("starts", "id"))
    mail, feed = (next((one for one in rows if one.kind == kind), None) for kind in (MAIL, FEED))
    browsers = [one for one in rows if one.kind not in (MAIL, FEED)]
    return Notices(mail, feed, browsers, terms_of(person), settings.POST is not None, settings.PUSH is not None)


def terms_of(person: Person) -> NoticeTerms:
    """His terms; in the language of his account and without quiet hours, as long as he said nothing."""
    kept = NoticeTerms.objects.filter(person=person).first()
    return kept or NoticeTerms(person=person, language=person.language, zone=UTC)


def quiet_of(terms: NoticeTerms) -> Quiet | None:
    """His quiet hours, if any."""
    if terms.quiet_from is None or terms.quiet_until is None:
        return None
    return Quiet(terms.zone, terms.quiet_from, terms.quiet_until)


def is_hushed(person: Person, now: datetime, *, urgent: bool) -> bool:
    """Whether it is quiet for him now, and this is nothing that may wake him."""
    terms = terms_of(person)
    quiet = quiet_of(terms)
    return quiet is not None and quiet.covers(now) and not (urgent and terms.wakes)


def living_channels(now: datetime) -> QuerySet[Channel]:
    """The channels by which anybody is told anything now."""
    lasts = Q(ends=None) | Q(ends__gt=now)
    return Channel.objects.filter(lasts, confirmed=True, starts__lte=now, person__is_active=True).order_by("id")


def channel_for(person: Person, channel: UUID) -> Channel:
    """One of his channels, or `NotThereError`."""
    found = Channel.objects.filter(person=person, pk=channel).first()
    if found is None:
        raise NotThereError
    return found


def feed_at(secret: str, now: datetime) -> tuple[Channel, list[Message]]:
    """A feed and what came by it, the newest first. Unknown, ended and malformed secrets all get `NotThereError`."""
    if not secret.startswith(FEED_SECRET) or len(secret) > _LONGEST_SECRET or not secret.isascii():
        raise NotThereError
    found = living_channels(now).select_related("person").filter(digest=digest(secret)).first()
    if found is None:
        raise NotThereError
    return found, list(found.messages.order_by("-made_at", "id")[:_SHOWN])


def failing(now: datetime) -> dict[UUID, Channel]:
    """By person, a channel by which nothing could be delivered of late; for administrators, who see no more of it."""
    rows = living_channels(now).filter(failing_since__isnull=False).order_by("-failing_since")
    return {row.person_id: row for row in rows}
