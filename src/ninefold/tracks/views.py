"""Who is who: the organisations of a situation by track, one track, one organisation."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ninefold import clock
from ninefold.access.guards import open_to_all, person_of
from ninefold.access.reads import marks_for
from ninefold.errors import NotThereError
from ninefold.tracks import labels, reads
from ninefold.tracks.models import Situation, Tie
from ninefold.tracks.rules import CENTRE, TRACKS, ring_from


@open_to_all
def situation(request: HttpRequest, situation_id: UUID) -> HttpResponse:
    """The organisations of a situation, track by track in the order of the circle."""
    person, now = person_of(request), clock.now()
    chosen = reads.situation_for(person, now, situation_id)
    order = [*ring_from(chosen.pk), CENTRE]
    groups = [
        {"slug": track, "name": labels.TRACK_NAMES[track], "members": _members(request, now, chosen, track)}
        for track in order
    ]
    seen = marks_for(person, now, "tracks:situation", [chosen.pk])
    return render(
        request, "tracks/situation.html", {"situation": chosen, "groups": groups, "marks": seen.get(chosen.pk, [])}
    )


@open_to_all
def track(request: HttpRequest, situation_id: UUID, slug: str) -> HttpResponse:
    """One track of a situation: who stands in it, and the ties of each."""
    person, now = person_of(request), clock.now()
    if slug not in TRACKS:
        raise NotThereError
    chosen = reads.situation_for(person, now, situation_id)
    point = reads.circle(person, now, chosen).point(slug)
    context = {
        "situation": chosen,
        "track": labels.TRACK_NAMES[slug],
        "point": point,
        "members": _members(request, now, chosen, slug),
        "marks": marks_for(person, now, "tracks:situation", [chosen.pk]).get(chosen.pk, []),
    }
    return render(request, "tracks/track.html", context)


@open_to_all
def actor(request: HttpRequest, situation_id: UUID, actor_id: UUID) -> HttpResponse:
    """One organisation with its ties in a situation."""
    person, now = person_of(request), clock.now()
    chosen = reads.situation_for(person, now, situation_id)
    one = reads.actor_for(person, now, actor_id)
    stands = [(p.track, p.level) for p in one.presences.filter(situation=chosen)]
    context = {
        "situation": chosen,
        "actor": one,
        "stands_in": [(labels.TRACK_NAMES[track], labels.LEVEL_NAMES[level]) for track, level in stands],
        "ties": [_tie(tie) for tie in reads.ties(person, now, chosen) if one.pk in {tie.source_id, tie.target_id}],
        "marks": marks_for(person, now, "tracks:actor", [one.pk]).get(one.pk, []),
    }
    return render(request, "tracks/actor.html", context)


def _members(request: HttpRequest, now: datetime, chosen: Situation, slug: str) -> list[dict[str, object]]:
    return [
        {
            "actor": member.actor,
            "level": labels.LEVEL_NAMES[member.level],
            "ties": [_tie(tie) for tie in member.ties],
        }
        for member in reads.members(person_of(request), now, chosen, slug)
    ]


def _tie(tie: Tie) -> dict[str, object]:
    return {
        "source": tie.source,
        "target": tie.target,
        "kind": labels.TIE_NAMES[tie.kind],
        "strength": labels.STRENGTH_NAMES[tie.strength],
        "since": tie.since,
    }
