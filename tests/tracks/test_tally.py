"""The circle that the database counts is the one counted row by row, for every reader; long lists come in pages."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from circles import PresenceOf, TieOf, drawn
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from world import NOW, YEARS, build

from ninefold import clock
from ninefold.access.keyset import SIZE
from ninefold.access.models import Release
from ninefold.tracks import reads
from ninefold.tracks.models import Actor, Presence, Situation, Tie
from ninefold.tracks.rules import LEVELS, TIE_KINDS, TRACKS, ring_from
from ninefold.tracks.views.circle import OF_A_TRACK
from ninefold.words.text import in_one

MANY = 10_000
NEXT = 'href="?after='
HOUR = timedelta(hours=1)
WHOM = ["nobody", "audience", "everybody", "everybody"]
actors = st.lists(
    st.tuples(st.sets(st.sampled_from(TRACKS), min_size=1, max_size=3), st.sampled_from(LEVELS), st.sampled_from(WHOM)),
    min_size=2,
    max_size=5,
)
some = st.integers(0, 4)
ties = st.lists(
    st.tuples(some, some, st.sampled_from(TIE_KINDS[:3]), st.integers(1, 3), st.sampled_from(WHOM)), max_size=12
)


def released(kind, rows, whom, *, audience, now):
    """Releases of each row to nobody, an audience or everybody."""
    return [
        Release(
            kind=kind,
            record=row.pk,
            audience=audience if to == "audience" else None,
            marking="tlp:amber" if to == "audience" else "tlp:clear",
            rank=2 if to == "audience" else 0,
            listed=now,
            starts=now - HOUR,
            ends=now + YEARS,
        )
        for row, to in zip(rows, whom, strict=True)
        if to != "nobody"
    ]


@pytest.mark.django_db
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actors, ties)
def test_what_the_database_counts_is_what_is_counted_one_by_one(world, actors, ties):
    with transaction.atomic():
        situation = Situation.objects.get()
        rows = [Actor.objects.create(name=in_one("en", f"a{at}")) for at in range(len(actors))]
        Presence.objects.bulk_create(
            Presence(actor=row, situation=situation, track=track, level=level)
            for row, (tracks, level, _) in zip(rows, actors, strict=True)
            for track in tracks
        )
        told = [tie for tie in ties if tie[0] != tie[1] and max(tie[:2]) < len(rows)]
        tied = Tie.objects.bulk_create(
            Tie(situation=situation, source=rows[source], target=rows[target], kind=kind, strength=strength)
            for source, target, kind, strength, _ in told
        )
        to = {"audience": world.audience, "now": NOW}
        Release.objects.bulk_create(
            [
                *released("tracks:actor", rows, [whom for *_, whom in actors], **to),
                *released("tracks:tie", tied, [whom for *_, whom in told], **to),
            ]
        )
        for person in (None, world.head, world.outsider, world.administrator):
            assert reads.circle(person, NOW, situation) == one_by_one(person, situation)
        for track in {track for tracks, _, _ in actors for track in tracks}:
            hold_pages(world.head, situation, track)
        transaction.set_rollback(True)


def one_by_one(person, situation):
    here = Presence.objects.filter(situation=situation, actor__in=reads.actors(person, NOW, situation))
    seen = reads.ties(person, NOW, situation).values_list("source_id", "target_id", "kind", "strength")
    standing = [PresenceOf(*row) for row in here.values_list("actor_id", "track", "level")]
    return drawn(ring_from(situation.pk), standing, [TieOf(*row) for row in seen])


def hold_pages(person, situation, track):
    """A track, two at a time, is what he sees of it; each with its first ties."""
    found, after = reads.members(person, NOW, situation, track, size=2)
    while after:
        page, after = reads.members(person, NOW, situation, track, size=2, after=after)
        found += page
    seen = reads.actors(person, NOW, situation).filter(presences__situation=situation, presences__track=track)
    assert [member.actor for member in found] == list(seen)
    every = list(reads.ties(person, NOW, situation))
    for member in reads.with_ties(person, NOW, situation, found, most=1):
        mine = [tie for tie in every if member.actor.pk in (tie.source_id, tie.target_id)]
        assert (list(member.ties), member.more_ties) == (mine[:1], len(mine) > 1)


@pytest.fixture
def crowd():
    """Ten thousand organisations in a situation, each fourth hidden, and as many ties; the world of now."""
    world = build(clock.now())
    situation = Situation.objects.get()
    rows = Actor.objects.bulk_create(Actor(name=in_one("en", f"Organisation {at:05}")) for at in range(MANY))
    Presence.objects.bulk_create(
        Presence(actor=row, situation=situation, track=TRACKS[at % 9], level=LEVELS[at % 3])
        for at, row in enumerate(rows)
    )
    tied = Tie.objects.bulk_create(
        Tie(situation=situation, source=row, target=rows[at // 2], kind="consults", strength=1)
        for at, row in enumerate(rows[1:], 1)
    )
    to = {"audience": world.audience, "now": world.now}
    whom = ["nobody" if at % 4 == 3 else "audience" for at in range(MANY)]
    Release.objects.bulk_create(released("tracks:actor", rows, whom, **to))
    Release.objects.bulk_create(released("tracks:tie", tied, whom[1:], **to))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # what a database that has stood for a while has done by itself
    return world, situation, [row for row, to_whom in zip(rows, whom, strict=True) if to_whom == "nobody"]


@pytest.mark.django_db
@pytest.mark.usefixtures("static_files")
def test_ten_thousand_organisations_come_a_page_at_a_time(crowd, client):
    world, situation, hidden = crowd
    client.force_login(world.head)
    address = f"/tracks/{situation.pk}/"
    page, queries = asked(client, address)
    assert queries <= 25
    assert page.count("Organisation ") == 9 * OF_A_TRACK
    assert page.count("More organisations") == 9
    _, queries = asked(client, "/")
    assert queries <= 25
    page, queries = asked(client, f"{address}track/government/")
    assert queries <= 20
    assert page.count('id="actor-') == SIZE
    found = walked(client, f"{address}track/government/", page)
    mine = Presence.objects.filter(situation=situation, track="government").exclude(actor__in=hidden)
    assert len(found) > 800
    assert found == sorted(mine.values_list("actor_id", flat=True))


@pytest.mark.django_db
def test_a_page_that_begins_at_what_is_hidden_is_not_there(crowd, client):
    world, situation, hidden = crowd
    one = Presence.objects.filter(track="government", actor__in=hidden)[0]
    client.force_login(world.head)
    for after in (one.actor_id, uuid4()):
        assert client.get(f"/tracks/{situation.pk}/track/government/?after={after}").status_code == 404


def asked(client, address):
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address)
    assert page.status_code == 200
    return page.content.decode(), len(queries)


def walked(client, address, page):
    """The organisations of the page and of all after it, in order."""
    found = [UUID(row.split('"')[0]) for row in page.split('id="actor-')[1:]]
    while NEXT in page:
        page, _ = asked(client, f"{address}?after={page.split(NEXT)[1][:36]}")
        found += [UUID(row.split('"')[0]) for row in page.split('id="actor-')[1:]]
    return found
