"""What each reader is told of organisations and ties: what is released to him, both ends included."""

from datetime import timedelta
from uuid import uuid4

import pytest
from world import NOW, YEARS

from ninefold.access.actions import NewRelease
from ninefold.errors import ConflictError, InvalidError, NotThereError, RefusedError
from ninefold.ledger.models import Entry
from ninefold.tracks import actions, reads, seats
from ninefold.tracks.models import Actor, Situation, Tie
from ninefold.words.text import in_one


@pytest.fixture
def situation(world):
    return Situation.objects.get()


def enter(world, situation, *, hidden=(), tie_to_audience=False):
    """A desk and a shop, tied; `hidden` ones are released to the audience only."""
    public = NewRelease(None, "tlp:clear", NOW, NOW + YEARS)
    inner = NewRelease(world.audience.pk, "tlp:amber", NOW, NOW + YEARS)
    desk, shop = (
        actions.NewActor(uuid4(), in_one("en", name), None, [(track, "local")], [inner if name in hidden else public])
        for name, track in (("Desk", "government"), ("Shop", "business"))
    )
    tie = actions.NewTie(desk.id, shop.id, "consults", 2, None, [inner if tie_to_audience else public])
    actions.enter_circle(
        by=world.analyst, now=NOW, situation=situation, actors=[desk, shop], ties=[tie], marking="tlp:amber"
    )
    return desk.id, shop.id


def test_a_stranger_sees_what_is_clear(world, situation):
    enter(world, situation)
    assert reads.ties(None, NOW, situation).count() == 1
    assert reads.circle(None, NOW, situation).point("business").hangs_on_one_tie


def test_a_tie_to_what_is_hidden_is_hidden(world, situation):
    _, shop = enter(world, situation, hidden=("Shop",))
    assert reads.ties(None, NOW, situation).count() == 0
    assert reads.circle(None, NOW, situation).point("business").absent
    assert reads.circle(world.head, NOW, situation).point("business").actors == 1
    with pytest.raises(NotThereError, match="nothing here"):
        reads.actor_for(None, NOW, shop)
    assert reads.actor_for(world.head, NOW, shop).pk == shop


def test_a_hidden_tie_leaves_its_ends_alone(world, situation):
    enter(world, situation, tie_to_audience=True)
    seen, inner = (reads.circle(person, NOW, situation) for person in (None, world.head))
    assert seen.point("business").isolated
    assert not inner.point("business").isolated
    page, after = reads.members(None, NOW, situation, "business")
    (member,) = reads.with_ties(None, NOW, situation, page)
    assert (member.ties, member.more_ties, after) == ((), False, None)
    (member,) = reads.with_ties(world.head, NOW, situation, page)
    assert len(member.ties) == 1


def test_a_release_that_has_ended_hides_again(world, situation):
    _, shop = enter(world, situation)
    with pytest.raises(NotThereError):
        reads.actor_for(world.head, NOW + YEARS, shop)


def test_only_a_registrar_enters_and_nothing_stays_of_a_refusal(world, situation):
    before = (Actor.objects.count(), Tie.objects.count(), Entry.objects.count())
    with pytest.raises(RefusedError, match="Only a registrar"):
        actions.enter_circle(by=world.head, now=NOW, situation=situation, actors=[], ties=[], marking="tlp:green")
    bad = actions.NewTie(uuid4(), uuid4(), "consults", 2, None, [])
    with pytest.raises(InvalidError, match="does not join two organisations"):
        actions.enter_circle(by=world.analyst, now=NOW, situation=situation, actors=[], ties=[bad], marking="tlp:green")
    assert (Actor.objects.count(), Tie.objects.count(), Entry.objects.count()) == before


@pytest.mark.parametrize(("track", "level"), [("nowhere", "local"), ("religion", "galactic")])
def test_an_unknown_track_or_level_is_named(world, situation, track, level):
    odd = actions.NewActor(uuid4(), in_one("en", "Odd"), None, [(track, level)], [])
    with pytest.raises(InvalidError, match="Odd stands in"):
        actions.enter_circle(by=world.analyst, now=NOW, situation=situation, actors=[odd], ties=[], marking="tlp:green")


def test_an_office_is_held_until_it_ends(world):
    office = world.offices[0]
    assert seats.holders(office.pk, NOW) == [world.head.pk]
    assert list(seats.offices_held(world.head, NOW)) == [office]
    assert seats.holders(office.pk, NOW + YEARS) == []
    with pytest.raises(InvalidError, match="end before it starts"):
        actions.give_office(by=world.analyst, now=NOW, office=office, person=world.envoy, starts=NOW, ends=NOW)


def test_pages_show_no_more_than_reads(client, static_files, world, situation):
    _, shop = enter(world, situation, hidden=("Shop",))
    page = client.get(f"/tracks/{situation.pk}/track/business/")
    assert page.status_code == 200
    assert b"Shop" not in page.content
    assert client.get(f"/tracks/{situation.pk}/organisation/{shop}/").status_code == 404
    assert client.get(f"/tracks/{situation.pk}/track/nowhere/").status_code == 404
    client.force_login(world.head)
    assert b"Shop" in client.get(f"/tracks/{situation.pk}/").content
    assert client.get(f"/tracks/{situation.pk}/organisation/{shop}/").status_code == 200


def test_each_act_is_one_entry_beside_that_of_its_releases(world):
    before = Entry.objects.count()
    later = NOW + timedelta(days=1)
    release = NewRelease(None, "tlp:clear", later, NOW + YEARS)
    actions.open_situation(
        by=world.analyst, now=later, name=in_one("en", "Ridge talks"), since=later.date(), releases=[release]
    )
    kinds = Entry.objects.order_by("serial").values_list("kind", flat=True)
    assert list(kinds[before:]) == ["access.placed", "tracks.situation-opened"]


def test_a_hidden_tie_does_not_stand_in_the_way_and_counts_once_for_who_sees_both(world, situation):
    """A registrar must not learn of a tie that is hidden from him by being refused the same one."""
    desk, shop = enter(world, situation, tie_to_audience=True)
    world.outsider.roles = ["registrar"]
    world.outsider.save()
    public = NewRelease(None, "tlp:clear", NOW, NOW + YEARS)

    def again(by, strength=3):
        tie = actions.NewTie(desk, shop, "consults", strength, None, [public])
        actions.enter(by=by, now=NOW, situation=situation, ties=[tie], releases=[public])

    again(world.outsider)
    for by in (world.outsider, world.analyst):
        with pytest.raises(ConflictError, match="stands already"):
            again(by)
    assert reads.ties(world.head, NOW, situation).count() == 2
    circle = reads.circle(world.head, NOW, situation)
    assert circle.ties == 1
    assert [chord.strength for chord in circle.chords] == [3]
    assert circle.point("business").hangs_on_one_tie
