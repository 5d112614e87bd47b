"""An invitation offers an office: it waits, gives nothing, and the invited person takes or declines it himself."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from signed_in import run, signed_in

from ninefold import clock
from ninefold.access import actions as access
from ninefold.access.models import Item, Person
from ninefold.errors import ConflictError, InvalidError, NotThereError, RefusedError
from ninefold.ledger import endings
from ninefold.ledger.models import Entry
from ninefold.tracks import actions, reads
from ninefold.tracks.models import Actor, Holding, OfficeOffer, Situation
from ninefold.tracks.seats import holders
from ninefold.words.text import in_one

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
MONTH = timedelta(days=30)


@pytest.fixture
def desk(world):
    """An office that the registrar sees, and somebody who was invited and has not enrolled."""
    now = clock.now()
    office = actions.open_office(
        by=world.analyst,
        now=now,
        actor=Actor.objects.get(),
        title=in_one("en", "Second Envoy"),
        releases=[access.NewRelease(world.audience.pk, "tlp:amber", now, now + MONTH)],
    )
    world.office, world.at, world.new = office, now, invited(world, "new")
    return world


def invited(world, name):
    told = {"email": f"{name}@kesh.example", "name": in_one("en", name), "invented": False}
    return access.invite(by=world.administrator, now=clock.now(), **told).person


def enrolled(person):
    access.factor_added(person=person, now=clock.now(), factor="totp", secured=True)
    return Person.objects.get(pk=person.pk)


def offered(desk, **told):
    said = {"by": desk.analyst, "now": desk.at, "office": desk.office, "person": desk.new}
    return actions.offer_office(**said | {"starts": desk.at, "ends": desk.at + MONTH} | told)


def test_an_offer_gives_nothing_until_it_is_taken_and_then_it_ends_on_its_day(desk):
    offer = offered(desk)
    assert holders(desk.office.pk, desk.at) == []
    with pytest.raises(InvalidError, match="others could still enter"):
        actions.take_office(by=desk.new, now=desk.at, offer=offer.pk)
    assert OfficeOffer.objects.exists(), "a refusal leaves the offer where it was"
    new, later = enrolled(desk.new), desk.at + timedelta(days=2)
    held = actions.take_office(by=new, now=later, offer=offer.pk)
    assert (held.starts, held.ends) == (later, desk.at + MONTH)
    assert holders(desk.office.pk, later) == [new.pk]
    assert holders(desk.office.pk, desk.at + MONTH) == [], "it is a right with an end"
    with pytest.raises(NotThereError):
        actions.take_office(by=new, now=later, offer=offer.pk)
    kinds = Entry.objects.filter(kind__startswith="tracks.office-").order_by("-serial").values_list("kind", "actor")
    assert list(kinds[:2]) == [
        ("tracks.office-taken", f"access:person:{new.pk}"),
        ("tracks.office-offered", f"access:person:{desk.analyst.pk}"),
    ]


def test_an_office_that_begins_later_begins_on_its_day(desk):
    offer = offered(desk, starts=desk.at + timedelta(days=5))
    new = enrolled(desk.new)
    assert actions.take_office(by=new, now=desk.at, offer=offer.pk).starts == desk.at + timedelta(days=5)
    assert holders(desk.office.pk, desk.at) == []


def test_offices_are_offered_by_the_rules_by_which_they_are_given(desk):
    with pytest.raises(RefusedError, match="Only a registrar"):
        offered(desk, by=desk.head)
    with pytest.raises(InvalidError, match="end before it starts"):
        offered(desk, ends=desk.at)
    with pytest.raises(InvalidError, match="cannot have begun before"):
        offered(desk, starts=desk.at - timedelta(days=1))
    with pytest.raises(InvalidError, match="ten years"):
        offered(desk, ends=desk.at + timedelta(days=4_000))
    with pytest.raises(InvalidError, match="taken up the account already"):
        offered(desk, person=desk.head)
    given = {"by": desk.analyst, "now": desk.at, "office": desk.office, "starts": desk.at, "ends": desk.at + MONTH}
    with pytest.raises(InvalidError, match="others could still enter"):
        actions.give_office(person=desk.new, **given)
    offered(desk)
    with pytest.raises(ConflictError, match=r"offered to .* already"):
        offered(desk)


def test_nobody_takes_what_is_offered_to_another_or_by_who_gives_no_offices_any_more(desk):
    offer, new = offered(desk), enrolled(desk.new)
    for other in (desk.outsider, desk.analyst):
        with pytest.raises(NotThereError):
            actions.take_office(by=other, now=desk.at, offer=offer.pk)
    with pytest.raises(NotThereError):
        actions.take_office(by=new, now=desk.at + MONTH, offer=offer.pk)
    Person.objects.filter(pk=desk.analyst.pk).update(roles=["analyst"])
    with pytest.raises(ConflictError, match="gives no offices any more"):
        actions.take_office(by=new, now=desk.at, offer=offer.pk)
    assert not Holding.objects.filter(person=new).exists()


def test_it_is_declined_or_taken_back_and_does_not_come_again_with_an_old_copy(desk):
    first, other = offered(desk), invited(desk, "other")
    second = offered(desk, person=other)
    for stranger in (desk.outsider, desk.new):
        with pytest.raises(NotThereError):
            actions.end_office_offer(by=stranger, now=desk.at, offer=second.pk)
    actions.end_office_offer(by=enrolled(desk.new), now=desk.at, offer=first.pk)
    actions.end_office_offer(by=desk.analyst, now=desk.at, offer=second.pk)
    assert Entry.objects.filter(kind="tracks.office-offer-ended").count() == 2
    endings.discover()
    OfficeOffer.objects.create(
        pk=first.pk, office=desk.office, person=other, offered_by=desk.analyst, starts=desk.at, ends=desk.at + MONTH
    )
    ended = endings.Ended(first.pk, desk.at)
    endings.do_again([endings.Act("tracks.office-offer-ended", ended)], desk.at)
    assert not OfficeOffer.objects.exists()


def test_an_offer_ends_with_the_account(desk):
    offered(desk)
    access.close_account(by=desk.administrator, now=desk.at, person=desk.new, reason="x")
    assert not OfficeOffer.objects.exists()


def test_who_offered_it_is_told_that_it_was_taken(desk):
    access.open_feed(by=desk.analyst, now=desk.at)
    offer = offered(desk)
    assert not Item.objects.exists(), "his own act is no news"
    actions.take_office(by=enrolled(desk.new), now=desk.at, offer=offer.pk)
    assert Item.objects.get().person == desk.analyst


def test_the_pages_offer_show_take_and_take_back(desk, client):
    situation = Situation.objects.get()
    client.force_login(desk.analyst, backend=BACKEND)
    ends = (desk.at + MONTH).date().isoformat()
    told = {"person": str(desk.new.pk), "starts": desk.at.date().isoformat(), "ends": ends}
    answer = client.post(reverse("tracks:new_holder", args=[situation.pk, desk.office.pk]), told)
    page = reverse("tracks:actor", args=[situation.pk, desk.office.actor_id])
    assert answer["Location"] == page
    assert "the account is not taken up yet" in client.get(page).content.decode()
    offer = OfficeOffer.objects.get()
    client.force_login(desk.new, backend=BACKEND)
    assert "Second Envoy" in client.get(reverse("access:enrol")).content.decode()
    new = enrolled(desk.new)
    client.force_login(new, backend=BACKEND)
    assert reverse("tracks:offered") in client.get(reverse("access:home")).content.decode()
    assert "Take the office" in client.get(reverse("tracks:offered")).content.decode()
    withdraw = reverse("tracks:withdraw_offer", args=[situation.pk, offer.pk])
    assert client.post(withdraw).status_code == 403
    assert client.post(reverse("tracks:take_office", args=[offer.pk])).status_code == 302
    assert holders(desk.office.pk, clock.now()) == [new.pk]
    assert client.post(reverse("tracks:decline_office", args=[offer.pk])).status_code == 404
    second = offered(desk, person=invited(desk, "other"))
    client.force_login(desk.analyst, backend=BACKEND)
    assert client.post(reverse("tracks:withdraw_offer", args=[situation.pk, second.pk]))["Location"] == page
    assert not OfficeOffer.objects.exists()


def test_the_api_and_the_commands_do_the_same(desk, client, tmp_path):
    office = str(desk.office.pk)
    until = (desk.at + MONTH).date().isoformat()
    with signed_in(desk.outsider, tmp_path / "outsider"):
        assert run("tracks", "offer-office", office, desk.new.email, "--until", until).code == 3
        assert run("tracks", "offers", "--of", office).code == 3
    with signed_in(desk.analyst, tmp_path / "analyst"):
        assert run("tracks", "offer-office", office, desk.head.email, "--until", until).code == 2
        told = run("tracks", "offer-office", office, desk.new.email, "--until", until, "--json").json
        assert [one["id"] for one in run("tracks", "offers", "--of", office, "--json").json] == [told["id"]]
        assert run("tracks", "take-office", told["id"]).code == 3
    new = enrolled(desk.new)
    with signed_in(new, tmp_path / "new"):
        assert "Second Envoy" in run("tracks", "offers").out
        assert run("tracks", "take-office", told["id"], "--json").json["office"] == office
        assert run("tracks", "end-offer", told["id"]).code == 3
    secret = token_of(desk.analyst)
    body = {"email": invited(desk, "other").email, "ends": (desk.at + MONTH).isoformat()}
    made = ask(client, "post", f"/tracks/offices/{office}/offers", secret, body)
    assert made.status_code == 201
    assert [one["id"] for one in ask(client, "get", f"/tracks/offices/{office}/offers", secret).json()] == [
        made.json()["id"]
    ]
    assert ask(client, "get", "/tracks/me/offers", secret).json() == []
    assert ask(client, "post", f"/tracks/offers/{made.json()['id']}/end", secret, {}).json() == {"done": True}
    assert ask(client, "post", f"/tracks/offers/{made.json()['id']}/take", secret, {}).status_code == 404


def test_an_offer_lets_nobody_read_the_office(desk):
    offered(desk)
    new = enrolled(desk.new)
    with pytest.raises(NotThereError):
        reads.office_for(new, desk.at, desk.office.pk)


def token_of(person):
    now = clock.now()
    told = {"name": "t", "scopes": ["read", "act"], "ends": now + timedelta(days=1)}
    return access.issue_token(by=person, now=now, **told).secret


def ask(client, method, path, secret, body=None):
    more = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
    return getattr(client, method)(f"/api/v1{path}", headers={"Authorization": f"Bearer {secret}"}, **more)
