"""Releases: a record given to an audience under a marking, for a time. No release, no reader."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from ninefold.access.actions.audiences import LONGEST, require_span
from ninefold.access.actions.entries import MARKING_LOWERED, PLACED, RELEASE_ENDED, RELEASED, record
from ninefold.access.actions.filing import file_released
from ninefold.access.markings import Marking, read
from ninefold.access.models import Audience, Membership, Person, Release
from ninefold.access.policy import may_end_release, may_lower
from ninefold.access.reads import (
    audiences_known_to,
    changeable_release,
    may_release,
    reader_of,
    release_facts,
    sources_of,
)
from ninefold.access.told import told_of_audience, told_of_release
from ninefold.clock import stamp
from ninefold.errors import ConflictError, InvalidError, NotThereError
from ninefold.ledger.drafts import Seal
from ninefold.ledger.refs import Ref
from ninefold.words.text import Text, plain

_MOST_TOLD = 1_000
"""Releases in one entry."""


@dataclass(frozen=True)
class NewRelease:
    """What an act gives to one audience (its id; None: everybody, under `tlp:clear`), always with an end."""

    audience: UUID | None
    marking: str
    starts: datetime
    ends: datetime
    embargo_until: datetime | None = None

    def __post_init__(self) -> None:
        if self.audience is None and read(self.marking).rank:
            raise InvalidError("Only tlp:clear is released to everybody; choose an audience or another marking.")
        if self.ends <= self.starts or (self.embargo_until and self.ends <= self.embargo_until):
            raise InvalidError("The release would end before anybody reads it; choose a later end.")


def new_releases(
    *, by: Person, now: datetime, marking: str, audiences: Collection[UUID], everybody: bool = False
) -> list[NewRelease]:
    """What he gives a new record to: audiences that he is in or keeps (another is not there for him), or everybody."""
    if not audiences and not everybody:
        raise InvalidError("Choose at least one audience; without one, nobody would read it.")
    if audiences_known_to(by, now).filter(pk__in=set(audiences)).count() != len(set(audiences)):
        raise NotThereError
    chosen: list[UUID | None] = [*dict.fromkeys(audiences)]
    return [NewRelease(to, marking, now, now + LONGEST) for to in [*chosen, *([None] if everybody else [])]]


def mark_of(releases: Sequence[NewRelease], now: datetime) -> str:
    """The first release's mark; the strictest while one of them waits, because a clear entry is published at once."""
    if any(one.embargo_until or one.starts > now for one in releases):
        return "tlp:red"
    return releases[0].marking if releases else "tlp:red"


def place(
    *,
    record: Ref,
    releases: Sequence[NewRelease],
    now: datetime,
    by: Person | None = None,
    listed: datetime | None = None,
) -> list[Release]:
    """Write the releases of a new record inside the act of its room, which writes the entry of the act.

    `by` may later release it further, end its releases and lower its marking. `listed` is the time by which the
    record stands in its list; without one it is the earliest start.
    """
    return place_all(placed=[(record, releases)], now=now, by=by, listed=listed)


def place_all(
    *,
    placed: Sequence[tuple[Ref, Sequence[NewRelease]]],
    now: datetime,
    by: Person | None = None,
    listed: datetime | None = None,
) -> list[Release]:
    """The same for many records of one act. One entry says all of it, and nobody reads that entry.

    The entry of the act is read by everybody to whom the record was given, and none of them may learn of the others.
    """
    rows = _placed(placed, by, listed)
    _tell_placed(rows, now)
    return rows


def let_in(
    *, person: Person, name: Text, custodian: Person, record: Ref, like: Release, now: datetime, ends: datetime
) -> Audience:
    """Let one person read one record until `ends`, inside the act of its room, which writes the entry.

    He reads through an audience of his own, marked as `like`. Its custodian can end it before.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A person is let in inside the transaction of an act.")
    audience = Audience.objects.create(name=name, custodian=custodian, starts=now)
    Membership.objects.create(audience=audience, person=person, starts=now, ends=ends)
    rows = _placed([(record, [NewRelease(audience.pk, like.marking, now, ends)])], None, like.listed)
    _tell_placed(rows, now, audience)
    return audience


@transaction.atomic
def release(
    *,
    by: Person,
    now: datetime,
    what: Ref,
    to: UUID | None,
    marking: str,
    ends: datetime,
    embargo_until: datetime | None = None,
) -> Release:
    """Give a record that he reads to a further audience that he is in or keeps, or (TLP:CLEAR) to everybody."""
    may_release(by, now, what, read(marking)).require()
    if to is not None and not audiences_known_to(by, now).filter(pk=to).exists():
        raise NotThereError
    require_span(now, ends, now)
    if embargo_until is not None and embargo_until <= now:
        raise InvalidError("The embargo has passed already; leave it out.")
    new = NewRelease(to, marking, now, ends, embargo_until)
    (row,) = _placed([(what, [new])], by, _listed(what))
    body = {"record": str(what), "audience": str(to) if to else "", "marking": marking, "ends": stamp(ends)}
    body |= {"starts": stamp(now), "placed_by": told_of_release(row)["placed_by"]}
    if embargo_until:
        body["embargo_until"] = stamp(embargo_until)
    record(RELEASED, by=by, now=now, subject="release", record_id=row.pk, body=body)
    return row


@transaction.atomic
def end_release(*, by: Person, now: datetime, release: UUID) -> None:
    """End a release at this moment; what was read before stays known."""
    row = changeable_release(by, now, release)
    may_end_release(reader_of(by), release_facts(row)).require()
    ends = max(now, row.starts)
    if not Release.objects.filter(pk=row.pk, ends__gt=ends).update(ends=ends):
        raise ConflictError("This release has ended already.")
    record(RELEASE_ENDED, by=by, now=now, subject="release", record_id=row.pk, body={"ends": stamp(ends)})


@transaction.atomic
def lower_marking(
    *, by: Person, now: datetime, release: UUID, marking: str, reason: str, seal: Seal | None = None
) -> None:
    """Set a milder marking on a release, in the name of a person and with a reason that stays in the log.

    Who gave a record and no longer reads it may take it back, not widen it: to him it is not there.
    """
    row = changeable_release(by, now, release)
    milder = read(marking)
    if row.audience is None or row.audience.custodian_id != by.pk:
        sources_of(by, now, Ref.parse(f"{row.kind}:{row.record}"))
    may_lower(reader_of(by), release_facts(row), marking=milder).require()
    reason = plain(reason)
    if not reason:
        raise InvalidError("Say why the marking is lowered; the reason stays in the log.")
    unchanged = Release.objects.filter(pk=row.pk, marking=row.marking, ends__gt=now)
    if not unchanged.update(marking=marking, rank=milder.rank):
        raise ConflictError("Somebody else changed this release first; read it again.")
    file_released(row)
    body: dict[str, Any] = {"from": row.marking, "to": marking, "reason": reason}
    record(MARKING_LOWERED, by=by, now=now, subject="release", record_id=row.pk, body=body, seal=seal)


def _placed(
    placed: Sequence[tuple[Ref, Sequence[NewRelease]]], by: Person | None, listed: datetime | None
) -> list[Release]:
    """The rows, and what was written before on the shelves of their readers."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A record is released inside the transaction of its act.")
    new = []
    for ref, releases in placed:
        moment = listed or min((one.starts for one in releases), default=None)
        new += [_row(ref, one, by, moment or one.starts) for one in releases]
    rows = Release.objects.bulk_create(new)
    for row in rows:
        file_released(row)
    return rows


def _tell_placed(rows: Sequence[Release], now: datetime, audience: Audience | None = None) -> None:
    """Say which releases were written, and which audience was made for them."""
    for at in range(0, len(rows), _MOST_TOLD):
        body: dict[str, Any] = {"releases": {str(row.pk): told_of_release(row) for row in rows[at : at + _MOST_TOLD]}}
        if audience:
            body["audiences"] = {str(audience.pk): told_of_audience(audience)}
        record(PLACED, by=None, now=now, subject="placing", record_id=uuid4(), body=body)


def _row(record: Ref, new: NewRelease, by: Person | None, listed: datetime) -> Release:
    marking: Marking = read(new.marking)
    return Release(
        kind=record.room_kind,
        record=record.id,
        audience_id=new.audience,
        marking=str(marking),
        rank=marking.rank,
        placed_by=by,
        listed=listed,
        embargo_until=new.embargo_until,
        starts=new.starts,
        ends=new.ends,
    )


def _listed(what: Ref) -> datetime:
    """One time for all releases of a record, so that it stands in one place in every list."""
    return Release.objects.filter(kind=what.room_kind, record=what.id).values_list("listed", flat=True)[0]
