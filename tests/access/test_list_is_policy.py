"""The law of this room: what a list shows is what the policies allow, for every person, record and moment."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ninefold.access.markings import read
from ninefold.access.models import Audience, Membership, Person, Release
from ninefold.access.policy import may_read, read_through
from ninefold.access.reads import (
    entries_visible_to,
    marks_for,
    membership_facts,
    newest,
    reader_of,
    readers_of,
    release_facts,
    visible_to,
)
from ninefold.ledger.actions import append
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.models import Entry
from ninefold.ledger.refs import Ref
from ninefold.words.text import in_one

from .conftest import NOW

KIND = "test:record"
TOUCHED = entry_kind("test.touched", "touched a record")
MARKINGS = ["tlp:clear", "tlp:clear tlp:ex:chr", "tlp:green", "tlp:amber", "tlp:amber+strict PAP:RED", "tlp:red"]
PEOPLE, AUDIENCES, RECORDS = 3, 3, 5

# Few moments, so that starts, ends and embargoes often meet the very moment of the question.
moments = st.builds(
    lambda hours, micro: NOW + timedelta(hours=hours, microseconds=micro),
    st.integers(0, 3),
    st.sampled_from([-1, 0, 1]),
)
spans = st.tuples(moments, moments).map(sorted)
memberships = st.lists(st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, AUDIENCES - 1), spans), max_size=8)
releases = st.lists(
    st.tuples(
        st.integers(0, RECORDS - 1),
        st.none() | st.integers(0, AUDIENCES - 1),
        st.sampled_from(MARKINGS),
        spans,
        st.none() | moments,
    ),
    max_size=14,
)
entries = st.lists(
    st.tuples(st.integers(0, RECORDS - 1), st.sampled_from(["tlp:clear", "tlp:amber", "tlp:red", "odd"])), max_size=4
)


class World:
    """People (the last is an administrator), audiences and records; any table with uuids serves as the record."""

    def __init__(self, memberships, releases, entries) -> None:
        keeper = self.one_person(99)
        self.people = [self.one_person(n) for n in range(PEOPLE)]
        Person.objects.filter(pk=self.people[-1].pk).update(roles=["administrator"])
        self.people[-1].refresh_from_db()
        self.audiences = [
            Audience.objects.create(name=in_one("en", f"audience {n}"), custodian=keeper, starts=NOW)
            for n in range(AUDIENCES)
        ]
        self.records = [
            Audience.objects.create(
                id=UUID(int=(4 << 76) + (8 << 60) + n), name=in_one("en", f"record {n}"), custodian=keeper, starts=NOW
            )
            for n in range(RECORDS)
        ]
        for person, audience, (starts, ends) in memberships:
            Membership.objects.create(
                person=self.people[person], audience=self.audiences[audience], starts=starts, ends=ends
            )
        for record, audience, marking, (starts, ends), embargo in releases:
            rank = read(marking).rank
            Release.objects.create(
                kind=KIND,
                record=self.records[record].pk,
                # Only TLP:CLEAR may go to everybody; the database holds it.
                audience=self.audiences[audience or 0] if rank or audience is not None else None,
                marking=marking,
                rank=rank,
                listed=NOW - timedelta(hours=record // 2),
                embargo_until=embargo,
                starts=starts,
                ends=ends,
            )
        for record, marking in entries:
            subject = Ref("test", "record", self.records[record].pk)
            append(kind=TOUCHED, actor="node", subject=subject, now=NOW, marking=marking, body={})

    @staticmethod
    def one_person(number):
        return Person.objects.joining(
            email=f"p{number}@example.org", name=in_one("en", f"p{number}"), language="en", roles=[], day=NOW.date()
        )

    def facts(self):
        rows = [release_facts(row) for row in Release.objects.select_related("audience")]
        by_record = {record.pk: [] for record in self.records}
        for row, facts in zip(Release.objects.all(), rows, strict=True):
            by_record[row.record].append(facts)
        return by_record, [membership_facts(row) for row in Membership.objects.all()]


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(memberships, releases, entries, st.lists(moments, min_size=1, max_size=3))
def test_the_list_shows_what_the_policies_allow(memberships, releases, entries, moments):
    with transaction.atomic():
        world = World(memberships, releases, entries)
        by_record, spans = world.facts()
        for person in [None, *world.people]:
            for now in moments:
                hold_equal(world, by_record, spans, person, now)
        transaction.set_rollback(True)


def hold_equal(world, by_record, spans, person, now):
    reader = reader_of(person) if person else None
    mine = [span for span in spans if person and span.person == person.pk]
    allowed = {pk for pk, rows in by_record.items() if may_read(reader, rows, mine, now)}
    seen = Audience.objects.filter(visible_to(person, now, KIND))

    assert set(seen.values_list("pk", flat=True)) == allowed, "the list"
    assert seen.count() == len(allowed), "the count"
    for number, record in enumerate(world.records):
        assert seen.filter(name__texts__en=f"record {number}").exists() == (record.pk in allowed), "the search"
        assert readers_of(KIND, record.pk, now).include(person.pk if person else None) == (record.pk in allowed)
    in_order = sorted(allowed, key=lambda pk: (listed(world, pk), pk), reverse=True)
    # Pages filled by looking at the newest releases, and pages merged from the tops of the audiences.
    for size, looked_at in [(1, 16), (2, 16), (1, 1), (2, 1)]:
        assert walk(person, now, size=size, looked_at=looked_at) == in_order, "the pages"

    marks = marks_for(person, now, KIND, by_record)
    through = {pk: read_through(reader, rows, mine, now) for pk, rows in by_record.items()}
    assert {pk: {mark.marking for mark in found} for pk, found in marks.items()} == {
        pk: {row.marking for row in rows} for pk, rows in through.items() if rows
    }
    entry_ranks = {"tlp:clear": 0, "tlp:amber": 2, "tlp:red": 4, "odd": 5}
    assert set(entries_visible_to(person, now).filter(kind=TOUCHED.name).values_list("serial", flat=True)) == {
        entry.serial
        for entry in Entry.objects.filter(kind=TOUCHED.name)
        if any(row.marking.rank >= entry_ranks[entry.marking] for row in through[entry.subject_id])
    }


def walk(person, now, **how):
    found, page = [], newest(person, now, KIND, **how)
    while True:
        found += page.ids
        if page.after is None:
            return found
        page = newest(person, now, KIND, after=page.after, **how)


def listed(world, pk):
    return NOW - timedelta(hours=[record.pk for record in world.records].index(pk) // 2)
