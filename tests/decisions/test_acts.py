"""Rights are given and ended by a registrar, each in its turn, each with an end, each as one entry."""

from datetime import timedelta

import pytest
from world import NOW, YEARS

from ninefold.access.actions import NewRelease
from ninefold.decisions import actions, reads
from ninefold.decisions.models import Right
from ninefold.errors import ConflictError, InvalidError, RefusedError
from ninefold.ledger.models import Entry


def give(world, **changes):
    told = {
        "by": world.analyst,
        "now": NOW,
        "office": world.offices[0],
        "matter": "early-warning",
        "turn": 3,
        "starts": NOW,
        "ends": NOW + YEARS,
        "releases": [NewRelease(world.audience.pk, "tlp:green", NOW, NOW + YEARS)],
    }
    return actions.give_right(**told | changes)


def test_a_right_stands_in_its_turn_until_it_is_ended(world):
    right = give(world)
    assert [held.turn for held in reads.turn_for("early-warning", "SDN", NOW)] == [1, 2, 3]
    later = NOW + timedelta(days=1)
    actions.end_right(by=world.analyst, now=later, right=right)
    assert [held.turn for held in reads.turn_for("early-warning", "SDN", later)] == [1, 2]
    with pytest.raises(ConflictError, match="does not hold now"):
        actions.end_right(by=world.analyst, now=later, right=right)


@pytest.mark.parametrize(
    ("changes", "kind", "reason"),
    [
        ({"matter": "war"}, InvalidError, "not a matter"),
        ({"ends": NOW}, InvalidError, "end before it starts"),
        ({"turn": 1}, ConflictError, "Turn 1 is already taken"),
    ],
    ids=["matter", "end", "turn"],
)
def test_what_does_not_fit_is_refused_and_leaves_nothing(world, changes, kind, reason):
    before = (Right.objects.count(), Entry.objects.count())
    with pytest.raises(kind, match=reason):
        give(world, **changes)
    assert (Right.objects.count(), Entry.objects.count()) == before


def test_only_a_registrar_gives_and_ends(world):
    with pytest.raises(RefusedError, match="Only a registrar"):
        give(world, by=world.head)
    with pytest.raises(RefusedError, match="Only a registrar"):
        actions.end_right(by=world.administrator, now=NOW, right=world.rights[0])


def test_the_table_shows_each_reader_what_is_released_to_him(client, static_files, world):
    assert reads.rights(world.outsider, NOW).count() == 0
    assert reads.rights(world.head, NOW).count() == 2
    assert client.get("/decisions/").status_code == 302
    client.force_login(world.outsider)
    assert b"Act on an early warning" not in client.get("/decisions/").content
    client.force_login(world.head)
    assert b"Act on an early warning" in client.get("/decisions/").content
