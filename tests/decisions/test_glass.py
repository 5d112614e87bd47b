"""Break-glass: two people of two bodies, one record, one hour, and everybody who reads it is told."""

from datetime import timedelta
from uuid import uuid4

import pytest
from world import NOW, YEARS

from ninefold.access import actions as access
from ninefold.access.models import Membership
from ninefold.access.reads import entries_visible_to, visible_to
from ninefold.decisions import actions, reads
from ninefold.decisions.models import BreakGlass
from ninefold.errors import ConflictError, InvalidError, NotThereError, RefusedError
from ninefold.ledger.refs import Ref
from ninefold.tracks import actions as tracks
from ninefold.tracks.models import Actor, Situation
from ninefold.warning.models import EarlyWarning
from ninefold.words.text import in_one

WHY = "The convoy leaves in an hour, and the only reader of the warning cannot be reached."
HOUR = timedelta(hours=1)


@pytest.fixture
def people(world):
    """A stranger to the record in office at another body, and a colleague of his there."""
    before = NOW - HOUR
    releases = [access.NewRelease(None, "tlp:clear", NOW, NOW + YEARS)]
    relief = tracks.NewActor(uuid4(), in_one("en", "Relief agency"), None, [("private-citizens", "national")], releases)
    told = {"by": world.analyst, "now": before}
    tracks.enter_circle(**told, situation=Situation.objects.get(), actors=[relief], ties=[], marking="tlp:green")
    office = tracks.open_office(**told, actor=Actor.objects.get(pk=relief.id), title=in_one("en", "Convoy leader"))
    names = ("leader", "deputy")
    invited = [
        access.invite(
            by=world.administrator, now=before, email=f"{name}@kesh.example", name=in_one("en", name), invented=True
        ).person
        for name in names
    ]
    for person in invited:
        tracks.give_office(**told, office=office, person=person, starts=before, ends=NOW + YEARS)
    return invited


@pytest.fixture
def warning(world):
    return world.sent()


def ask(by, warning, **changes):
    told = {"record": Ref("warning", "warning", warning.pk), "reason": WHY, "now": NOW}
    return actions.ask_to_open(by=by, **told | changes)


def sees(person, warning, now=NOW):
    return EarlyWarning.objects.filter(visible_to(person, now, "warning:warning"), pk=warning.pk).exists()


def test_two_people_open_one_record_for_an_hour(world, people, warning):
    leader, _ = people
    other = world.sent(title=in_one("en", "Another warning"))
    asked = ask(leader, warning)
    assert not sees(leader, warning)
    actions.confirm_opening(by=world.head, now=NOW, asked=asked)
    assert sees(leader, warning)
    assert not sees(leader, other)
    assert sees(leader, warning, NOW + HOUR - timedelta(seconds=1))
    assert not sees(leader, warning, NOW + HOUR)


def test_its_readers_and_their_custodian_are_told_by_whom_and_why(world, people, warning):
    leader, deputy = people
    asked = ask(leader, warning)
    actions.confirm_opening(by=world.head, now=NOW, asked=asked)
    for reader in (world.envoy, world.analyst):
        kinds = set(entries_visible_to(reader, NOW).filter(subject_id=asked.pk).values_list("kind", flat=True))
        assert "decisions.glass-broken" in kinds
        assert reads.glass_for(reader, NOW, asked.pk).reason == WHY
    for nobody in (deputy, world.outsider):
        assert not entries_visible_to(nobody, NOW).filter(subject_id=asked.pk).exists()
        with pytest.raises(NotThereError):
            reads.glass_for(nobody, NOW, asked.pk)


def test_the_custodian_ends_it_at_once(world, people, warning):
    leader, _ = people
    actions.confirm_opening(by=world.head, now=NOW, asked=ask(leader, warning))
    membership = Membership.objects.get(person=leader)
    access.end_membership(by=world.analyst, now=NOW + timedelta(minutes=5), membership=membership)
    assert not sees(leader, warning, NOW + timedelta(minutes=5))


def test_who_reads_for_an_hour_gives_the_record_to_nobody(world, people, warning):
    leader, _ = people
    actions.confirm_opening(by=world.head, now=NOW, asked=ask(leader, warning))
    with pytest.raises(RefusedError, match="may change who reads it"):
        access.release(
            by=leader,
            now=NOW,
            what=Ref("warning", "warning", warning.pk),
            to=Membership.objects.get(person=leader).audience_id,
            marking="tlp:red",
            ends=NOW + YEARS,
        )


def test_who_may_not_ask_or_confirm_is_told_why(world, people, warning):
    leader, deputy = people
    for by, reason in [(world.administrator, "reads no record"), (world.outsider, "holds an office")]:
        with pytest.raises(RefusedError, match=reason):
            ask(by, warning)
    asked = ask(leader, warning)
    for by, reason in [
        (leader, "second person"),
        (deputy, "belong to one body"),
        (world.outsider, "holds an office"),
        (world.administrator, "no administrator"),
    ]:
        with pytest.raises(RefusedError, match=reason):
            actions.confirm_opening(by=by, now=NOW, asked=asked)
    assert not sees(leader, warning)


@pytest.mark.parametrize("kind", ["corridors:room", "access:vault", "decisions:dissent", "access:audience"])
def test_what_is_sealed_never_opens(people, warning, kind):
    with pytest.raises(RefusedError, match="never opened in an emergency"):
        ask(people[0], warning, record=Ref.parse(f"{kind}:{uuid4()}"))


def test_a_request_does_not_tell_whether_there_is_such_a_record(world, people, warning):
    nothing = ask(people[0], warning, record=Ref("warning", "warning", uuid4()))
    something = ask(people[0], warning)
    assert (nothing.opened_at, nothing.ends) == (something.opened_at, something.ends) == (None, None)
    with pytest.raises(NotThereError):
        actions.confirm_opening(by=world.head, now=NOW, asked=nothing)


def test_it_needs_a_reason_and_lapses_and_opens_once(world, people, warning):
    for reason in ("  ", "x" * 2_001):
        with pytest.raises(InvalidError, match="why this cannot wait"):
            ask(people[0], warning, reason=reason)
    asked = ask(people[0], warning)
    late = NOW + timedelta(minutes=30)
    with pytest.raises(ConflictError, match="lapsed"):
        actions.confirm_opening(by=world.head, now=late, asked=asked)
    again = ask(people[0], warning, now=late)
    actions.confirm_opening(by=world.head, now=late, asked=again)
    with pytest.raises(ConflictError, match="has been answered"):
        actions.confirm_opening(by=world.envoy, now=late, asked=BreakGlass.objects.get(pk=again.pk))


def test_who_left_his_office_meanwhile_gets_nothing(world, people, warning):
    asked = ask(people[0], warning)
    people[0].holdings.update(ends=NOW)
    with pytest.raises(RefusedError, match="no office any more"):
        actions.confirm_opening(by=world.head, now=NOW, asked=asked)
