"""Situations are opened; organisations and ties are entered: one transaction and one entry each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from ninefold.access.actions import NewRelease, mark_of, place, place_all
from ninefold.access.models import Person
from ninefold.access.reads import actor_name, visible_to
from ninefold.errors import ConflictError, InvalidError
from ninefold.ledger.actions import append
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.refs import Ref
from ninefold.tracks.models import Actor, Presence, Situation, Tie
from ninefold.tracks.rules import LEVELS, STRENGTHS, TIE_KINDS, TRACKS, may_keep_circle
from ninefold.words.text import Text

SITUATION_OPENED = entry_kind("tracks.situation-opened", "opened a situation")
CIRCLE_ENTERED = entry_kind("tracks.circle-entered", "entered organisations and ties")


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
    place(record=ref, releases=releases, now=now, by=by)
    append(
        kind=SITUATION_OPENED,
        actor=actor_name(by),
        subject=ref,
        now=now,
        marking=mark_of(releases, now),
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
) -> list[Tie]:
    """Enter a list of organisations and ties at once: all of it or nothing, one entry that holds the whole list.

    `marking` is the entry's own mark, at least the highest of the list; `releases` say who reads the entry (nobody,
    where there are none). The list is a record of its own: who sees the situation need not see what was entered.
    """
    may_keep_circle(by.roles).require()
    for actor in actors:
        require_places(actor)
    known = {actor.id for actor in actors} | set(situation.presences.values_list("actor_id", flat=True))
    for tie in ties:
        _require_tie(tie, known)
    _require_new(by, now, situation, ties)
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
    entered = Ref("tracks", "list", uuid4())
    placed = [(Ref("tracks", "actor", new.id), new.releases) for new in actors]
    placed += [(Ref("tracks", "tie", row.pk), tie.releases) for row, tie in zip(rows, ties, strict=True)]
    place_all(placed=[*placed, (entered, releases)], now=now, by=by)
    body = {
        "situation": str(situation.pk),
        "actors": [_actor_as_json(new) for new in actors],
        "ties": [_tie_as_json(new) for new in ties],
    }
    append(kind=CIRCLE_ENTERED, actor=actor_name(by), subject=entered, now=now, marking=marking, body=body)
    return rows


def enter(
    *,
    by: Person,
    now: datetime,
    situation: Situation,
    releases: Sequence[NewRelease],
    actors: Sequence[NewActor] = (),
    ties: Sequence[NewTie] = (),
) -> list[Tie]:
    """Enter organisations or ties that all have the same readers, who then read the entry too."""
    return enter_circle(
        by=by,
        now=now,
        situation=situation,
        actors=actors,
        ties=ties,
        marking=mark_of(releases, now),
        releases=releases,
    )


def require_places(actor: NewActor) -> None:
    """Refuse an organisation that stands nowhere, or at a place that there is not."""
    tracks = [track for track, _ in actor.stands_in]
    if not tracks or len(set(tracks)) != len(tracks):
        raise InvalidError(
            "{name} stands in no track, or in one track twice; choose a level in at least one track.",
            name=str(actor.name),
        )
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
    require_kind(tie.source, tie.target, tie.kind, tie.strength)


def require_kind(source: UUID, target: UUID, kind: str, strength: int) -> None:
    """Refuse a tie that is of no kind or strength of ours."""
    if kind not in TIE_KINDS or strength not in STRENGTHS:
        raise InvalidError(
            "The tie from {source} to {target} is of no known kind and strength: {kind}, {strength}.",
            source=str(source),
            target=str(target),
            kind=repr(kind),
            strength=strength,
        )


def _require_new(by: Person, now: datetime, situation: Situation, ties: Sequence[NewTie]) -> None:
    """A tie that he sees stands once. One that is hidden from him does not stand in his way: that would tell of it."""
    joined = [(tie.source, tie.target, tie.kind) for tie in ties]
    seen = Tie.objects.filter(visible_to(by, now, "tracks:tie"), situation=situation)
    ends = seen.filter(source__in={source for source, _, _ in joined})
    there = set(ends.values_list("source_id", "target_id", "kind"))
    if len(set(joined)) != len(joined) or there.intersection(joined):
        raise ConflictError("A tie of this kind between these two stands already; choose another kind.")


def _actor_as_json(actor: NewActor) -> dict[str, Any]:
    return {"id": str(actor.id), "name": actor.name.as_value(), "stands_in": [list(pair) for pair in actor.stands_in]}


def _tie_as_json(tie: NewTie) -> dict[str, Any]:
    return {"source": str(tie.source), "target": str(tie.target), "kind": tie.kind, "strength": tie.strength}
