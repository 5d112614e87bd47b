"""The quick list of the log is `entries_visible_to` in any world, however much of it is filed; and it asks little."""

import threading
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from ninefold.access.actions import NewRelease, file_entries, place, take_down_what_ended
from ninefold.access.actions.filing import file_released
from ninefold.access.markings import read
from ninefold.access.models import Audience, Membership, Person, Release, Vault, VaultCustodian
from ninefold.access.reads import actor_name, entries_visible_to, entry_seen, newest_entries
from ninefold.errors import NotThereError
from ninefold.ledger.actions import append
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.models import Entry
from ninefold.ledger.refs import Ref
from ninefold.words.text import in_one

from .conftest import NOW

KINDS = [
    entry_kind("test.touched", "touched a record"),
    entry_kind("other.touched", "touched it elsewhere"),
    entry_kind("access.touched", "touched who may see"),
]
MARKINGS = ["tlp:clear", "tlp:clear tlp:ex:chr", "tlp:green", "tlp:amber+strict PAP:RED", "tlp:red"]
PEOPLE, AUDIENCES, RECORDS, MEMBERSHIPS, RELEASES = 4, 2, 2, 4, 6
GROUPS = {"person": 1, "audience": 2, "membership": 3, "release": 4, "record": 5, "vault": 6}
HOUR, INSTANT = timedelta(hours=1), timedelta(microseconds=1)
EDGES = [NOW - INSTANT, NOW, NOW + INSTANT]

# Small numbers and many acts, so that most worlds hold something to see, to hide, and to come late.
people, audiences, records = st.integers(0, PEOPLE - 1), st.integers(0, AUDIENCES - 1), st.integers(0, RECORDS - 1)
some = st.integers(0, RELEASES - 1)
starts, finishes = st.sampled_from([NOW - HOUR] * 5 + EDGES), st.sampled_from([NOW + HOUR] * 5 + EDGES)
spans = st.tuples(starts, finishes)
memberships = st.lists(st.tuples(people, audiences, spans), min_size=MEMBERSHIPS, max_size=MEMBERSHIPS)
embargoes = st.sampled_from([None] * 5 + EDGES)
releases = st.tuples(records, st.none() | audiences, st.sampled_from(MARKINGS), spans, embargoes, st.none() | people)
entries = st.tuples(
    st.sampled_from(["record"] * 5 + ["person", "audience", "membership", "release", "release", "vault"]),
    some,
    st.sampled_from(KINDS),
    st.sampled_from(["node", "access:person:nobody", *range(PEOPLE)]),
    st.sampled_from([*MARKINGS, "odd", "tlp:clear or so"]),
)
acts = st.one_of(
    *[st.tuples(st.just("entry"), entries)] * 5,
    *[st.tuples(st.just("release"), releases)] * 3,
    st.tuples(st.just("end"), st.tuples(some)),
    st.tuples(st.just("lower"), st.tuples(some)),
    st.tuples(st.just("file"), st.tuples(st.integers(1, 8))),
    st.tuples(st.just("take_down"), st.tuples()),
)
worlds = st.lists(acts, min_size=12, max_size=24)


def uuid(group, number):
    return UUID(int=(GROUPS[group] << 96) + (4 << 76) + (8 << 60) + number)


class World:
    """The last person is an administrator, who is in audiences and keeps one all the same."""

    def __init__(self, memberships):
        self.people = [self.person(number) for number in range(PEOPLE)]
        self.audiences = [
            Audience.objects.create(
                id=uuid("audience", at), name=in_one("en", f"a{at}"), custodian=self.people[at + 1], starts=NOW
            )
            for at in range(AUDIENCES)
        ]
        # He was made an administrator after he had joined.
        joined = (PEOPLE - 1, 0, (NOW - HOUR, NOW + HOUR))
        for number, (who, where, (starts, ends)) in enumerate([*memberships, joined]):
            Membership.objects.create(
                id=uuid("membership", number),
                person=self.people[who],
                audience=self.audiences[where],
                starts=starts,
                ends=max(starts, ends),
            )
        vault = Vault.objects.create(
            id=uuid("vault", 0),
            name=in_one("en", "v"),
            holds="items",
            recipient="age1",
            k=1,
            n=1,
            file=b"",
            digest=b"",
            marking="tlp:red",
            founded_day=NOW.date(),
        )
        VaultCustodian.objects.create(vault=vault, index=0, label="a", recipient="age2", person=self.people[0])
        self.releases = 0

    @staticmethod
    def person(number):
        person = Person(
            id=uuid("person", number),
            email=f"p{number}@example.org",
            name=in_one("en", f"p{number}"),
            joined_day=NOW.date(),
            roles=["administrator"] if number == PEOPLE - 1 else [],
        )
        person.save()
        return person

    def release(self, record, audience, marking, span, embargo, by):
        if self.releases == RELEASES:
            return
        rank = read(marking).rank
        row = Release.objects.create(
            id=uuid("release", self.releases),
            kind="test:record",
            record=uuid("record", record),
            audience=self.audiences[audience or 0] if rank or audience is not None else None,
            marking=marking,
            rank=rank,
            placed_by=None if by is None else self.people[by],
            listed=NOW,
            embargo_until=embargo,
            starts=span[0],
            ends=max(span),
        )
        self.releases += 1
        file_released(row)

    def entry(self, subject, number, kind, actor, marking):
        room = "test" if subject == "record" else "access"
        ref = Ref(room, subject, uuid(subject, {"record": number % RECORDS, "vault": 0}.get(subject, number)))
        who = actor_name(self.people[actor]) if isinstance(actor, int) else actor
        append(kind=kind, actor=who, subject=ref, now=NOW, marking=marking, body={})

    def end(self, number):
        for row in Release.objects.filter(pk=uuid("release", number)):
            Release.objects.filter(pk=row.pk).update(ends=max(row.starts, NOW))

    def lower(self, number):
        Release.objects.filter(pk=uuid("release", number), audience__isnull=False).update(marking="tlp:clear", rank=0)
        for row in Release.objects.filter(pk=uuid("release", number)):
            file_released(row)

    def file(self, most):
        file_entries(now=NOW, most=most)

    def take_down(self):
        take_down_what_ended(now=NOW)


@pytest.mark.django_db
@settings(max_examples=150)
@given(memberships, worlds, st.booleans(), st.sampled_from(EDGES), st.integers(1, 4), st.integers(0, 3), st.booleans())
def test_the_quick_list_is_the_slow_filter(memberships, world, filed, now, size, spare, many_shelves):
    with transaction.atomic():
        made = World(memberships)
        for act, told in world:
            getattr(made, act)(*told)
        while filed and file_entries(now=NOW):
            pass
        for who in [None, *made.people]:
            seen = list(entries_visible_to(who, now).order_by("-serial"))
            hold_pages_equal(who, now, seen, size=size, spare=spare, many=0 if many_shelves else 100)
            hold_rooms_equal(who, now, seen)
            hold_each_equal(who, now, {entry.id for entry in seen})
        transaction.set_rollback(True)


def hold_pages_equal(who, now, seen, *, size, **how):
    found = newest_entries(who, now, size=size, **how)
    while found and len(found) <= len(seen):
        page = newest_entries(who, now, size=size + 1, since=found[-1].id, **how)
        assert page[0] == found[-1]
        if len(page) == 1:
            break
        found += page[1:]
    assert found == seen
    for name in ("id", "kind", "actor", "subject_kind", "subject_id", "time", "marking", "envelope"):
        assert [getattr(entry, name) for entry in found] == [getattr(entry, name) for entry in seen], name


def hold_rooms_equal(who, now, seen):
    for room in ("test", "other", "access", "ledger"):
        mine = [entry for entry in seen if entry.kind.startswith(f"{room}.")]
        assert newest_entries(who, now, size=50, room=room, spare=0) == mine, room
        for at, entry in enumerate(mine):
            assert newest_entries(who, now, size=3, room=room, since=entry.id) == mine[at : at + 3], room
        for entry in Entry.objects.exclude(pk__in=[entry.pk for entry in mine]):
            with pytest.raises(NotThereError):
                newest_entries(who, now, size=50, room=room, since=entry.id)


def hold_each_equal(who, now, seen):
    for entry in Entry.objects.all():
        if entry.id in seen:
            assert entry_seen(who, now, entry.id).envelope == entry.envelope
        else:
            with pytest.raises(NotThereError):
                entry_seen(who, now, entry.id)


@pytest.fixture
def log(house):
    """A reader in one audience, twelve entries on records released to it and as many that he does not see; filed."""
    ada, bob = house.person("ada"), house.person("bob")
    audiences = [house.audience("talks", ada, [bob]), house.audience("other", ada)]
    with transaction.atomic():
        for number in range(24):
            touched(placed(audiences[number % 2], ada))
    while file_entries(now=NOW):
        pass
    return bob


def placed(audience, by, record=None):
    ref = Ref("test", "record", record or uuid4())
    place(record=ref, releases=[NewRelease(audience.pk, "tlp:amber", NOW, NOW + HOUR)], now=NOW, by=by, listed=NOW)
    return ref


def touched(ref):
    return append(kind=KINDS[0], actor="node", subject=ref, now=NOW, marking="tlp:amber", body={})


def asked(who, **how):
    with CaptureQueriesContext(connection) as queries:
        found = newest_entries(who, NOW, **how)
    return [row.id for row in found], len(queries)


def slowly(who):
    rows = entries_visible_to(who, NOW).filter(kind=KINDS[0].name)
    return list(rows.order_by("-serial").values_list("id", flat=True))


def talks():
    return Audience.objects.get(name__texts__en="talks")


def shelved():
    with connection.cursor() as cursor:
        cursor.execute("SELECT shelf, serial, room FROM access_filing ORDER BY 1, 2")
        return cursor.fetchall()


@pytest.mark.parametrize("filed", [True, False])
def test_a_page_asks_two_questions(log, filed):
    with transaction.atomic():
        for _ in range(6):
            touched(placed(talks(), None))
    while filed and file_entries(now=NOW):
        pass
    mine = slowly(log)
    assert asked(log, size=4, room="test") == (mine[:4], 2)
    assert asked(log, size=5, room="test", since=mine[3]) == (mine[3:8], 2)
    assert asked(log, size=40, room="test", since=mine[-2]) == (mine[-2:], 2)


def test_a_page_asks_three_questions_where_shelves_hold_much_that_he_may_no_longer_see(log):
    mine = slowly(log)
    subjects = Entry.objects.filter(id__in=mine[:8]).values("subject_id")
    Release.objects.filter(record__in=subjects).update(ends=NOW)
    assert asked(log, size=3, room="test", spare=2) == (mine[8:11], 3)
    assert asked(log, size=3, room="test", spare=20) == (mine[8:11], 2)


def test_an_old_record_that_is_released_to_him_stands_in_his_list_at_once(log):
    hidden = Entry.objects.filter(kind="test.touched").exclude(id__in=slowly(log))[0]
    with transaction.atomic():
        placed(talks(), None, hidden.subject_id)
    assert hidden.id in slowly(log)
    assert asked(log, size=40, room="test") == (slowly(log), 2)


def test_what_is_filed_between_two_questions_is_not_lost(log):
    with transaction.atomic():
        new = touched(placed(talks(), None))
    filed = []

    def file_after_the_first(execute, sql, params, many, context):
        found = execute(sql, params, many, context)
        if not filed:
            filed.append(True)
            while file_entries(now=NOW):
                pass
        return found

    with connection.execute_wrapper(file_after_the_first):
        found = [row.id for row in newest_entries(log, NOW, size=60, room="test")]
    assert filed
    assert found == slowly(log)
    assert new.id in found


def test_what_ended_a_day_ago_is_taken_from_its_shelf_and_nothing_else(log):
    over, again = Release.objects.filter(audience=talks())[:2]
    with transaction.atomic():
        placed(talks(), None, again.record)
    before = shelved()
    Release.objects.filter(pk__in=[over.pk, again.pk]).update(ends=NOW)
    for hours, gone in [(23, set()), (24, {(over.audience_id.hex, Entry.objects.get(subject_id=over.record).serial)})]:
        Release.objects.exclude(pk__in=[over.pk, again.pk]).update(ends=NOW + 30 * 24 * HOUR)
        take_down_what_ended(now=NOW + timedelta(hours=hours))
        assert {(shelf, serial) for shelf, serial, _ in set(before) - set(shelved())} == gone
    assert asked(log, size=60, room="test") == (slowly(log), 2)


@pytest.mark.parametrize("room", ["", "test"])
def test_every_question_goes_through_an_index(log, room):
    mine = slowly(log)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # In so small a table a walk is as cheap; this tells whether it could be spared.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("DISCARD PLANS")
    with CaptureQueriesContext(connection) as queries:
        newest_entries(log, NOW, size=2, room=room, spare=0)
        newest_entries(log, NOW, size=2, room=room, since=mine[3])
        entry_seen(log, NOW, mine[0])
    statements = [query["sql"] for query in queries if "access_" in query["sql"]]
    assert len(statements) == 5
    for statement in statements:
        assert not read_through(statement, "ledger_entry", "access_filing", "access_release"), statement


def read_through(statement, *tables):
    """The lines of a plan that read one of these tables from end to end."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
            plan = [row[3] for row in cursor.fetchall()]
            return [line for line in plan if line.startswith("SCAN") and line.split()[1] in {*tables, "f", "V0"}]
        cursor.execute(f"EXPLAIN {statement}")
        return [line for (line,) in cursor.fetchall() if any(f"Seq Scan on {table}" in line for table in tables)]


def test_filing_again_changes_nothing(log):
    before = shelved()
    assert not file_entries(now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM access_filing WHERE shelf = 'filed'")
    assert file_entries(now=NOW)
    assert shelved() == before


def test_a_shelf_holds_nothing_of_what_an_entry_says(log):
    assert {len(row) for row in shelved()} == {3}
    assert {room for _, _, room in shelved()} <= {"", "test", "access"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_a_release_that_is_written_while_entries_are_filed_is_not_lost():
    keeper, reader = World.person(0), World.person(1)
    audience = Audience.objects.create(name=in_one("en", "a"), custodian=keeper, starts=NOW)
    Membership.objects.create(audience=audience, person=reader, starts=NOW, ends=NOW + HOUR)
    record, written, filed = uuid4(), threading.Event(), threading.Event()

    def give():
        try:
            with transaction.atomic():
                placed(audience, None, record)
                written.set()
                filed.wait(2)
        finally:
            connection.close()

    giver = threading.Thread(target=give)
    giver.start()
    assert written.wait(20)
    with transaction.atomic():
        entry = touched(Ref("test", "record", record))
    assert file_entries(now=NOW)
    filed.set()
    giver.join()
    assert newest_entries(reader, NOW, size=5) == [entry]
    assert not file_entries(now=NOW)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite's driver keeps what it compiled by itself")
def test_postgresql_plans_a_page_once_a_connection(log):
    def plans():
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(sum(generic_plans), 0), sum(custom_plans) FROM pg_prepared_statements")
            return cursor.fetchone()

    asked(log, size=4)
    before, _ = plans()
    _, queries = asked(log, size=4)
    assert plans() == (before + queries, 0)


@pytest.mark.django_db(transaction=True)
def test_a_page_on_a_new_connection_is_the_same(house):
    ada, bob = house.person("ada"), house.person("bob")
    with transaction.atomic():
        entry = touched(placed(house.audience("talks", ada, [bob]), ada))
    assert newest_entries(bob, NOW, size=5, room="test") == [entry]
    connection.close()
    assert newest_entries(bob, NOW, size=5, room="test") == [entry]
