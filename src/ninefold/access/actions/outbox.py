"""The outbox of notices: written in the transaction of the act, gathered into messages that name nothing.

1. An act is written. Its kind says whom it concerns; for each of them who turned a channel on, an item is noted.
2. A beat gathers what is due: one message by each channel for all items of a person, not in his quiet hours, and not
   of what concerns him no longer. Items and messages of one gathering bear one batch.
3. A worker sends each message (`access/delivery.py`). The items go when no message of their batch waits.

A kind that says nothing here tells nobody; one that is sealed can never be made to.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, TypeAlias
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils.module_loading import autodiscover_modules

from ninefold.access.models import Audience, Channel, Item, Message, Person, Release
from ninefold.access.notice_models import FEED, SENT, WAITING
from ninefold.access.reads import is_hushed, living_channels
from ninefold.errors import InvalidError
from ninefold.ledger.hearing import Heard, hear
from ninefold.ledger.kinds import Kind
from ninefold.ledger.reads import opening_of
from ninefold.ledger.refs import Ref

WINDOW = timedelta(minutes=5)
"""What comes so soon after a message is told together, at the end of it; what is urgent does not wait."""

SEALED_ROOMS = frozenset({"corridors"})
SEALED_KINDS = frozenset({"access.vault-item-sealed"})
"""Of these nobody is ever told outside the house: that something lies there now is itself a secret."""

Concerned: TypeAlias = Callable[[Heard, datetime], Collection[UUID]]
Reminder: TypeAlias = Callable[[Heard], datetime | None]


class _Concern(NamedTuple):
    people: Concerned
    urgent: bool
    again: Reminder | None


_concerns: dict[str, _Concern] = {}


def concerns(kind: Kind, people: Concerned, *, urgent: bool = False, again: Reminder | None = None) -> None:
    """Say whom an act of this kind concerns. Asked as it is written, and again when the message goes.

    `again` gives a second moment at which to tell them, if it concerns them still. A sealed kind is refused.
    """
    if kind.name in SEALED_KINDS or kind.room in SEALED_ROOMS:
        raise InvalidError("Of {name} nobody is told: it is sealed.", name=kind.name)
    _concerns[kind.name] = _Concern(people, urgent, again)
    hear(kind, _note)


def _note(heard: Heard) -> None:
    """Note the act for whom it concerns and who has a channel, inside its transaction."""
    concern, now = _concerns[heard.kind], heard.time
    if is_silent(heard):
        return
    people = set(concern.people(heard, now)) - {heard.actor_id}
    reached = list(living_channels(now).filter(person__in=people).values_list("person", flat=True).distinct())
    again = concern.again(heard) if concern.again and reached else None
    moments = [now, again] if again and again > now else [now]
    Item.objects.bulk_create(
        Item(person_id=person, entry_id=heard.serial, due=due, urgent=concern.urgent)
        for person in reached
        for due in moments
    )


def is_silent(heard: Heard) -> bool:
    """Whether an audience that it is about, or that ever read its record, wants no notices: then nobody is told."""
    about = Q(kind=heard.subject.room_kind, record=heard.subject.id)
    if told := heard.body.get("record"):
        record = Ref.parse(told)
        about |= Q(kind=record.room_kind, record=record.id)
    audiences = {heard.body.get("audience") or None} - {None}
    hushed = Audience.objects.filter(notices=False)
    return hushed.filter(Q(pk__in=audiences) | Q(pk__in=Release.objects.filter(about).values("audience"))).exists()


def gather(*, now: datetime) -> list[UUID]:
    """Turn what is due into messages, one by each channel; the ids of those that a worker must send."""
    autodiscover_modules("actions")  # a room that this process never entered speaks too
    due = Item.objects.filter(batch=None, due__lte=now).values_list("person", flat=True).distinct()
    return [message for person in list(due) for message in _gather(person, now)]


@transaction.atomic
def _gather(person: UUID, now: datetime) -> list[UUID]:
    """Of one person, whose row is held so that two workers do not tell him twice."""
    who = Person.objects.select_for_update().get(pk=person)
    items = list(Item.objects.filter(person=who, batch=None, due__lte=now).select_related("entry"))
    urgent = any(item.urgent for item in items)
    if not items or is_hushed(who, now, urgent=urgent) or (not urgent and _told_lately(who, now)):
        return []
    channels = list(living_channels(now).filter(person=who))
    concerned = [item for item in items if channels and still_concerns(item, now)]
    _delete([item for item in items if item not in concerned])
    if not concerned:
        return []
    batch = uuid4()
    Item.objects.filter(pk__in=[item.pk for item in concerned]).update(batch=batch)
    messages = Message.objects.bulk_create(_message(one, batch, urgent, now) for one in channels)
    settle(batch)
    return [message.pk for message in messages if message.state == WAITING]


def still_concerns(item: Item, now: datetime) -> bool:
    """Whether he would be told of it now: the act is there, its kind speaks, and he may still see what it is about."""
    concern = _concerns.get(item.entry.kind)
    said = opening_of(item.entry).says()
    if concern is None or said is None or not item.person.is_active:
        return False
    entry = item.entry
    subject = Ref.parse(f"{entry.subject_kind}:{entry.subject_id}")
    heard = Heard(entry.serial, entry.kind, entry.actor, subject, entry.time, said)
    return not is_silent(heard) and item.person_id in concern.people(heard, now)


def settle(batch: UUID | None) -> None:
    """Forget what a batch was about once none of its messages waits."""
    if batch is not None and not Message.objects.filter(batch=batch, state=WAITING).exists():
        Item.objects.filter(batch=batch).delete()


def _message(channel: Channel, batch: UUID, urgent: bool, now: datetime) -> Message:
    state = SENT if channel.kind == FEED else WAITING  # a feed is fetched
    return Message(channel=channel, batch=batch, urgent=urgent, state=state, made_at=now, next_try=now)


def _told_lately(person: Person, now: datetime) -> bool:
    told = Message.objects.filter(channel__person=person, batch__isnull=False, made_at__gt=now - WINDOW)
    return told.exists()


def _delete(items: Sequence[Item]) -> None:
    Item.objects.filter(pk__in=[item.pk for item in items]).delete()
