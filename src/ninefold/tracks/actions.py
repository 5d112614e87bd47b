"""Every change to situations, organisations, ties and offices: one transaction and one entry each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from ninefold.access.actions import NewRelease, place
from ninefold.access.models import Person
from ninefold.access.reads import actor_name
from ninefold.errors import InvalidError
from ninefold.ledger.actions import append
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.refs import Ref
from ninefold.tracks.models import Actor, Holding, Office, Presence, Situation, Tie
from ninefold.tracks.rules import LEVELS, STRENGTHS, TIE_KINDS, TRACKS, may_keep_circle
from ninefold.words.text import Text

SITUATION_OPENED = entry_kind("tracks.situation-opened", "opened a situation")
CIRCLE_ENTERED = entry_kind("tracks.circle-entered", "entered organisations and ties")
OFFICE_OPENED = entry_kind("tracks.office-opened", "opened an office")
OFFICE_GIVEN = entry_kind("tracks.office-given", "gave an office to a person")


@dataclass(frozen=True)
class NewActor:
    """An organisation to enter: `stands_in` is its (track, level) pairs; `id` lets ties of the same list name it."""

    id: UUID
    name: Text
    about: Text | None
    stands_in: Sequence[tuple[str, str]]
    releases: Sequence[NewRelease]


@dataclass(frozen=True)
class NewTie:
    """A tie to enter, between organisations by their ids."""

    source: UUID
    target: UUID
    kind: str
    strength: int
    since: date | None
    releases: Sequence[NewRelease]


@transaction.atomic
def open_situation(*, by: Person, now: datetime, name: Text, since: date, releases: Sequence[NewRelease]) -> Situation:
    """Open a situation that tracks can work on."""
    may_keep_circle(by.roles).require()
    situation = Situation.objects.create(name=name, since=since)
    ref = Ref("tracks", "situation", situation.pk)
    place(record=ref, releases=releases)
    append(
        kind=SITUATION_OPENED,
        actor=actor_name(by),
        subject=ref,
        now=now,
        marking=_mark(releases),
        body={"name": name.as_value(), "since": since.isoformat()},
    )
    return situation


@transaction.atomic
def enter_circle(
    *,
    by: Person,
    now: datetime,
    situation: Situation,
    actors: Sequence[NewActor],
    ties: Sequence[NewTie],
    marking: str,
    releases: Sequence[NewRelease] = (),
) -> None:
    """Enter a list of organisations and ties at once: all of it or nothing, one entry that holds the whole list.

    `marking` is the entry's own mark, at least the highest of the list; `releases` say who reads the entry (nobody,
    where there are none). The list is a record of its own: who sees the situation need not see what was entered.
    """
    may_keep_circle(by.roles).require()
    for actor in actors:
        _require_places(actor)
    known = {actor.id for actor in actors} | set(situation.presences.values_list("actor_id", flat=True))
    for tie in ties:
        _require_tie(tie, known)
    Actor.objects.bulk_create([Actor(pk=new.id, name=new.name, about=new.about) for new in actors])
    Presence.objects.bulk_create(
        [
            Presence(actor_id=new.id, situation=situation, track=track, level=level)
            for new in actors
            for track, level in new.stands_in
        ]
    )
    rows = Tie.objects.bulk_create(
        [
            Tie(
                situation=situation,
                source_id=new.source,
                target_id=new.target,
                kind=new.kind,
                strength=new.strength,
                since=new.since,
            )
            for new in ties
        ]
    )
    for new in actors:
        place(record=Ref("tracks", "actor", new.id), releases=new.releases)
    for row, tie in zip(rows, ties, strict=True):
        place(record=Ref("tracks", "tie", row.pk), releases=tie.releases)
    entered = Ref("tracks", "list", uuid4())
    place(record=entered, releases=releases, by=by)
    body = {
        "situation": str(situation.pk),
        "actors": [_actor_as_json(new) for new in actors],
        "ties": [_tie_as_json(new) for new in ties],
    }
    append(kind=CIRCLE_ENTERED, actor=actor_name(by), subject=entered, now=now, marking=marking, body=body)


@transaction.atomic
def open_office(*, by: Person, now: datetime, actor: Actor, title: Text, marking: str = "tlp:green") -> Office:
    """Open an office in an organisation."""
    may_keep_circle(by.roles).require()
    office = Office.objects.create(id=uuid4(), actor=actor, title=title)
    append(
        kind=OFFICE_OPENED,
        actor=actor_name(by),
        subject=Ref("tracks", "actor", actor.pk),
        now=now,
        marking=marking,
        body={"office": str(office.pk), "title": title.as_value()},
    )
    return office


@transaction.atomic
def give_office(
    *,
    by: Person,
    now: datetime,
    office: Office,
    person: Person,
    starts: datetime,
    ends: datetime,
    marking: str = "tlp:green",
) -> Holding:
    """Let a person hold an office for a time that ends."""
    may_keep_circle(by.roles).require()
    if ends <= starts:
        raise InvalidError("The office would end before it starts; choose a later end.")
    holding = Holding.objects.create(office=office, person=person, starts=starts, ends=ends)
    append(
        kind=OFFICE_GIVEN,
        actor=actor_name(by),
        subject=Ref("tracks", "actor", office.actor_id),
        now=now,
        marking=marking,
        body={
            "office": str(office.pk),
            "person": actor_name(person),
            "starts": starts.isoformat(),
            "ends": ends.isoformat(),
        },
    )
    return holding


def _require_places(actor: NewActor) -> None:
    for track, level in actor.stands_in:
        if track not in TRACKS or level not in LEVELS:
            raise InvalidError(
                "{name} stands in {track} at {level}; choose one of the nine tracks and one of the three levels.",
                name=str(actor.name),
                track=repr(track),
                level=repr(level),
            )


def _require_tie(tie: NewTie, known: set[UUID]) -> None:
    if tie.source not in known or tie.target not in known or tie.source == tie.target:
        raise InvalidError(
            "The tie from {source} to {target} does not join two organisations of this situation; enter both first.",
            source=str(tie.source),
            target=str(tie.target),
        )
    if tie.kind not in TIE_KINDS or tie.strength not in STRENGTHS:
        raise InvalidError(
            "The tie from {source} to {target} is of no known kind and strength: {kind}, {strength}.",
            source=str(tie.source),
            target=str(tie.target),
            kind=repr(tie.kind),
            strength=tie.strength,
        )


def _actor_as_json(actor: NewActor) -> dict[str, Any]:
    return {"id": str(actor.id), "name": actor.name.as_value(), "stands_in": [list(pair) for pair in actor.stands_in]}


def _tie_as_json(tie: NewTie) -> dict[str, Any]:
    return {"source": str(tie.source), "target": str(tie.target), "kind": tie.kind, "strength": tie.strength}


def _mark(releases: Sequence[NewRelease]) -> str:
    return releases[0].marking if releases else "tlp:red"
