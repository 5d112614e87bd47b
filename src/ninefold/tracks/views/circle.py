"""Who is who: the organisations of a situation by track, one track, one organisation."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ninefold import clock
from ninefold.access.guards import open_to_all, person_of
from ninefold.access.keyset import page_of, place_in
from ninefold.access.models import Person
from ninefold.access.reads import Mark, marks_for
from ninefold.access.rules import Decision
from ninefold.errors import NotThereError
from ninefold.tracks import labels, reads
from ninefold.tracks.models import Actor, Situation, Tie
from ninefold.tracks.rules import CENTRE, TRACKS, may_keep_circle, ring_from

OF_A_TRACK = 12
"""How many organisations of each track stand on the page of a situation; the track's own page has them all."""


@open_to_all
def situation(request: HttpRequest, situation_id: UUID) -> HttpResponse:
    """The first organisations of each track of a situation, in the order of the circle."""
    person, now = person_of(request), clock.now()
    chosen = reads.situation_for(person, now, situation_id)
    groups, actors = [], []
    for track in (*ring_from(chosen.pk), CENTRE):
        members, more = reads.members(person, now, chosen, track, size=OF_A_TRACK)
        name = labels.TRACK_NAMES[track]
        groups.append({"slug": track, "name": name, "members": _rows(members), "more": more is not None})
        actors += [member.actor.pk for member in members]
    marks = reads.marks_on(person, now, chosen, actors, [])
    context = {"situation": chosen, "groups": groups, "marks": marks, "keeping": _keeping(person)}
    return render(request, "tracks/situation.html", context)


@open_to_all
def track(request: HttpRequest, situation_id: UUID, slug: str) -> HttpResponse:
    """One track of a situation: who stands in it, and the first ties of each."""
    person, now = person_of(request), clock.now()
    if slug not in TRACKS:
        raise NotThereError
    chosen = reads.situation_for(person, now, situation_id)
    point = reads.circle(person, now, chosen).point(slug)
    page, after = reads.members(person, now, chosen, slug, after=place_in(request.GET.get("after", "")))
    members = reads.with_ties(person, now, chosen, page)
    ties = [tie for member in members for tie in member.ties]
    context = {
        "situation": chosen,
        "track": labels.TRACK_NAMES[slug],
        "point": point,
        "members": _rows(members),
        "after": after,
        "marks": _marks(person, now, chosen, [member.actor.pk for member in members], ties),
    }
    return render(request, "tracks/track.html", context)


@open_to_all
def actor(request: HttpRequest, situation_id: UUID, actor_id: UUID) -> HttpResponse:
    """One organisation with its ties in a situation."""
    person, now = person_of(request), clock.now()
    chosen = reads.situation_for(person, now, situation_id)
    one = reads.actor_for(person, now, actor_id)
    mine = reads.ties(person, now, chosen).filter(Q(source=one) | Q(target=one))
    ties, after = page_of(mine, after=place_in(request.GET.get("after", "")))
    stands = [(p.track, p.level) for p in one.presences.filter(situation=chosen)]
    context = {
        "situation": chosen,
        "actor": one,
        "stands_in": [(labels.TRACK_NAMES[track], labels.LEVEL_NAMES[level]) for track, level in stands],
        "ties": [_tie(tie) for tie in ties],
        "after": after,
        "marks": [*_marks(person, now, chosen, [one.pk], ties), *_office_marks(person, now, one)],
        "offices": _offices(person, now, one),
        "keeping": _keeping(person),
    }
    return render(request, "tracks/actor.html", context)


def _keeping(person: Person | None) -> Decision | None:
    """Whether he may enter more here; a stranger is not asked."""
    return may_keep_circle(person.roles) if person else None


def _offices(person: Person | None, now: datetime, actor: Actor) -> list[dict[str, object]]:
    """The offices of an organisation; who holds each is shown to registrars only."""
    keeps = person is not None and may_keep_circle(person.roles).allowed
    seen = reads.offices(person, now).filter(actor=actor)
    return [
        {
            "office": one,
            "holdings": list(reads.holdings(one, now)) if keeps else [],
            "offers": reads.office_offers(one, now) if keeps else [],
        }
        for one in seen
    ]


def _office_marks(person: Person | None, now: datetime, actor: Actor) -> list[Mark]:
    ids = reads.offices(person, now).filter(actor=actor).values_list("pk", flat=True)
    return [mark for marks in marks_for(person, now, "tracks:office", ids).values() for mark in marks]


def _marks(
    person: Person | None, now: datetime, situation: Situation, actors: Sequence[UUID], ties: Sequence[Tie]
) -> list[Mark]:
    """The marks of these organisations and ties, and of the organisations at their ends."""
    ends = {end for tie in ties for end in (tie.source_id, tie.target_id)}
    return reads.marks_on(person, now, situation, ends.union(actors), [tie.pk for tie in ties])


def _rows(members: Sequence[reads.Member]) -> list[dict[str, object]]:
    return [
        {
            "actor": member.actor,
            "level": labels.LEVEL_NAMES[member.level],
            "ties": [_tie(tie) for tie in member.ties],
            "more_ties": member.more_ties,
        }
        for member in members
    ]


def _tie(tie: Tie) -> dict[str, object]:
    return {
        "id": tie.pk,
        "source": tie.source,
        "target": tie.target,
        "kind": labels.TIE_NAMES[tie.kind],
        "strength": labels.STRENGTH_NAMES[tie.strength],
        "since": tie.since,
    }
