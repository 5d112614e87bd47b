"""A new password is asked for. Who asks proves nothing by it, so that no entry is due until something changes."""

from datetime import datetime

from django.db import transaction

from ninefold.access import limits
from ninefold.access.models import Person, Recovery

_MOST = 5  # in an hour: nobody's mailbox is filled in his name


@transaction.atomic
def ask_recovery(*, person: Person | None, now: datetime) -> None:
    """Let a letter go to the address of this account, unless many were asked for; the answer is the same."""
    waits = Recovery.objects.filter(person=person).exclude(person=None).exists()
    within = person is None or limits.count(f"recovery {person.pk}", most=_MOST)
    Recovery.objects.create(person=person if within and not waits else None, asked_at=now, next_try=now)
