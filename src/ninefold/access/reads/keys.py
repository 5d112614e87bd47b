"""Signing keys: a person's own, and those of his correspondents under their labels."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils.functional import Promise

from ninefold.access.labels import END_REASONS, KEY_KINDS
from ninefold.access.models import Audience, Key, Membership, Person
from ninefold.access.reads.circles import audience_ids_of
from ninefold.errors import NotThereError
from ninefold.ledger.models import Leaf


class ShownKey(NamedTuple):
    """A key as a page shows it. `leaf` is None while its listing waits; `listed` is False for one from earlier days."""

    key: Key
    kind: Promise | str
    reason: Promise | str
    listed: bool
    leaf: int | None


def keys_of(person: Person) -> list[ShownKey]:
    """All his keys, the last to end first."""
    rows = list(person.signing_keys.order_by("-ends", "pk"))
    leaves = dict(
        Leaf.objects.filter(entry__in=[row.listed_id for row in rows if row.listed_id]).values_list("entry_id", "index")
    )
    return [
        ShownKey(
            row,
            KEY_KINDS.get(row.kind, row.kind),
            END_REASONS.get(row.reason, ""),
            row.listed_id is not None,
            leaves.get(row.listed_id or 0),
        )
        for row in rows
    ]


def key_at(person: Person, key: UUID, now: datetime) -> Key:
    """One of his own keys that still signs; `NotThereError` otherwise."""
    found = person.signing_keys.filter(pk=key, ends__gt=now).first()
    if found is None:
        raise NotThereError
    return found


def label_known_to(person: Person, now: datetime, other: UUID) -> Person:
    """Another person whose label this one may know: they are in an audience that shows its members, or he keeps it.

    `NotThereError` otherwise, the same as for nobody.
    """
    shown = Audience.objects.filter(members_visible=True, pk__in=audience_ids_of(person, now))
    kept = Audience.objects.filter(custodian=person)
    living = Membership.objects.filter(person=other, starts__lte=now, ends__gt=now)
    known = living.filter(audience__in=shown.values("pk")) | living.filter(audience__in=kept.values("pk"))
    keeper = Audience.objects.filter(custodian=other, pk__in=audience_ids_of(person, now))
    if other != person.pk and not known.exists() and not keeper.exists():
        raise NotThereError
    found = Person.objects.filter(pk=other, is_active=True).first()
    if found is None:
        raise NotThereError
    return found
