"""Sending what waits, message by message, in a worker.

At least once, never lost: a message counts as sent when the other side has taken it. A worker that is killed between
the two leaves it waiting, and it goes again under the same id, by which a mailbox may know the second for the first.
To tell somebody twice "you have an item" costs a look; not to tell him may cost what the warning was for.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from ninefold.access.actions import code_of, gather, settle, still_concerns
from ninefold.access.models import Channel, Item, Message
from ninefold.access.notice_models import GIVEN_UP, MAIL, PUSH, SENT, WAITING
from ninefold.access.notices import post, pushing
from ninefold.access.notices.push_key import push_key
from ninefold.access.notices.sending import UndeliverableError
from ninefold.access.notices.webpush import read_subscription
from ninefold.access.reads import is_hushed, terms_of
from ninefold.errors import NinefoldError
from ninefold.jobs.queue import OUTSIDE, job
from ninefold.words.languages import direction, language

MOST_TRIES = 8
_FIRST_WAIT, _GROWTH, _LONGEST_WAIT = timedelta(seconds=30), 4, timedelta(hours=6)
IN_HAND = timedelta(minutes=10)  # longer than a send can take; a message whose job was lost is taken up again then


def send_what_is_due(now: datetime) -> None:
    """Gather what acts left in the outbox, and queue each message whose time has come."""
    gather(now=now)
    due = Message.objects.filter(state=WAITING, next_try__lte=now)
    for message in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            if due.filter(pk=message).update(next_try=now + IN_HAND):
                deliver.enqueue(str(message))


@job(attempts=1, queue=OUTSIDE)
def deliver(now: datetime, message: str) -> None:
    """Send one message, or note why it could not be sent and when to try again."""
    found = Message.objects.select_related("channel__person").filter(pk=UUID(message), state=WAITING).first()
    if found is None or not _is_still_due(found, now):
        return
    try:
        _SENDERS[found.channel.kind](found, now)
    except UndeliverableError as error:
        if error.gone:
            _forget(found)
        else:
            _failed(found, now, for_good=error.for_good)
    except NinefoldError:  # a file of the operator's that does not fit
        _failed(found, now, for_good=False)
    else:
        _end(found, SENT)
        Channel.objects.filter(pk=found.channel_id).update(failing_since=None)


def wait_after(tries: int) -> timedelta:
    """How long to wait after so many failures: half a minute, four times more each time, at most six hours."""
    return min(_FIRST_WAIT * int(_GROWTH ** (tries - 1)), _LONGEST_WAIT)


def _is_still_due(message: Message, now: datetime) -> bool:
    """Asked at the last moment: is the channel on, is it not quiet, may he still see what it is about?"""
    channel = message.channel
    if not channel.person.is_active or (channel.ends and channel.ends <= now) or not _has_reason(message, now):
        message.delete()
        settle(message.batch)
        return False
    if message.batch is not None and is_hushed(channel.person, now, urgent=message.urgent):
        Message.objects.filter(pk=message.pk).update(next_try=now + timedelta(minutes=1))
        return False
    return True


def _has_reason(message: Message, now: datetime) -> bool:
    """An item that concerns him still; or, to an address that is not confirmed, the code and nothing else."""
    if message.batch is None:
        return not message.channel.confirmed
    items = Item.objects.filter(batch=message.batch).select_related("entry", "person")
    return message.channel.confirmed and any(still_concerns(item, now) for item in items)


def _failed(message: Message, now: datetime, *, for_good: bool) -> None:
    tries = message.tries + 1
    if for_good or tries >= MOST_TRIES:
        _end(message, GIVEN_UP)
    else:
        again = now + wait_after(tries)
        Message.objects.filter(pk=message.pk, state=WAITING).update(tries=tries, next_try=again)
    Channel.objects.filter(pk=message.channel_id, failing_since=None).update(failing_since=now.date())


@transaction.atomic
def _forget(message: Message) -> None:
    """The browser is not subscribed any more: its channel goes, as if its owner had turned it off there."""
    message.channel.delete()
    settle(message.batch)


@transaction.atomic
def _end(message: Message, state: str) -> None:
    Message.objects.filter(pk=message.pk, state=WAITING).update(state=state)
    settle(message.batch)


def _by_mail(message: Message, now: datetime) -> None:
    server = settings.POST
    if server is None:
        raise UndeliverableError("no mail server is named")
    with translation.override(terms_of(message.channel.person).language):
        subject, body = _letter(message)
    id_ = f"<{message.pk.hex}@{server.site}>"
    post.send(server, post.letter(server, to=message.channel.address, subject=subject, body=body, id_=id_, now=now))


def _letter(message: Message) -> tuple[str, str]:
    """Subject and text. An item is never named, and the only address is that of the front page."""
    if message.batch is None:
        code = gettext("Somebody asked that notices from Ninefold come to this address. If it was you, type this code:")
        other = gettext("If it was not you, do nothing, and nothing more comes.")
        return gettext("Confirm this address for Ninefold"), f"{code}\n\n{code_of(message.channel)}\n\n{other}\n"
    words = gettext("You have an item in Ninefold")
    return words, f"{words}\n{settings.ADDRESS.url}/\n"


def _by_push(message: Message, now: datetime) -> None:
    terms, channel = settings.PUSH, message.channel
    if terms is None:
        raise UndeliverableError("messages to browsers are not sent here")
    code = terms_of(channel.person).language
    with translation.override(code):
        told = {"text": gettext("You have an item in Ninefold"), "lang": language(code).tag, "dir": direction(code)}
    text = json.dumps(told, ensure_ascii=False).encode()
    to = read_subscription(channel.address, channel.keys)
    key, topic = push_key(settings.WORKSPACE), message.pk.hex
    pushing.send(terms, to, text, key=key, topic=topic, urgent=message.urgent, now=now)


_SENDERS: dict[str, Callable[[Message, datetime], None]] = {MAIL: _by_mail, PUSH: _by_push}
