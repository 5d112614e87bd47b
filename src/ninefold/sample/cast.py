"""The people and audiences of the story as accounts of a workspace, each entered by somebody who may."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ninefold.access.actions import NewRelease, add_member, found, invite, open_audience
from ninefold.access.models import ADMINISTRATOR, Audience, Person
from ninefold.sample.people import SamplePerson
from ninefold.sample.story import EVERYBODY, Story

GRANTED_FOR = timedelta(days=730)
"""Memberships, offices and rights end two years after the story begins: long enough for any exercise."""

_RELEASED_FOR = timedelta(days=3_650)
_CLEAR = "tlp:clear"


@dataclass(frozen=True)
class Cast:
    """The accounts by the keys of the story; `markings` holds what each audience's records bear."""

    people: dict[str, Person]
    audiences: dict[str, Audience]
    markings: dict[str, str]

    def custodian(self, group: str) -> Person:
        """Who enters what an audience reads; what everybody reads, the first of the five enters."""
        return next(iter(self.people.values())) if group == EVERYBODY else self.audiences[group].custodian

    def release(self, group: str, now: datetime) -> NewRelease:
        """What lets an audience read a record from now on, or everybody."""
        if group == EVERYBODY:
            return NewRelease(None, _CLEAR, now, now + _RELEASED_FOR)
        return NewRelease(self.audiences[group].pk, self.markings[group], now, now + _RELEASED_FOR)


def paced(begin: datetime) -> Iterator[datetime]:
    """Moments for one act after the other, as people need them, so that the log reads like a morning's work."""
    while True:
        yield begin
        begin += timedelta(minutes=3)


def enter(story: Story, begin: datetime) -> Cast:
    """Make the accounts, the audiences and their memberships, from `begin` on."""
    time = paced(begin)
    people = _enter_people(story, time)
    administrator = next(person for person in people.values() if person.is_administrator)
    audiences = {}
    for one in story.audiences:
        audience = open_audience(
            by=administrator,
            now=next(time),
            name=one.name,
            custodian=people[one.custodian],
            purpose=one.purpose,
            members_visible=one.members_visible,
        )
        for member in one.members:
            custodian, person, now = people[one.custodian], people[member], next(time)
            add_member(by=custodian, now=now, audience=audience, person=person, ends=now + GRANTED_FOR)
        audiences[one.key] = audience
    markings = {one.key: one.marking for one in story.audiences} | {EVERYBODY: _CLEAR}
    return Cast(people, audiences, markings)


def _enter_people(story: Story, time: Iterator[datetime]) -> dict[str, Person]:
    """The administrator founds the workspace and invites the others; the answer keeps the order of the story."""
    first = next(person for person in story.people if ADMINISTRATOR in person.roles)
    account = found(now=next(time), email=first.email, name=first.name, language=first.language, invented=True).person
    return {one.key: account if one is first else _invited(one, account, next(time)) for one in story.people}


def _invited(one: SamplePerson, by: Person, now: datetime) -> Person:
    return invite(
        by=by, now=now, email=one.email, name=one.name, language=one.language, roles=one.roles, invented=True
    ).person
