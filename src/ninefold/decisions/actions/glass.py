"""Break-glass: in an emergency two people of different bodies open one record for one of them, for an hour at most.

The first asks and says why; the second confirms. Whoever reads the record is told in the same moment, by whom and why.
What the record's audiences keep from each other stays kept: the person is let into an audience of his own.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from ninefold.access.actions import NewRelease, let_in, place
from ninefold.access.models import Person, Release
from ninefold.access.reads import actor_name, releases_now
from ninefold.clock import stamp
from ninefold.decisions.models import BreakGlass
from ninefold.decisions.reads import bodies_of
from ninefold.decisions.rules import (
    ASKING_LASTS,
    LONGEST_OPENING,
    TOLD_FOR,
    may_ask_to_open,
    may_confirm_opening,
    may_ever_open,
)
from ninefold.errors import ConflictError, InvalidError, NotThereError
from ninefold.ledger.actions import append
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.refs import Ref
from ninefold.words.text import Text, Version, plain

GLASS_ASKED = entry_kind("decisions.glass-asked", "asked to open a record in an emergency")
GLASS_BROKEN = entry_kind("decisions.glass-broken", "opened a record in an emergency")

_NAME = Text("en", (Version("en", "Opened in an emergency"), Version("ar", "فُتح في حالة طارئة")))
_LONGEST_REASON = 2_000


@transaction.atomic
def ask_to_open(*, by: Person, now: datetime, record: Ref, reason: str) -> BreakGlass:
    """Ask a second person to open a record that he does not read. The answer does not say whether there is one."""
    may_ask_to_open(administrator=by.is_administrator, bodies=bodies_of(by, now)).require()
    may_ever_open(record.room_kind).require()
    reason = plain(reason)
    if not 0 < len(reason) <= _LONGEST_REASON:
        raise InvalidError(
            "Say in at most {most} characters why this cannot wait; the reason stays in the log, and the record's "
            "readers see it.",
            most=_LONGEST_REASON,
        )
    asked = BreakGlass.objects.create(
        kind=record.room_kind, record=record.id, reason=reason, asked_by=by, asked_at=now, lapses_at=now + ASKING_LASTS
    )
    append(
        kind=GLASS_ASKED,
        actor=actor_name(by),
        subject=asked.ref,
        now=now,
        marking="tlp:red",
        body={"record": str(record), "reason": reason},
    )
    return asked


@transaction.atomic
def confirm_opening(*, by: Person, now: datetime, asked: BreakGlass) -> BreakGlass:
    """Open the record for who asked, and tell its readers. The second person himself reads nothing by this."""
    first = asked.asked_by
    may_confirm_opening(
        administrator=by.is_administrator,
        same_person=by.pk == first.pk,
        asking=bodies_of(first, now),
        confirming=bodies_of(by, now),
    ).require()
    releases = list(releases_now(now, asked.kind, asked.record))
    if not releases:
        raise NotThereError
    ends = now + LONGEST_OPENING
    waiting = BreakGlass.objects.filter(pk=asked.pk, opened_at=None, lapses_at__gt=now)
    if not waiting.update(confirmed_by=by, opened_at=now, ends=ends):
        raise ConflictError("This request has been answered or has lapsed; ask again, and say why.")
    asked.refresh_from_db()
    strictest = max(releases, key=lambda release: release.rank)
    record = Ref.parse(f"{asked.kind}:{asked.record}")
    let_in(person=first, name=_NAME, custodian=_custodian(releases), record=record, like=strictest, now=now, ends=ends)
    place(record=asked.ref, releases=_told(releases, now), now=now)
    append(
        kind=GLASS_BROKEN,
        actor=actor_name(by),
        subject=asked.ref,
        now=now,
        # The mildest mark under which anybody reads the record, so that every reader of it sees this entry.
        marking=min(releases, key=lambda release: release.rank).marking,
        body={"record": str(record), "for": str(first.pk), "reason": asked.reason, "ends": stamp(ends)},
    )
    return asked


def _told(releases: Sequence[Release], now: datetime) -> list[NewRelease]:
    """Every audience of the record reads of it, under the mark under which it reads the record."""
    marks = {release.audience_id: release.marking for release in sorted(releases, key=lambda one: one.rank)}
    return [NewRelease(audience, marking, now, now + TOLD_FOR) for audience, marking in marks.items()]


def _custodian(releases: Sequence[Release]) -> Person:
    """Who keeps the audience that reads the record under the strictest mark; he can end the opening at once."""
    kept = [release for release in sorted(releases, key=lambda one: -one.rank) if release.audience]
    if not kept or kept[0].audience is None:
        raise NotThereError  # everybody reads it already
    return kept[0].audience.custodian
