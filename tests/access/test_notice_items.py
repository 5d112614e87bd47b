"""An act notes in its own transaction whom it concerns, and a message goes only to who is concerned still."""

from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from world import CLOCK, NOW, REASON, YEARS, version

from ninefold.access import actions
from ninefold.access.actions import outbox
from ninefold.access.models import Item, Membership, Message
from ninefold.decisions import actions as decisions
from ninefold.errors import InvalidError, RefusedError
from ninefold.ledger import actions as ledger
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.models import Body, Entry
from ninefold.ledger.refs import Ref
from ninefold.tracks import actions as tracks
from ninefold.tracks.models import Actor, Office, Situation
from ninefold.warning import actions as warnings
from ninefold.words.text import in_one

from .notice_scene import reached, told, waiting_for
from .vault_scene import Scene

SECOND = timedelta(seconds=1)


@pytest.fixture
def heard(world, settings):
    """Everybody of the world can be reached by e-mail."""
    for person in (world.analyst, world.head, world.envoy, world.outsider, world.administrator):
        reached(settings, person, world.now - SECOND)
    return world


def counts(world):
    return {name: waiting_for(getattr(world, name)) for name in ("analyst", "head", "envoy", "outsider")}


def test_a_warning_concerns_who_must_answer_it_now_and_again_when_most_of_its_time_is_gone(heard):
    heard.sent()
    assert counts(heard) == {"analyst": 0, "head": 2, "envoy": 0, "outsider": 0}
    assert sorted(Item.objects.values_list("due", flat=True)) == [NOW, NOW + CLOCK * 3 / 4]
    actions.gather(now=NOW)
    assert (len(told(heard.head)), waiting_for(heard.head)) == (1, 2)


def test_a_warning_that_is_passed_on_concerns_the_next_and_at_last_who_raised_it(heard):
    warning = heard.sent()
    warnings.decline(by=heard.head, now=NOW, warning=warning.pk, version=version(warning), reason=REASON)
    assert counts(heard) == {"analyst": 0, "head": 2, "envoy": 2, "outsider": 0}
    actions.gather(now=NOW)
    assert (told(heard.head), len(told(heard.envoy))) == ([], 1), "the head answered, so nothing waits for him"
    assert warnings.pass_on(now=NOW + CLOCK) == 1
    assert counts(heard)["analyst"] == 1
    actions.gather(now=NOW + CLOCK)
    assert len(told(heard.analyst)) == 1
    assert len(told(heard.envoy)) == 1


def test_an_answered_warning_is_not_told_again(heard):
    warning = heard.sent()
    actions.gather(now=NOW)
    warnings.acknowledge(by=heard.head, now=NOW, warning=warning.pk, version=version(warning))
    actions.gather(now=NOW + CLOCK)
    assert len(told(heard.head)) == 1


def test_a_right_concerns_who_holds_the_office_and_sees_it(heard):
    term = {"starts": NOW, "ends": NOW + YEARS, "matter": "early-warning", "turn": 7}
    to = [actions.NewRelease(heard.audience.pk, "tlp:green", NOW, NOW + YEARS)]
    decisions.give_right(by=heard.analyst, now=NOW, office=heard.offices[1], releases=to, **term)
    assert counts(heard) == {"analyst": 0, "head": 0, "envoy": 1, "outsider": 0}
    other = Office.objects.get(pk=heard.offices[0].pk)
    tracks.give_office(by=heard.analyst, now=NOW, office=other, person=heard.outsider, starts=NOW, ends=NOW + YEARS)
    decisions.give_right(by=heard.analyst, now=NOW, office=other, releases=to, **term | {"turn": 8})
    assert counts(heard)["outsider"] == 0, "he is not in the audience that may see the right"


def test_an_opened_record_concerns_its_readers_and_the_custodian_at_once(heard):
    warning = heard.sent()
    Item.objects.all().delete()
    Membership.objects.filter(person=heard.analyst).update(ends=NOW)  # who keeps the audience and is not in it
    glass = _broken(heard, warning)
    opened = Item.objects.filter(entry__kind="decisions.glass-broken")
    assert {row.person for row in opened} == {heard.analyst, heard.head, heard.envoy, heard.outsider}
    assert set(opened.values_list("urgent", "due")) == {(True, glass.opened_at)}


def test_a_request_in_an_emergency_concerns_who_may_confirm_it_as_long_as_it_waits(heard):
    warning = heard.sent()
    Item.objects.all().delete()
    glass, second = _asked(heard, warning)
    assert counts(heard) == {"analyst": 0, "head": 1, "envoy": 1, "outsider": 0}, "people in office at another body"
    assert set(Item.objects.values_list("urgent", flat=True)) == {True}
    quiet = {"quiet_from": time(0), "quiet_until": time(23, 59), "wakes": False}
    actions.set_terms(by=heard.envoy, language="en", zone="UTC", **quiet)
    actions.gather(now=NOW)
    assert (len(told(heard.head)), told(heard.envoy)) == (1, []), "it is quiet for the envoy, whom nothing may wake"
    decisions.confirm_opening(by=second, now=NOW, asked=glass)
    asked = Item.objects.filter(entry__kind="decisions.glass-asked", person=heard.envoy).get()
    assert not actions.still_concerns(asked, NOW)


def test_a_request_tells_the_same_whether_there_is_such_a_record_and_nothing_of_an_audience_that_wants_no_notices(
    heard,
):
    warning = heard.sent()
    Item.objects.all().delete()
    _asked(heard, warning, record=Ref("warning", "warning", uuid4()))
    assert counts(heard) == {"analyst": 0, "head": 1, "envoy": 1, "outsider": 0}
    Item.objects.all().delete()
    actions.hush_audience(by=heard.analyst, now=NOW, audience=heard.audience, notices=False)
    record = Ref("warning", "warning", warning.pk)
    decisions.ask_to_open(by=heard.outsider, now=NOW, record=record, reason="The convoy leaves in an hour.")
    assert not Item.objects.exists()


def _broken(world, warning):
    """Two people of two bodies open the warning for the outsider."""
    glass, second = _asked(world, warning)
    return decisions.confirm_opening(by=second, now=NOW, asked=glass)


def _asked(world, warning, *, record=None):
    """The outsider, in office at another body, asks; and somebody who may confirm it."""
    before = NOW - SECOND
    releases = [actions.NewRelease(None, "tlp:clear", NOW, NOW + YEARS)]

    relief = tracks.NewActor(uuid4(), in_one("en", "Relief"), None, [("private-citizens", "national")], releases)
    tracks.enter_circle(
        by=world.analyst, now=before, situation=Situation.objects.get(), actors=[relief], ties=[], marking="tlp:green"
    )
    actor = Actor.objects.get(pk=relief.id)
    office = tracks.open_office(by=world.analyst, now=before, actor=actor, title=in_one("en", "Convoy leader"))
    second = actions.invite(
        by=world.administrator, now=before, email="second@kesh.example", name=in_one("en", "Second"), invented=True
    ).person
    tracks.give_office(
        by=world.analyst, now=before, office=office, person=world.outsider, starts=before, ends=NOW + YEARS
    )
    other = tracks.open_office(
        by=world.analyst, now=before, actor=Office.objects.get(pk=world.offices[0].pk).actor, title=in_one("en", "Desk")
    )
    tracks.give_office(by=world.analyst, now=before, office=other, person=second, starts=before, ends=NOW + YEARS)
    record = record or Ref("warning", "warning", warning.pk)
    told = {"record": record, "reason": "The convoy leaves in an hour."}
    return decisions.ask_to_open(by=world.outsider, now=NOW, **told), second


def test_a_release_concerns_the_audience_and_a_membership_the_member(heard):
    warning = heard.raised()
    assert counts(heard) == {"analyst": 0, "head": 0, "envoy": 0, "outsider": 0}
    ref = Ref("warning", "warning", warning.pk)
    told_of = {"what": ref, "to": heard.audience.pk, "marking": "tlp:amber", "ends": NOW + YEARS}
    actions.release(by=heard.analyst, now=NOW, **told_of)
    assert counts(heard) == {"analyst": 0, "head": 1, "envoy": 1, "outsider": 0}
    actions.add_member(by=heard.analyst, now=NOW, audience=heard.audience, person=heard.outsider, ends=NOW + YEARS)
    assert counts(heard)["outsider"] == 1


def test_a_vault_concerns_its_custodians_and_what_lies_in_it_nobody(house, settings):
    scene = Scene(house)
    for person in (*scene.people, scene.member):
        reached(settings, person, scene.now)
    scene.put()
    assert not Item.objects.exists()
    actions.confirm_destroyed(by=scene.people[0], now=scene.now, vault=scene.vault.pk)
    assert [waiting_for(person) for person in (*scene.people, scene.member)] == [0, 1, 1, 0]


def test_what_is_sealed_can_never_be_told():
    for name in ("access.vault-item-sealed", "corridors.said"):
        kind = entry_kind(name, "put a sealed item into a vault" if "vault" in name else "said")
        with pytest.raises(InvalidError, match="sealed"):
            outbox.concerns(kind, lambda heard, now: ())


def test_a_kind_that_says_nothing_tells_nobody(heard):
    before = Entry.objects.count()
    heard.raised()
    assert Entry.objects.count() > before
    assert not Item.objects.exists()


def test_where_an_audience_wants_none_nobody_is_told(heard):
    warning = heard.sent()
    with pytest.raises(RefusedError, match="Only the custodian"):
        actions.hush_audience(by=heard.head, now=NOW, audience=heard.audience, notices=False)
    actions.hush_audience(by=heard.analyst, now=NOW, audience=heard.audience, notices=False)
    actions.gather(now=NOW)
    assert (told(heard.head), waiting_for(heard.head)) == ([], 1), "what waited was not sent; the reminder waits"
    Item.objects.all().delete()
    warnings.decline(by=heard.head, now=NOW, warning=warning.pk, version=version(warning), reason=REASON)
    actions.add_member(by=heard.analyst, now=NOW, audience=heard.audience, person=heard.outsider, ends=NOW + YEARS)
    _broken(heard, warning)
    assert not Item.objects.exists()
    heard.audience.refresh_from_db()
    actions.hush_audience(by=heard.analyst, now=NOW, audience=heard.audience, notices=True)
    heard.sent()
    assert waiting_for(heard.head) == 2


def test_who_turned_nothing_on_leaves_no_item(world):
    world.sent()
    assert not Item.objects.exists()


def test_an_item_stands_or_falls_with_its_act(heard):
    def sent_and_regretted():
        with transaction.atomic():
            heard.sent()
            assert Item.objects.exists()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        sent_and_regretted()
    assert not Item.objects.exists()


def test_who_may_no_longer_see_it_is_told_nothing(heard):
    heard.sent()
    row = Membership.objects.get(person=heard.head)
    actions.end_membership(by=heard.analyst, now=NOW, membership=row)
    assert actions.gather(now=NOW) == []
    assert (told(heard.head), Item.objects.filter(due=NOW).count()) == ([], 0)


def test_an_erased_act_tells_nobody(heard):
    heard.sent()
    entry = Entry.objects.get(kind="warning.sent")
    ledger.erase(entry=entry, reason="it named a source", by="node", now=NOW)
    assert actions.gather(now=NOW) == []
    assert told(heard.head) == []


def test_a_closed_account_is_told_nothing_and_leaves_no_address(heard):
    heard.sent()
    actions.gather(now=NOW)
    assert Message.objects.filter(channel__person=heard.head).exists()
    actions.close_account(by=heard.administrator, now=NOW, person=heard.head, reason="left", orphans_read=True)
    assert not heard.head.channels.exists()
    assert waiting_for(heard.head) == 0
    assert told(heard.head) == []


def test_no_address_stands_in_the_ledger(heard):

    kinds = list(Entry.objects.filter(kind="access.channel-opened").values_list("serial", flat=True))
    assert len(kinds) == 5
    said = b"".join(bytes(text) for text in Body.objects.filter(entry__in=kinds).values_list("text", flat=True))
    assert b"mail" in said
    assert b"@" not in said
