"""The API acts as the holder of a token, within its scopes, until it ends, with the refusals of the pages."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from ninefold import clock
from ninefold.access import actions
from ninefold.access.actions import NewRelease
from ninefold.access.models import Token
from ninefold.access.tokens import person_for
from ninefold.errors import RefusedError
from ninefold.ledger.refs import Ref

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
API = "/api/v1/access"


class Holder:
    """A person with a token, speaking JSON."""

    def __init__(self, person, scopes=("read", "act")):
        now = clock.now()
        self.person = person
        self.token, self.secret = actions.issue_token(
            by=person, now=now, name="test", scopes=scopes, ends=now + timedelta(days=1)
        )
        self.client = Client(headers={"authorization": f"Bearer {self.secret}"})

    def get(self, path):
        return self.client.get(API + path)

    def post(self, path, body=None):
        return self.client.post(API + path, body or {}, content_type="application/json")


def until(days):
    return (clock.now() + timedelta(days=days)).isoformat()


def test_a_token_says_whom_it_acts_for(house):
    ada = Holder(house.person("ada", roles=["analyst"]))
    answer = ada.get("/me").json()
    assert (answer["email"], answer["roles"]) == ("ada@example.org", ["analyst"])
    assert answer["name"]["texts"] == {"en": "Ada"}
    assert Token.objects.get(pk=ada.token.pk).last_used_day == clock.now().date()


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nf_x", "Bearer " + "n" * 10_000, "Basic YTpi", "Bearer nf_é"])
def test_without_a_living_token_nothing_opens(house, client, header):
    response = client.get(API + "/me", headers={"authorization": header} if header else {})
    assert response.status_code == 401
    assert set(response.json()) == {"error", "message"}


def test_an_ended_token_and_a_closed_account_open_nothing(house):
    ada, bob = Holder(house.person("ada")), Holder(house.person("bob"))
    assert ada.post(f"/tokens/{ada.token.pk}/end").json() == {"done": True}
    assert ada.get("/me").status_code == 401
    actions.close_account(by=house.root, now=clock.now(), person=bob.person, reason="gone", orphans_read=True)
    assert bob.get("/me").status_code == 401


def test_a_token_opens_nothing_without_a_second_factor(house):
    ada = Holder(house.person("ada", invented=False))
    assert ada.get("/me").status_code == 401
    actions.factor_added(person=ada.person, now=clock.now(), factor="totp", secured=True)
    assert ada.get("/me").status_code == 200


def test_a_token_that_reads_does_not_act(house):
    ada = Holder(house.person("ada"), scopes=["read"])
    assert ada.get("/audiences").json() == []
    refused = ada.post(f"/tokens/{ada.token.pk}/end")
    assert refused.status_code == 403
    assert "may only read" in refused.json()["message"]


def test_a_command_acts_as_the_holder_and_as_nobody_else(house):
    ada = Holder(house.person("ada"))
    assert person_for(ada.secret, clock.now()) == ada.person
    reader = Holder(ada.person, scopes=["read"])
    assert person_for(reader.secret, clock.now(), scope="read") == ada.person
    with pytest.raises(RefusedError, match="may only read"):
        person_for(reader.secret, clock.now())
    for nobody in ("", "nf_", ada.secret[:-1], ada.secret + "a"):
        with pytest.raises(RefusedError, match="unknown or has ended"):
            person_for(nobody, clock.now())


def test_custodians_add_and_members_leave(house):
    keeper, member = Holder(house.person("keeper")), Holder(house.person("member"))
    talks = house.audience("Talks", keeper.person)
    path, new = f"/audiences/{talks.pk}/members", {"email": "member@example.org", "ends": until(9)}
    assert member.post(path, new).status_code == 404
    assert keeper.post(path, {**new, "email": "eve@example.org"}).status_code == 422
    assert keeper.post(path, {**new, "ends": "2026-01-01T00:00:00"}).status_code == 422
    made = keeper.post(path, new).json()
    assert keeper.post(path, new).status_code == 409
    assert [row["person"] for row in keeper.get(path).json()] == [str(member.person.pk)]
    refused = member.get(path)
    assert (refused.status_code, refused.json()["error"]) == (403, "refused")
    assert member.get("/audiences").json()[0]["audience_name"]["texts"] == {"en": "Talks"}
    assert member.post(f"/memberships/{made['id']}/end").status_code == 200
    assert member.get(path).status_code == 404


def test_releasing_through_the_api(house):
    keeper, member = Holder(house.person("keeper")), Holder(house.person("member"))
    talks = house.audience("Talks", keeper.person, [member.person], ends=clock.now() + timedelta(days=99))
    house.audience("Donors", house.person("other"))
    record, now = Ref("test", "record", uuid4()), clock.now()
    with transaction.atomic():
        new = NewRelease(talks.pk, "tlp:amber", now, now + timedelta(days=9))
        (row,) = actions.place(record=record, releases=[new], now=clock.now(), by=member.person)
    (mark,) = member.get(f"/records/{record}/marks").json()
    assert (mark["marking"], mark["audience"]["texts"]) == ("tlp:amber", {"en": "Talks"})
    assert keeper.get(f"/records/{record}/marks").status_code == 404
    assert member.get("/records/nonsense/marks").status_code == 422
    everybody = {"audience": None, "marking": "tlp:clear", "ends": until(9)}
    assert member.post(f"/records/{record}/releases", everybody).status_code == 403
    assert keeper.post(f"/records/{record}/releases", everybody).status_code == 404
    lowered = member.post(f"/releases/{row.pk}/lower", {"marking": "tlp:clear", "reason": "Published."})
    assert lowered.json() == {"done": True}
    assert member.post(f"/records/{record}/releases", everybody).json()["audience"] is None
    assert keeper.get(f"/records/{record}/marks").json()[0]["audience"] is None
    assert member.post(f"/releases/{row.pk}/end").status_code == 200


def test_administrators_invite_and_others_do_not(house):
    root, ada = Holder(house.root), Holder(house.person("ada"))
    new = {"email": "bob@example.org", "name": {"texts": {"en": "Bob"}, "authoritative": "en"}}
    assert ada.post("/people", new).status_code == 403
    assert root.post("/people", {**new, "name": {"texts": {}}}).status_code == 422
    assert root.post("/people", new).json()["secret"].startswith("nl_")


@pytest.mark.parametrize("email", ["\x00", "x" * 5000, "@", "eve@example.org\x00"])
def test_an_address_that_is_none_is_nobodys(house, email):
    keeper = Holder(house.person("keeper"))
    talks = house.audience("Talks", keeper.person)
    response = keeper.post(f"/audiences/{talks.pk}/members", {"email": email, "ends": until(9)})
    assert response.status_code == 422
    assert "Nobody here" in response.json()["message"]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_moments_at_the_edge_of_time_are_refused(house, moment):
    keeper = Holder(house.person("keeper"))
    talks = house.audience("Talks", keeper.person, [keeper.person], ends=clock.now() + timedelta(days=99))
    record, now = Ref("test", "record", uuid4()), clock.now()
    with transaction.atomic():
        actions.place(
            record=record, releases=[NewRelease(talks.pk, "tlp:amber", now, now + timedelta(days=9))], now=now
        )
    new = {"audience": str(talks.pk), "marking": "tlp:amber", "ends": until(5), "embargo_until": moment}
    assert keeper.post(f"/records/{record}/releases", new).status_code == 422
    new = {**new, "ends": moment, "embargo_until": None}
    assert keeper.post(f"/records/{record}/releases", new).status_code == 422
