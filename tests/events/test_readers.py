"""Whom an entry may be told is the same question as which entries a person sees, asked from the other side."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from ninefold.access.markings import read
from ninefold.access.models import Audience, Membership, Person, Release
from ninefold.access.reads import actor_name, entries_visible_to, readers_of_entry
from ninefold.ledger.actions import append
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.models import Entry
from ninefold.ledger.refs import Ref
from ninefold.words.text import in_one

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TOUCHED, CHANGED = entry_kind("telling.touched", "touched a record"), entry_kind("access.telling", "changed access")
MARKINGS = ["tlp:clear", "tlp:clear tlp:ex:chr", "tlp:green", "tlp:amber", "tlp:red"]
PEOPLE, AUDIENCES = 4, 2

spans = st.sampled_from([(-1, 1), (-2, -1), (-2, 0), (0, 1), (1, 2)])
people, audiences = st.integers(0, PEOPLE - 1), st.integers(0, AUDIENCES - 1)
worlds = st.fixed_dictionaries(
    {
        "memberships": st.lists(st.tuples(people, audiences, spans), max_size=5),
        "releases": st.lists(
            st.tuples(
                st.none() | audiences,
                st.sampled_from(MARKINGS),
                spans,
                st.sampled_from([None, -1, 0, 1]),
                st.none() | people,
            ),
            max_size=3,
        ),
    }
)
acts = st.tuples(
    st.sampled_from(["record", "person", "audience", "membership", "release"]),
    st.sampled_from([TOUCHED, CHANGED]),
    st.none() | people,
    st.sampled_from([*MARKINGS, "odd"]),
)


def uuid(group, number):
    return UUID(int=(group << 96) + (4 << 76) + (8 << 60) + number)


class World:
    """The last person is an administrator; each audience is kept by the person of the same number."""

    def __init__(self, *, memberships, releases):
        self.people = [self.person(number) for number in range(PEOPLE)]
        self.audiences = [
            Audience.objects.create(
                id=uuid(2, number), name=in_one("en", f"a{number}"), custodian=self.people[number], starts=NOW
            )
            for number in range(AUDIENCES)
        ]
        for number, (person, audience, (starts, ends)) in enumerate(memberships):
            Membership.objects.create(
                id=uuid(3, number),
                person=self.people[person],
                audience=self.audiences[audience],
                starts=NOW + starts * HOUR,
                ends=NOW + ends * HOUR,
            )
        for number, release in enumerate(releases):
            self.release(number, *release)

    @staticmethod
    def person(number):
        roles = ["administrator"] if number == PEOPLE - 1 else []
        person = Person(
            id=uuid(1, number),
            email=f"p{number}@example.org",
            name=in_one("en", f"p{number}"),
            joined_day=NOW.date(),
            roles=roles,
        )
        person.save()
        return person

    def release(self, number, audience, marking, span, embargo, placed_by):
        rank = read(marking).rank
        Release.objects.create(
            id=uuid(4, number),
            kind="telling:record",
            record=uuid(5, 0),
            audience=self.audiences[audience or 0] if rank or audience is not None else None,
            marking=marking,
            rank=rank,
            placed_by=None if placed_by is None else self.people[placed_by],
            listed=NOW,
            embargo_until=None if embargo is None else NOW + embargo * HOUR,
            starts=NOW + span[0] * HOUR,
            ends=NOW + span[1] * HOUR,
        )

    def entry(self, subject, kind, actor, marking):
        groups = {"person": 1, "audience": 2, "membership": 3, "release": 4, "record": 5}
        room = "telling" if subject == "record" else "access"
        who = "clock" if actor is None else actor_name(self.people[actor])
        ref = Ref(room, subject, uuid(groups[subject], 0))
        return append(kind=kind, actor=who, subject=ref, now=NOW, marking=marking, body={})


@pytest.mark.django_db
@settings(max_examples=150)
@given(world=worlds, act=acts)
def test_the_readers_of_an_entry_are_those_who_see_it(world, act):
    with transaction.atomic():
        made = World(**world)
        entry = made.entry(*act)
        readers = readers_of_entry(Entry.objects.get(pk=entry.pk), NOW)
        for person in [None, *made.people]:
            sees = entries_visible_to(person, NOW).filter(pk=entry.pk).exists()
            assert readers.include(person.pk if person else None) == sees, (person, act)
        transaction.set_rollback(True)
