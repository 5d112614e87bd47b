"""A person turns notices on and off. No address stands in an entry, and nothing goes to one that was not confirmed."""

import hashlib
import hmac
from base64 import b32encode
from datetime import datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from ninefold.access import credentials, limits
from ninefold.access.actions.entries import AUDIENCE_HUSHED, CHANNEL_ENDED, CHANNEL_OPENED, record
from ninefold.access.models import Audience, Channel, Item, Message, NoticeTerms, Person
from ninefold.access.notice_models import FEED, MAIL, PUSH
from ninefold.access.notices.post import is_address
from ninefold.access.notices.pushing import require_endpoint
from ninefold.access.notices.quiet import read_quiet
from ninefold.access.notices.webpush import packed, read_subscription
from ninefold.access.reads import channel_for
from ninefold.errors import ConflictError, InvalidError, RefusedError
from ninefold.words.languages import language as known_language

FEED_LIFE = timedelta(days=365)
CODE_LIFE = timedelta(hours=24)
_TRIES = 5
_CODE = 8
_MOST_BROWSERS = 10
_LONGEST_ADDRESS = 254
_MOST_CODES = 5  # in an hour: nobody is written to over and over in a person's name


class NewFeed(NamedTuple):
    """A feed and the secret of its address, which is shown once and is nowhere kept."""

    channel: Channel
    secret: str


@transaction.atomic
def ask_by_mail(*, by: Person, now: datetime, address: str) -> Channel:
    """Send a code to this address. Until it is typed in here, nothing else goes there; an earlier address ends."""
    if settings.POST is None:
        raise ConflictError("This installation names no mail server, so that notices cannot come by e-mail.")
    address = address.strip()
    if len(address) > _LONGEST_ADDRESS or not is_address(address):
        raise InvalidError("{email} is not an e-mail address.", email=repr(address[:100]))
    if not limits.count(f"notice codes {by.pk}", most=_MOST_CODES):
        raise ConflictError("You asked for many codes; come back in an hour.")
    _end_kind(by, now, MAIL)
    channel = Channel.objects.create(
        id=uuid4(), person=by, kind=MAIL, address=address, tries_left=_TRIES, starts=now, ends=now + CODE_LIFE
    )
    Message.objects.create(channel=channel, urgent=True, made_at=now, next_try=now)
    return channel


def confirm_mail(*, by: Person, now: datetime, code: str) -> Channel:
    """The code that was sent there proves that the address is his; five wrong ones end the attempt."""
    channel = _try_code(by, now, code)
    if not channel.confirmed:
        raise InvalidError("This is not the code that was sent to this address; look again, or ask for a new one.")
    return channel


@transaction.atomic
def _try_code(by: Person, now: datetime, code: str) -> Channel:
    """The channel, confirmed or with one try less: a wrong code counts, though it is refused."""
    waiting = Channel.objects.select_for_update().filter(person=by, kind=MAIL, confirmed=False, ends__gt=now).first()
    if waiting is None or not waiting.tries_left:
        raise ConflictError("No address waits for a code, or the code was wrong too often; ask for a new one.")
    if hmac.compare_digest(code_of(waiting).encode(), code.strip().upper().encode()):
        waiting.confirmed, waiting.ends = True, None
        record(CHANNEL_OPENED, by=by, now=now, subject="person", record_id=by.pk, body={"channel": MAIL})
    else:
        waiting.tries_left -= 1
    waiting.save(update_fields=["confirmed", "ends", "tries_left"])
    return waiting


def code_of(channel: Channel) -> str:
    """The code that confirms it: drawn from the workspace's secret, so that it need not be kept."""
    told = f"{channel.pk}\x00{channel.address}".encode()
    key = hashlib.sha256(b"ninefold notice codes\x00" + settings.SECRET_KEY.encode()).digest()
    return b32encode(hmac.digest(key, told, "sha256")).decode()[:_CODE]


@transaction.atomic
def open_feed(*, by: Person, now: datetime) -> NewFeed:
    """A private address from which a reader of feeds fetches that something came. An earlier one ends at once."""
    _end_kind(by, now, FEED)
    secret = credentials.new_secret(credentials.FEED)
    told = {"digest": credentials.digest(secret), "starts": now, "ends": now + FEED_LIFE}
    channel = Channel.objects.create(person=by, kind=FEED, confirmed=True, **told)
    record(CHANNEL_OPENED, by=by, now=now, subject="person", record_id=by.pk, body={"channel": FEED})
    return NewFeed(channel, secret)


@transaction.atomic
def open_push(*, by: Person, now: datetime, endpoint: object, keys: object) -> Channel:
    """Have messages sent to one browser, through the address of its maker that it named. Each browser once."""
    if settings.PUSH is None:
        raise ConflictError("This installation sends no messages to browsers.")
    told = read_subscription(endpoint, keys)
    require_endpoint(settings.PUSH, told.endpoint)
    mine = Channel.objects.filter(person=by, kind=PUSH)
    for same in mine.filter(address=told.endpoint):
        _end(same, by, now)
    if mine.count() >= _MOST_BROWSERS:
        raise ConflictError("{most} browsers are told already; turn one of them off first.", most=_MOST_BROWSERS)
    kept = {"p256dh": packed(told.p256dh), "auth": packed(told.auth)}
    channel = Channel.objects.create(person=by, kind=PUSH, address=told.endpoint, keys=kept, confirmed=True, starts=now)
    record(CHANNEL_OPENED, by=by, now=now, subject="person", record_id=by.pk, body={"channel": PUSH})
    return channel


@transaction.atomic
def end_channel(*, by: Person, now: datetime, channel: UUID) -> None:
    """Turn it off: the address, its keys and what still waited for it are deleted."""
    _end(channel_for(by, channel), by, now)


@transaction.atomic
def set_terms(
    *, by: Person, language: str, zone: str, quiet_from: time | None, quiet_until: time | None, wakes: bool
) -> NoticeTerms:
    """In which language and when he wants notices. It changes what nobody else sees, so that no entry is due."""
    quiet = read_quiet(zone, quiet_from, quiet_until)
    told = {
        "language": known_language(language).code,
        "zone": zone,
        "quiet_from": quiet.starts if quiet else None,
        "quiet_until": quiet.ends if quiet else None,
        "wakes": wakes,
    }
    return NoticeTerms.objects.update_or_create(person=by, defaults=told)[0]


@transaction.atomic
def hush_audience(*, by: Person, now: datetime, audience: Audience, notices: bool) -> None:
    """Whether notices are sent of what this audience reads; its custodian decides. What waited is not sent either."""
    if audience.custodian_id != by.pk:
        raise RefusedError("Only the custodian of an audience says whether notices are sent of what it reads.")
    if not Audience.objects.filter(pk=audience.pk, notices=not notices).update(notices=notices):
        raise ConflictError("It is so already.")
    body = {"notices": notices}
    record(AUDIENCE_HUSHED, by=by, now=now, subject="audience", record_id=audience.pk, body=body)


def end_notices(person: Person) -> None:
    """Whoever leaves is told nothing more: his channels go, with all that waited. Inside the act that closes."""
    Item.objects.filter(person=person).delete()
    Channel.objects.filter(person=person).delete()
    NoticeTerms.objects.filter(person=person).delete()


def _end_kind(by: Person, now: datetime, kind: str) -> None:
    for one in Channel.objects.filter(person=by, kind=kind):
        _end(one, by, now)


def _end(channel: Channel, by: Person, now: datetime) -> None:
    if channel.confirmed:
        record(CHANNEL_ENDED, by=by, now=now, subject="person", record_id=by.pk, body={"channel": channel.kind})
    channel.delete()
    if not Channel.objects.filter(person=by).exists():
        Item.objects.filter(person=by).delete()
