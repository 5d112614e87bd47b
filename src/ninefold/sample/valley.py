"""The circle of the story as records: the situation, its organisations and ties, offices and rights."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from ninefold.decisions.actions import give_right
from ninefold.sample.cast import GRANTED_FOR, Cast, paced
from ninefold.sample.story import EVERYBODY, Actor, Story, Tie
from ninefold.tracks.actions import NewActor, NewTie, enter_circle, give_office, open_office, open_situation
from ninefold.tracks.models import Office, Situation
from ninefold.tracks.reads import actor_for

_MATTER = "early-warning"


def enter(story: Story, cast: Cast, begin: datetime) -> None:
    """Enter the situation, then what each audience reads in a list of its own, then the offices, from `begin` on."""
    time = paced(begin)
    now = next(time)
    situation = open_situation(
        by=cast.custodian(EVERYBODY),
        now=now,
        name=story.situation.name,
        since=story.situation.since,
        releases=[cast.release(EVERYBODY, now)],
    )
    ids = {actor.key: uuid4() for actor in story.actors}
    for group in (EVERYBODY, *cast.audiences):
        actors = [actor for actor in story.actors if (actor.seen_by or (EVERYBODY,))[0] == group]
        ties = [tie for tie in story.ties if (tie.seen_by or EVERYBODY) == group]
        _enter_list(group, actors, ties, cast, situation, ids, next(time))
    _enter_offices(story, cast, ids, time)


def _enter_list(
    group: str,
    actors: Sequence[Actor],
    ties: Sequence[Tie],
    cast: Cast,
    situation: Situation,
    ids: dict[str, UUID],
    now: datetime,
) -> None:
    releases = [cast.release(group, now)]
    enter_circle(
        by=cast.custodian(group),
        now=now,
        situation=situation,
        actors=[
            NewActor(
                ids[actor.key],
                actor.name,
                actor.about,
                [(actor.track, actor.level)],
                [cast.release(reader, now) for reader in actor.seen_by or (EVERYBODY,)],
            )
            for actor in actors
        ],
        ties=[NewTie(ids[tie.source], ids[tie.target], tie.kind, tie.strength, tie.since, releases) for tie in ties],
        marking=cast.markings[group],
        releases=releases,
    )


def _enter_offices(story: Story, cast: Cast, ids: dict[str, UUID], time: Iterator[datetime]) -> None:
    by = cast.custodian(EVERYBODY)
    for one in story.offices:
        now = next(time)
        actor = actor_for(by, now, ids[one.actor])
        office = open_office(by=by, now=now, actor=actor, title=one.title, releases=[cast.release(EVERYBODY, now)])
        holder, now = cast.people[one.holder], next(time)
        give_office(by=by, now=now, office=office, person=holder, starts=now, ends=now + GRANTED_FOR)
        if one.turn is not None:
            _give_turn(office, one.turn, cast, next(time))


def _give_turn(office: Office, turn: int, cast: Cast, now: datetime) -> None:
    give_right(
        by=cast.custodian(EVERYBODY),
        now=now,
        office=office,
        matter=_MATTER,
        turn=turn,
        starts=now,
        ends=now + GRANTED_FOR,
        releases=[cast.release(EVERYBODY, now)],
    )
