"""Warnings that wait: for who holds the addressed office, and for who raised them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ninefold.access.leaving import Named, PostKind, post_kind
from ninefold.access.models import Person
from ninefold.access.orphans import Holder, Post
from ninefold.access.reads import readers_of
from ninefold.tracks.seats import offices_answered, seats
from ninefold.warning.models import EarlyWarning, Passage
from ninefold.warning.reads import WARNING, warnings
from ninefold.warning.rules import OPEN_STATES


def waiting_posts(now: datetime, person: Person | None) -> list[Post]:
    """Each warning whose clock runs: who answers for its office and reads it."""
    rows = Passage.objects.filter(outcome="waiting").order_by("warning")
    if person is not None:
        rows = rows.filter(office__in=offices_answered(person, now).values("pk"))
    found = list(rows.values_list("warning_id", "office_id"))
    held = seats(now, {office for _, office in found})
    return [Post("warning:waiting", id_, 1, (_reading(id_, held.get(office), now),)) for id_, office in found]


def _reading(warning: UUID, holders: frozenset[Holder] | None, now: datetime) -> frozenset[Holder]:
    if not holders:
        return frozenset()
    readers = readers_of(WARNING, warning, now)
    return frozenset(holder for holder in holders if readers.include(holder.person))


def author_posts(now: datetime, person: Person | None) -> list[Post]:
    """Each warning that is not at its end: who sends, sends again or withdraws it."""
    rows = EarlyWarning.objects.filter(state__in=OPEN_STATES).order_by("pk")
    rows = rows if person is None else rows.filter(raised_by=person)
    found = rows.values_list("pk", "raised_by_id", "raised_by__is_active")
    return [
        Post("warning:author", id_, 1, (frozenset([Holder(author)] if here else []),)) for id_, author, here in found
    ]


def _seen(person: Person, now: datetime, ids: Collection[UUID]) -> dict[UUID, Named]:
    rows = warnings(person, now).filter(pk__in=ids)
    return {row.pk: Named(row.title, reverse("warning:warning", args=[row.pk])) for row in rows}


post_kind(
    "warning:waiting",
    PostKind(
        waiting_posts,
        _seen,
        _("A warning that waits for an office for which nobody answers."),
        _("Give the office to a successor; else it goes on to the next in line, or back to who raised it."),
    ),
)
post_kind(
    "warning:author",
    PostKind(
        author_posts,
        _seen,
        _("A warning whose author has left: nobody could send it again or withdraw it."),
        _("An analyst who reads it takes it over on its page."),
    ),
)
