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
RANKS = {"tlp:clear": 0, "tlp:amber": 2, "tlp:red": 4, "odd": 5}
PEOPLE, AUDIENCES, RECORDS = 3, 3, 5

# The least sizes keep most worlds worth asking about.
# Every question is asked at or beside one moment, and much begins, ends or opens at that very moment.
EDGES = [NOW - timedelta(microseconds=1), NOW, NOW + timedelta(microseconds=1)]
BEFORE, AFTER = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
spans = st.builds(
    lambda starts, ends: (starts, max(starts, ends)),
    st.sampled_from([BEFORE, BEFORE, *EDGES]),
    st.sampled_from([AFTER, AFTER, *EDGES]),
)
embargoes = st.sampled_from([None, None, None, BEFORE, *EDGES, AFTER])
audiences = st.integers(0, AUDIENCES - 1)
records = st.integers(0, RECORDS - 1)
memberships = st.lists(st.tuples(st.integers(0, PEOPLE - 1), audiences, spans), min_size=2, max_size=8)
releases = st.lists(
    st.tuples(records, st.none() | audiences, st.sampled_from(MARKINGS), spans, embargoes), min_size=4, max_size=14
)
entries = st.lists(st.tuples(records, st.sampled_from(list(RANKS))), min_size=2, max_size=4)


class World:
    """People (the last is an administrator), audiences and records; any table with uuids serves as the record."""

    def __init__(self):
        keeper = person("keeper")
        self.people = [person(f"p{n}") for n in range(PEOPLE - 1)] + [person("admin", roles=["administrator"])]
        self.audiences = [circle(f"audience {n}", keeper) for n in range(AUDIENCES)]
        self.records = [
            circle(f"record {n}", keeper, id=UUID(int=(4 << 76) + (8 << 60) + n)).pk for n in range(RECORDS)
        ]
        self.listed = {record: NOW - timedelta(hours=n // 2) for n, record in enumerate(self.records)}

    def fill(self, memberships, releases, entries):
        Membership.objects.bulk_create(
            Membership(person=self.people[who], audience=self.audiences[where], starts=starts, ends=ends)
            for who, where, (starts, ends) in memberships
        )
        Release.objects.bulk_create(self.release(*one) for one in releases)
        for record, marking in entries:
            subject = Ref("test", "record", self.records[record])
            append(kind=TOUCHED, actor="node", subject=subject, now=NOW, marking=marking, body={})

    def release(self, record, audience, marking, span, embargo):
        rank, chosen = read(marking).rank, self.records[record]
        return Release(
            kind=KIND,
            record=chosen,
            # Only TLP:CLEAR may go to everybody; the database holds it.
            audience=self.audiences[audience or 0] if rank or audience is not None else None,
            marking=marking,
            rank=rank,
            listed=self.listed[chosen],
            embargo_until=embargo,
            starts=span[0],
            ends=span[1],
        )

    def facts(self):
        by_record = {record: [] for record in self.records}
        for row in Release.objects.select_related("audience"):
            by_record[row.record].append(release_facts(row))
        return by_record, [membership_facts(row) for row in Membership.objects.all()]


def person(name, roles=()):
    return Person.objects.joining(
        email=f"{name}@example.org", name=in_one("en", name), language="en", roles=roles, day=NOW.date()
    )


def circle(name, keeper, **fields):
    return Audience.objects.create(name=in_one("en", name), custodian=keeper, starts=NOW, **fields)


@pytest.fixture
def world(db):
    return World()


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(memberships, releases, entries, st.sampled_from(EDGES))
def test_the_list_shows_what_the_policies_allow(world, memberships, releases, entries, now):
    with transaction.atomic():
        world.fill(memberships, releases, entries)
        by_record, spans = world.facts()
        told = {record: readers_of(KIND, record, now) for record in world.records}
        for who in [None, *world.people]:
            mine = [span for span in spans if who and span.person == who.pk]
            reader = reader_of(who) if who else None
            allowed = {record for record, rows in by_record.items() if may_read(reader, rows, mine, now)}
            through = {record: read_through(reader, rows, mine, now) for record, rows in by_record.items()}
            hold_lists_equal(world, who, now, allowed)
            hold_marks_equal(who, now, through)
            assert {record for record in told if told[record].include(who.pk if who else None)} == allowed, "the bell"
        transaction.set_rollback(True)


def hold_lists_equal(world, who, now, allowed):
    seen = Audience.objects.filter(visible_to(who, now, KIND))
    assert set(seen.values_list("pk", flat=True)) == allowed, "the list"
    assert seen.count() == len(allowed), "the count"
    first = world.records[0]
    assert seen.filter(name__texts__en="record 0").exists() == (first in allowed), "the search"
    in_order = sorted(allowed, key=lambda record: (world.listed[record], record), reverse=True)
    # Pages filled by looking at the newest releases, and pages merged from the tops of the audiences.
    for size, looked_at in [(1, 16), (2, 1)]:
        assert walk(who, now, size=size, looked_at=looked_at) == in_order, "the pages"


def walk(who, now, **how):
    found, page = [], newest(who, now, KIND, **how)
    while True:
        found += page.ids
        if page.after is None:
            return found
        page = newest(who, now, KIND, after=page.after, **how)


def hold_marks_equal(who, now, through):
    marks = {record: {mark.marking for mark in found} for record, found in marks_for(who, now, KIND, through).items()}
    assert marks == {record: {row.marking for row in rows} for record, rows in through.items() if rows}, "the marks"
    told = entries_visible_to(who, now).filter(kind=TOUCHED.name)
    assert set(told.values_list("serial", flat=True)) == {
        entry.serial
        for entry in Entry.objects.filter(kind=TOUCHED.name)
        if any(row.marking.rank >= RANKS[entry.marking] for row in through[entry.subject_id])
    }, "the entries"
