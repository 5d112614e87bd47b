"""The circle and its records as JSON, for the holder of a token."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from ninefold import clock
from ninefold.access.guards import the_person
from ninefold.tracks import reads

router = Router(tags=["tracks"])


class SituationOut(Schema):
    """A situation; `name` is a multilingual text."""

    id: UUID
    name: dict[str, Any]
    since: date


class PointOut(Schema):
    """One track of the circle."""

    track: str
    actors: int
    levels: list[str]
    ties: int
    absent: bool
    isolated: bool
    reaches_public: int
    hears_back: int


class ChordOut(Schema):
    """All ties between two tracks."""

    tracks: list[str]
    ties: int
    strength: int


class CircleOut(Schema):
    """The circle as this reader may see it, in drawing order."""

    situation: UUID
    points: list[PointOut]
    chords: list[ChordOut]


@router.get("/situations", response=list[SituationOut], operation_id="tracks_situations")
def situations(request: HttpRequest) -> list[SituationOut]:
    """The situations that you may see."""
    seen = reads.situations(the_person(request), clock.now())
    return [SituationOut(id=one.pk, name=one.name.as_value(), since=one.since) for one in seen]


@router.get("/situations/{situation_id}/circle", response=CircleOut, operation_id="tracks_circle")
def circle(request: HttpRequest, situation_id: UUID) -> CircleOut:
    """The circle of one situation."""
    person, now = the_person(request), clock.now()
    chosen = reads.situation_for(person, now, situation_id)
    drawn = reads.circle(person, now, chosen)
    points = [
        PointOut(
            track=point.track,
            actors=point.actors,
            levels=sorted(point.levels),
            ties=point.ties,
            absent=point.absent,
            isolated=point.isolated,
            reaches_public=point.reaches_public,
            hears_back=point.hears_back,
        )
        for point in drawn.points
    ]
    chords = [ChordOut(tracks=sorted(c.tracks), ties=c.ties, strength=c.strength) for c in drawn.chords]
    return CircleOut(situation=chosen.pk, points=points, chords=chords)
