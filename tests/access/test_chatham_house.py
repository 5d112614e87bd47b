"""Who reads a record only under the Chatham House Rule learns of no entry who did it, however old the entry is."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ninefold.access.actions import NewRelease, place
from ninefold.access.markings import read
from ninefold.access.models import Membership, Person, Release
from ninefold.access.reads import actor_name, actors_known_to, entries_visible_to, require_openable
from ninefold.errors import RefusedError
from ninefold.ledger.actions import append
from ninefold.ledger.authors import SEALED
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.models import Entry
from ninefold.ledger.refs import Ref
from ninefold.ledger.writing import NewEntry, write

from .conftest import NOW
from .test_list_is_policy import circle, person

DONE = entry_kind("test.done", "did something")
GIVEN = entry_kind("access.given", "gave a record on")
MARKINGS = ["tlp:green", "tlp:green tlp:ex:chr", "tlp:amber", "tlp:amber tlp:ex:chr PAP:RED", "tlp:red tlp:ex:chr"]
HOUR = timedelta(hours=1)
PEOPLE, AUDIENCES = 3, 3

everybody = st.sampled_from(["tlp:clear", "tlp:clear tlp:ex:chr"])
given_to = st.tuples(st.integers(0, AUDIENCES - 1), st.sampled_from(MARKINGS)) | st.tuples(st.none(), everybody)
lapsed = st.booleans()
releases = st.lists(st.tuples(given_to, lapsed), min_size=1, max_size=5)
members = st.lists(st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, AUDIENCES - 1)), max_size=6)
actors = st.sampled_from(["node", "clock", *range(PEOPLE)])
entries = st.lists(st.tuples(actors, st.sampled_from(["tlp:clear", *MARKINGS])), min_size=1, max_size=4)


@pytest.fixture
def world(db):
    keeper = person("keeper")
    people = [person(f"p{number}") for number in range(PEOPLE)]
    return people, [circle(f"audience {number}", keeper) for number in range(AUDIENCES)]


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(releases, members, entries)
def test_no_reader_under_the_rule_is_told_an_actor(world, releases, members, entries):
    people, audiences = world
    with transaction.atomic():
        ref = Ref("test", "record", uuid4())
        written = [do(ref, people[actor] if isinstance(actor, int) else actor, mark) for actor, mark in entries]
        Membership.objects.bulk_create(
            Membership(person=people[who], audience=audiences[where], starts=NOW - HOUR, ends=NOW + HOUR)
            for who, where in set(members)
        )
        for (where, marking), over in releases:
            to = None if where is None else audiences[where].pk
            place(
                record=ref, releases=[NewRelease(to, marking, NOW - HOUR, NOW if over else NOW + HOUR)], now=NOW - HOUR
            )
        for at, who in enumerate([*people, None]):
            through = [
                read(marking)
                for (where, marking), over in releases
                if not over and (where is None or (at, where) in members)
            ]
            hold(who, through, written)
        transaction.set_rollback(True)


def do(ref, actor, marking):
    """An entry as an earlier version, too, may have written it: with its author."""
    name = actor_name(actor) if isinstance(actor, Person) else actor
    ((serial, *_),) = write([NewEntry(DONE, name, ref, NOW - HOUR, marking, {"by": name})])
    return Entry.objects.get(pk=serial)


def hold(who, through, written):
    """What the rule says of each entry, worked out from the marks under which he reads."""
    seen = set(entries_visible_to(who, NOW).filter(kind=DONE.name).values_list("pk", flat=True))
    known = actors_known_to(who, NOW, written)
    for entry in written:
        reach = [mark for mark in through if mark.rank >= read(entry.marking).rank]
        assert (entry.pk in seen) is bool(reach)
        if not reach:
            continue
        under = read(entry.marking).chatham_house or all(mark.chatham_house for mark in reach)
        own = who is not None and entry.actor == actor_name(who)
        if under and not own and ":person:" in entry.actor:
            assert known[entry.pk] == SEALED
            with pytest.raises(RefusedError, match="under the Chatham House Rule"):
                require_openable(who, NOW, entry)
        else:
            assert known[entry.pk] == entry.actor
            require_openable(who, NOW, entry)


def test_nor_is_he_told_who_gave_the_record_on(world):
    (giver, reader, _), (circle_, plain, _) = world
    ref, over = Ref("test", "record", uuid4()), NOW + HOUR
    for audience in (circle_, plain):
        Membership.objects.create(person=reader, audience=audience, starts=NOW - HOUR, ends=over)
    with transaction.atomic():
        marks = [(circle_, "tlp:amber tlp:ex:chr"), (plain, "tlp:amber")]
        rows = [
            place(record=ref, releases=[NewRelease(to.pk, mark, NOW - HOUR, over)], now=NOW - HOUR, by=giver)[0]
            for to, mark in marks
        ]
        told = [
            append(
                kind=GIVEN,
                actor=actor_name(giver),
                subject=Ref("access", "release", row.pk),
                now=NOW,
                marking="tlp:red",
                body={},
            )
            for row in rows
        ]
    assert {one.pk for one in told} <= set(entries_visible_to(reader, NOW).values_list("pk", flat=True))
    assert list(actors_known_to(reader, NOW, told).values()) == [SEALED, actor_name(giver)]
    assert list(actors_known_to(giver, NOW, told).values()) == [actor_name(giver)] * 2
    Release.objects.filter(pk=rows[0].pk).update(marking="tlp:amber")
    assert list(actors_known_to(reader, NOW, told).values()) == [actor_name(giver)] * 2, "the rule was lifted"
