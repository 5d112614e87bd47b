"""People leave: what they hold ends or passes on in one act, what they did stays."""

from datetime import timedelta

import pytest
from django.urls import reverse
from world import CLOCK

from ninefold import clock
from ninefold.access import actions, reads
from ninefold.access.models import Audience, GroupConsent, Membership, Offer, Person
from ninefold.errors import ConflictError, InvalidError, NotThereError, RefusedError
from ninefold.ledger.models import Entry
from ninefold.tracks.models import Absence, Holding
from ninefold.tracks.seats import holders

from .conftest import NOW, YEAR

LATER = NOW + timedelta(hours=1)


def entries(kind):
    return Entry.objects.filter(kind=f"access.{kind}").count()


def closing(house, person, now=LATER, **told):
    actions.close_account(by=house.root, now=now, person=person, reason="She left.", **told)


@pytest.fixture
def talks(house):
    """An audience with a custodian, two members and somebody outside."""
    house.keeper, house.ada, house.bero = (house.person(name) for name in ("keeper", "ada", "bero"))
    house.outsider = house.person("outsider")
    house.talks = house.audience("talks", house.keeper, [house.ada, house.bero])
    return house


def test_memberships_end_with_the_account_and_each_custodian_reads_of_it(talks):
    closing(talks, talks.ada)
    row = Membership.objects.get(person=talks.ada)
    assert row.ends == LATER
    ended = Entry.objects.get(kind="access.membership-ended")
    assert ended.actor == "node"
    assert ended in reads.entries_visible_to(talks.keeper, LATER)
    assert ended not in reads.entries_visible_to(talks.root, LATER), "an administrator learns of no membership"


def test_an_account_does_not_close_over_what_nobody_would_keep(talks):
    with pytest.raises(ConflictError, match="left without a holder"):
        closing(talks, talks.keeper)
    assert Person.objects.get(pk=talks.keeper.pk).is_active
    actions.name_successor(by=talks.keeper, now=NOW, audience=talks.talks, person=talks.ada)
    closing(talks, talks.keeper)
    held = Audience.objects.get()
    assert (held.custodian, held.successor) == (talks.ada, None)
    assert entries("custody-passed") == 1
    actions.add_member(by=talks.ada, now=LATER, audience=held, person=talks.outsider, ends=LATER + YEAR)


def test_a_successor_who_left_before_keeps_nothing(talks):
    actions.name_successor(by=talks.keeper, now=NOW, audience=talks.talks, person=talks.ada)
    closing(talks, talks.ada)
    assert Audience.objects.get().successor is None
    with pytest.raises(ConflictError, match="left without a holder"):
        closing(talks, talks.keeper)


def test_only_the_custodian_names_who_follows_and_never_an_administrator(talks):
    told = {"now": NOW, "audience": talks.talks}
    for other in (talks.ada, talks.root):
        with pytest.raises(RefusedError, match="Only its custodian says"):
            actions.name_successor(by=other, person=talks.ada, **told)
    with pytest.raises(RefusedError, match="cannot keep an audience"):
        actions.name_successor(by=talks.keeper, person=talks.root, **told)
    with pytest.raises(InvalidError, match="keeps this audience already"):
        actions.name_successor(by=talks.keeper, person=talks.keeper, **told)
    with pytest.raises(InvalidError, match="not added a passkey"):
        actions.name_successor(by=talks.keeper, person=talks.person("new", invented=False), **told)
    actions.pass_custody(by=talks.keeper, person=talks.ada, **told)
    with pytest.raises(RefusedError, match="Only its custodian says"):
        actions.pass_custody(by=talks.keeper, person=talks.bero, **told)


def test_a_left_audience_is_kept_by_a_member_whom_an_administrator_names_and_by_nobody_else(talks):
    closing(talks, talks.keeper, orphans_read=True)
    held = Audience.objects.get()
    assert [row.kind for row in reads.orphans(talks.ada, LATER)] == ["access:audience", "access:registrar"][:1]
    assert list(reads.audiences_orphaned(talks.root)) == [held]
    # The administrator is not told who is in it: whom he names wrongly finds nothing there.
    actions.name_successor(by=talks.root, now=LATER, audience=held, person=talks.outsider)
    with pytest.raises(NotThereError):
        actions.take_custody(by=talks.outsider, now=LATER, audience=held.pk)
    with pytest.raises(NotThereError):
        actions.take_custody(by=talks.ada, now=LATER, audience=held.pk)
    actions.name_successor(by=talks.root, now=LATER, audience=held, person=talks.ada)
    assert list(reads.audiences_to_take(talks.ada, LATER)) == [held]
    actions.take_custody(by=talks.ada, now=LATER, audience=held.pk)
    assert Audience.objects.get().custodian == talks.ada
    assert reads.orphans(talks.ada, LATER) == []


def test_groups_that_the_former_custodian_let_in_are_asked_of_the_next(talks):
    told = {"issuer": "https://login.example", "group": "desk", "days": 30, "given_by": talks.keeper}
    consent = GroupConsent.objects.create(audience=talks.talks, starts=NOW, ends=NOW + YEAR, **told)
    actions.pass_custody(by=talks.keeper, now=LATER, audience=talks.talks, person=talks.ada)
    consent.refresh_from_db()
    assert consent.ends == LATER
    assert entries("group-withdrawn") == 1


def test_an_account_closes_on_its_day_by_itself(talks):
    day = NOW + timedelta(days=3)
    told = {"by": talks.root, "now": NOW, "person": talks.ada, "reason": "Her term ends."}
    with pytest.raises(InvalidError, match="must lie ahead"):
        actions.set_departure(at=NOW, **told)
    with pytest.raises(RefusedError, match="Only an administrator"):
        actions.set_departure(at=day, **told | {"by": talks.keeper})
    actions.set_departure(at=day, **told)
    with pytest.raises(ConflictError, match="set for this account already"):
        actions.set_departure(at=day, **told)
    assert actions.close_due(now=day - timedelta(seconds=1)) == (0, 0)
    assert actions.close_due(now=day) == (1, 0)
    assert not Person.objects.get(pk=talks.ada.pk).is_active
    assert actions.close_due(now=day) == (0, 0)
    closed = Entry.objects.get(kind="access.account-closed")
    assert (closed.actor, entries("departure-set")) == ("clock", 1)


def test_a_departure_is_withdrawn(talks):
    told = {"by": talks.root, "now": NOW, "person": talks.ada}
    with pytest.raises(ConflictError, match="No departure"):
        actions.withdraw_departure(**told)
    actions.set_departure(reason="x", at=LATER, **told)
    actions.withdraw_departure(**told)
    assert actions.close_due(now=LATER) == (0, 0)
    assert entries("departure-withdrawn") == 1


def test_offices_and_leaves_end_and_a_deputy_who_left_stands_in_for_nobody(world):
    Absence.objects.create(person=world.envoy, deputy=world.head, starts=world.now, ends=world.now + YEAR)
    assert holders(world.offices[1].pk, world.now) == [world.head.pk]
    now = world.now + CLOCK
    actions.close_account(by=world.administrator, now=now, person=world.head, reason="x", orphans_read=True)
    assert Holding.objects.get(person=world.head).ends == now
    assert Absence.objects.get().deputy is None
    assert Entry.objects.filter(kind__in=["tracks.office-left", "tracks.deputy-left"]).count() == 2


def test_what_he_did_stays_under_his_name(world):
    warning = world.sent()
    told = {"now": world.now, "person": world.analyst, "reason": "x", "orphans_read": True}
    actions.close_account(by=world.administrator, **told)
    entry = Entry.objects.get(kind="warning.sent", subject_id=warning.pk)
    assert entry.actor == reads.actor_name(world.analyst)
    assert str(Person.objects.get(pk=world.analyst.pk).name) == "analyst"


# ---- Pages and API


@pytest.fixture
def visit(client, static_files):
    def visitor(person):
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return visitor


def test_the_page_of_a_departure_shows_the_list_before_it_is_confirmed(talks, visit):
    address = reverse("access:close", args=[talks.keeper.pk])
    root = visit(talks.root)
    page = root.get(address).content.decode()
    assert "An audience without a custodian" in page
    assert "talks" not in page, "its name is not the administrator&#x27;s"
    told = {"reason": "Left."}
    refused = root.post(address, told)
    assert refused.status_code == 422
    assert "read the list" in refused.content.decode()
    assert root.post(address, told | {"orphans_read": "on"}).status_code == 302
    assert not Person.objects.get(pk=talks.keeper.pk).is_active
    assert "An audience opened on" in root.get(reverse("access:orphans")).content.decode()


def test_the_custodian_sees_by_name_what_he_would_leave(talks, visit):
    mine = visit(talks.keeper).get(reverse("access:orphans")).content.decode()
    assert "talks" in mine
    assert "An audience without a custodian" in mine
    assert "talks" not in visit(talks.outsider).get(reverse("access:orphans")).content.decode()


def test_a_day_of_departure_is_set_and_withdrawn_on_the_page(talks, visit):
    address, root = reverse("access:close", args=[talks.ada.pk]), visit(talks.root)
    day = (clock.now() + timedelta(days=9)).date().isoformat()
    assert root.post(address, {"reason": "Her term ends.", "on": day}).status_code == 302
    assert "closes by itself" in root.get(address).content.decode()
    assert root.post(reverse("access:stay", args=[talks.ada.pk])).status_code == 302
    assert "closes by itself" not in root.get(address).content.decode()


def test_an_audience_passes_on_its_page(talks, visit):
    keeper, audience = visit(talks.keeper), talks.talks.pk
    address = reverse("access:successor", args=[audience])
    assert keeper.post(address, {"email": "ada@example.org"}).status_code == 302
    assert "Ada keeps it" in keeper.get(reverse("access:audience", args=[audience])).content.decode()
    assert keeper.post(reverse("access:unname_successor", args=[audience])).status_code == 302
    assert Audience.objects.get().successor is None
    assert visit(talks.ada).get(address).status_code == 404
    assert visit(talks.keeper).post(reverse("access:custody", args=[audience]), {"email": "ada@example.org"})
    assert Audience.objects.get().custodian == talks.ada


def test_the_same_by_the_api(talks, client):
    def call(person, address, **told):
        ends = clock.now() + timedelta(days=1)
        secret = actions.issue_token(by=person, now=clock.now(), name="t", scopes=["read", "act"], ends=ends).secret
        return client.post(
            f"/api/v1/access/{address}",
            told,
            content_type="application/json",
            headers={"authorization": f"Bearer {secret}"},
        )

    close = f"people/{talks.keeper.pk}/close"
    assert call(talks.root, close, reason="x").status_code == 409
    assert call(talks.ada, close, reason="x", orphans_read=True).status_code == 403
    assert call(talks.keeper, f"audiences/{talks.talks.pk}/successor", email="ada@example.org").status_code == 200
    assert call(talks.ada, f"audiences/{talks.talks.pk}/successor", email="ada@example.org").status_code == 404
    assert call(talks.root, close, reason="x").status_code == 200
    assert Audience.objects.get().custodian == talks.ada


def test_an_invitation_is_listed_and_withdrawn_until_it_is_taken_up(house, visit):
    person, secret = actions.invite(by=house.root, now=clock.now(), email="new@example.org", name=house.root.name)
    root, address = visit(house.root), reverse("access:withdraw_invitation", args=[person.pk])
    assert "invited until" in root.get(reverse("access:people")).content.decode()
    assert root.post(address).status_code == 302
    assert "invited until" not in root.get(reverse("access:people")).content.decode()
    with pytest.raises(NotThereError):
        actions.take_link(secret=secret, purpose="invitation", now=clock.now())
    with pytest.raises(ConflictError, match="No invitation waits"):
        actions.withdraw_invitation(by=house.root, now=clock.now(), person=person)
    again = actions.invite_again(by=house.root, now=clock.now(), person=person)
    actions.take_link(secret=again.secret, purpose="invitation", now=clock.now())
    actions.factor_added(person=person, now=clock.now(), factor="totp", secured=True)
    person.refresh_from_db()
    with pytest.raises(RefusedError, match="taken up the invitation"):
        actions.withdraw_invitation(by=house.root, now=clock.now(), person=person)
    assert entries("invitation-withdrawn") == 1


def test_an_audience_is_offered_with_an_invitation_and_given_once_the_account_is_his_alone(talks, visit):
    now = clock.now()
    person = actions.invite(by=talks.root, now=now, email="new@example.org", name=talks.root.name).person
    page, keeper = reverse("access:audience", args=[talks.talks.pk]), visit(talks.keeper)
    told = {"email": "new@example.org", "until": (now + timedelta(days=30)).date().isoformat()}
    assert keeper.post(page, told).status_code == 302
    assert keeper.post(page, told).status_code == 200, "it is offered already, and the page says so"
    assert not Membership.objects.filter(person=person).exists()
    offer = Offer.objects.get()
    assert keeper.post(reverse("access:keep_offer", args=[offer.pk])).status_code == 302
    assert not Membership.objects.filter(person=person).exists(), "who holds the invitation reads nothing"
    assert "talks" in visit(person).get(reverse("access:enrol")).content.decode()
    actions.factor_added(person=person, now=now, factor="totp", secured=True)
    assert visit(talks.ada).post(reverse("access:keep_offer", args=[offer.pk])).status_code == 404
    assert visit(talks.keeper).post(reverse("access:keep_offer", args=[offer.pk])).status_code == 302
    assert Membership.objects.get(person=person).ends == offer.ends
    assert entries("offered") == 1
    with pytest.raises(InvalidError, match="taken up the account already"):
        actions.offer_audience(by=talks.keeper, now=now, audience=talks.talks, person=talks.outsider, ends=offer.ends)


def test_an_offer_is_taken_back(talks):
    person = actions.invite(by=talks.root, now=NOW, email="new@example.org", name=talks.root.name).person
    told = {"now": NOW, "audience": talks.talks, "person": person, "ends": NOW + YEAR}
    with pytest.raises(RefusedError, match="Only the custodian"):
        actions.offer_audience(by=talks.ada, **told)
    offer = actions.offer_audience(by=talks.keeper, **told)
    with pytest.raises(NotThereError):
        actions.withdraw_offer(by=talks.ada, now=NOW, offer=offer.pk)
    actions.withdraw_offer(by=talks.keeper, now=NOW, offer=offer.pk)
    assert not Offer.objects.exists()
    assert entries("offer-withdrawn") == 1
