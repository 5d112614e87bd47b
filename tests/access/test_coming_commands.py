"""`ninefold access` and `ninefold tracks`: people come and go from the command line, by the same acts and refusals."""

from datetime import timedelta

import pytest
from signed_in import run, signed_in

from ninefold import clock
from ninefold.access import actions
from ninefold.access.models import Audience, Departure, Link, Membership, Person
from ninefold.ledger.keys import Signer
from ninefold.ledger.models import Entry
from ninefold.ledger.refs import Ref
from ninefold.ledger.signatures import possession_statement
from ninefold.tracks.models import Absence, Holding
from ninefold.tracks.seats import holders
from ninefold.words.text import in_one

from .test_api import Holder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]

HEAD, ANALYST, ENVOY = "head@kesh.example", "analyst@kesh.example", "envoy@kesh.example"


def day(days):
    return (clock.now() + timedelta(days=days)).date().isoformat()


@pytest.fixture
def administrator(world, tmp_path):
    with signed_in(world.administrator, tmp_path):
        yield world


@pytest.fixture
def registrar(world, tmp_path):
    with signed_in(world.analyst, tmp_path):
        yield world


def test_the_list_is_that_of_the_api_and_each_learns_what_is_his(administrator, world, tmp_path):
    told = run("access", "orphans", "--of", ANALYST, "--json").json
    assert {"kind": "access:registrar", "id": None, "name": None}.items() <= told[-1].items()
    assert {one["kind"] for one in told} == {"access:audience", "access:registrar"}
    assert all(one["name"] is None for one in told), "an administrator reads no name that is not his to see"
    with signed_in(world.head, tmp_path / "head"):
        mine = run("access", "orphans", "--if-i-leave", "--json").json
        assert {one["kind"] for one in mine} == {"decisions:right", "tracks:office"}
        right = next(one["name"]["texts"] for one in mine if one["kind"] == "decisions:right")
        assert right["en"] == "Act on an early warning, everywhere, turn 1"
        assert [one["kind"] for one in run("access", "orphans", "--json").json] == ["decisions:glass"]
        refused = run("access", "orphans", "--of", ANALYST)
        assert (refused.code, "Only an administrator" in refused.err) == (3, True)
        unknown = run("access", "orphans", "--of", "nobody@kesh.example")
        assert (unknown.code, unknown.err) == (3, refused.err), "whether an address is known is told to nobody else"
    assert run("access", "orphans", "--of", ANALYST, "--if-i-leave").code == 2


def test_an_account_closes_only_after_its_list_was_read(administrator):
    told = run("access", "close", ANALYST, "--reason", "Her term ends.")
    assert told.code == 4
    assert "Without a holder would be left" in told.err
    assert "read the list" in told.err
    assert Person.objects.get(email=ANALYST).is_active
    closed = run("access", "close", ANALYST, "--reason", "Her term ends.", "--orphans-read", "--json")
    assert (closed.code, closed.json["closes"]) == (0, None)
    assert not Person.objects.get(email=ANALYST).is_active
    assert Entry.objects.filter(kind="access.account-closed").count() == 1
    assert run("access", "close", ANALYST, "--reason", "x").code == 2, "nobody here has that address now"


def test_a_departure_is_set_for_a_day_and_withdrawn(administrator):
    words = ("access", "close", HEAD, "--reason", "x", "--orphans-read", "--on")
    assert run(*words, "soon").code == 2
    assert run(*words, "2020-01-01").code == 2
    told = run(*words, day(3), "--json").json
    assert told["closes"].startswith(day(4))
    assert Departure.objects.get().person.email == HEAD
    assert run(*words, day(5)).code == 4
    assert run("access", "stay", HEAD).out == "The account stays open.\n"
    assert run("access", "stay", HEAD).code == 4


def test_who_may_not_act_is_refused_and_a_token_that_reads_does_not_act(world, tmp_path):
    assert run("access", "orphans").code == 3
    with signed_in(world.outsider, tmp_path):
        for words in (
            ("access", "close", HEAD, "--reason", "x"),
            ("access", "stay", HEAD),
            ("access", "invite", "new@kesh.example", "--name", "New"),
            ("access", "withdraw-invitation", HEAD),
            ("tracks", "leave", "--of", HEAD, "--until", day(9)),
            ("tracks", "change-office", str(world.offices[0].pk), HEAD, "--orphans-read"),
            ("access", "successor", str(world.audience.pk), "--email", HEAD),
            ("access", "pass-on", str(world.audience.pk), HEAD),
            ("access", "take", str(world.audience.pk)),
        ):
            assert run(*words).code == 3, words
    with signed_in(world.administrator, tmp_path, scopes=["read"]):
        assert run("access", "orphans", "--of", HEAD).code == 0
        assert run("access", "close", HEAD, "--reason", "x", "--orphans-read").code == 3
    assert Person.objects.filter(is_active=False).count() == 0


def test_somebody_is_invited_again_and_not_after_all(administrator):
    words = ("access", "invite", "new@kesh.example", "--name", "نيو", "--language", "ar", "--role", "analyst", "--json")
    told = run(*words).json
    new = Person.objects.get(email="new@kesh.example")
    assert (str(new.pk), new.language, new.roles) == (told["person"], "ar", ["analyst"])
    assert told["secret"] in told["path"]
    assert run(*words).code == 4
    assert run("access", "invite", "x@kesh.example", "--name", "X", "--role", "king").code == 2
    assert run("access", "invite-again", "new@kesh.example").code == 0
    assert run("access", "withdraw-invitation", "new@kesh.example").code == 0
    assert run("access", "withdraw-invitation", "new@kesh.example").code == 4
    assert not Link.objects.filter(person=new, ends__gt=clock.now()).exists()


def test_an_audience_is_offered_to_who_was_invited_and_its_custodian_lets_him_in(registrar, world, tmp_path):
    told = {"email": "new@kesh.example", "name": in_one("en", "new")}
    new = actions.invite(by=world.administrator, now=clock.now(), **told).person
    audience = str(world.audience.pk)
    assert run("access", "offer", audience, HEAD, "--until", day(9)).code == 2, "she has taken up her account"
    made = run("access", "offer", audience, new.email, "--until", day(9), "--json").json
    assert run("access", "offer", audience, new.email, "--until", day(9)).code == 4
    assert run("access", "offers", "--of", audience, "--json").json == [made | {"taken_up": False}]
    assert run("access", "let-in", made["id"]).code == 2
    actions.factor_added(person=new, now=clock.now(), factor="totp", secured=True)
    new.refresh_from_db()
    with signed_in(world.outsider, tmp_path / "outsider"):
        for words in (("offers", "--of", audience), ("let-in", made["id"]), ("end-offer", made["id"])):
            assert run("access", *words).code == 3, words
    with signed_in(new, tmp_path / "new"):
        assert [one["id"] for one in run("access", "offers", "--json").json] == [made["id"]]
    assert run("access", "let-in", made["id"]).code == 0
    assert Membership.objects.get(person=new).audience == world.audience
    assert run("access", "end-offer", made["id"]).code == 3


def test_the_api_offers_an_audience_too(world):
    told = {"email": "new@kesh.example", "name": in_one("en", "new")}
    new = actions.invite(by=world.administrator, now=clock.now(), **told).person
    keeper, other = Holder(world.analyst), Holder(world.head)
    path, body = f"/audiences/{world.audience.pk}/offers", {"email": new.email, "ends": f"{day(9)}T00:00:00Z"}
    assert other.post(path, body).status_code == 404
    made = keeper.post(path, body)
    assert (made.status_code, made.json()["person"]) == (201, str(new.pk))
    assert keeper.get(path).json() == [made.json()]
    assert keeper.get("/me/offers").json() == []
    offer = f"/offers/{made.json()['id']}"
    assert keeper.post(f"{offer}/let-in").status_code == 422
    assert other.post(f"{offer}/end").status_code == 404
    assert keeper.post(f"{offer}/end").json() == {"done": True}


def test_an_audience_passes_into_other_hands(registrar, world, tmp_path):
    audience = str(world.audience.pk)
    assert run("access", "successor", audience).code == 2
    told = run("access", "successor", audience, "--email", HEAD, "--json").json
    assert told["successor"] == str(world.head.pk)
    assert run("access", "successor", audience, "--nobody").code == 0
    assert Audience.objects.get().successor is None
    assert run("access", "pass-on", audience, HEAD).code == 0
    assert Audience.objects.get().custodian == world.head
    assert run("access", "pass-on", audience, HEAD).code == 3, "he keeps it no more"


def test_who_was_named_takes_an_audience_whose_custodian_left(administrator, world, tmp_path):
    run("access", "close", ANALYST, "--reason", "x", "--orphans-read")
    assert run("access", "successor", str(world.audience.pk), "--email", HEAD).code == 0
    with signed_in(world.head, tmp_path / "head"):
        assert run("access", "take", str(world.audience.pk)).code == 0
    assert Audience.objects.get().custodian == world.head


def test_an_office_changes_hands(registrar, world):
    for office in world.offices:
        new = actions.NewRelease(None, "tlp:clear", world.now, clock.now() + timedelta(days=9))
        actions.place(record=Ref("tracks", "office", office.pk), releases=[new], now=world.now, by=world.analyst)
    first, second = (str(office.pk) for office in world.offices)
    told = {one["id"]: one for one in run("tracks", "offices", "--json").json}
    assert [one["person"] for one in told[first]["holders"]] == [str(world.head.pk)]
    alone = run("tracks", "change-office", first, HEAD)
    assert (alone.code, "tracks:office" in alone.err) == (4, True)
    assert run("tracks", "change-office", first, "nobody@kesh.example").code == 3
    assert run("tracks", "change-office", first, HEAD, "--takes", second).code == 2
    words = ("--successor", "outsider@kesh.example", "--takes", second, "--until", day(90), "--json")
    assert run("tracks", "change-office", first, str(world.head.pk), *words).json["successor"] == str(world.outsider.pk)
    assert holders(world.offices[0].pk, clock.now()) == [world.outsider.pk]
    assert world.head.pk in holders(world.offices[1].pk, clock.now())


def test_a_leave_with_a_deputy_begins_and_ends(world, tmp_path):
    with signed_in(world.head, tmp_path):
        alone = run("tracks", "leave", "--until", day(9))
        assert (alone.code, "Without a holder" in alone.err) == (4, True)
        told = run("tracks", "leave", "--until", day(9), "--deputy", ENVOY, "--json").json
        assert holders(world.offices[0].pk, clock.now()) == [world.envoy.pk]
        assert [one["id"] for one in run("tracks", "leaves", "--json").json] == [told["id"]]
        assert run("tracks", "leave", "--until", day(5), "--deputy", ENVOY).code == 4
    with signed_in(world.envoy, tmp_path):
        assert "envoy stands in" in run("tracks", "leaves").out
        assert run("tracks", "end-leave", told["id"]).code == 3
    with signed_in(world.head, tmp_path):
        assert run("tracks", "end-leave", told["id"]).code == 0
        assert run("tracks", "end-leave", told["id"]).code == 4
    assert holders(world.offices[0].pk, clock.now()) == [world.head.pk]
    assert Absence.objects.count() == 1


def test_a_registrar_enters_the_leave_of_another(registrar, world):
    words = ("tracks", "leave", "--of", HEAD, "--from", day(2), "--until", day(9), "--deputy", ENVOY)
    assert run(*words).code == 0
    assert Absence.objects.get().person == world.head
    assert Holding.objects.filter(person=world.envoy).count() == 1, "who stands in holds no more than before"


def test_who_has_a_signing_key_signs_what_he_does(administrator, world, tmp_path):
    held, challenge, now = Signer.generate("mine"), b"a challenge", clock.now()
    proof = actions.Possession(challenge, held.sign(possession_statement(challenge)))
    told = {"name": "k", "public": held.verifier.public, "ends": now + timedelta(days=30), "proof": proof}
    actions.enrol_key(by=world.administrator, now=now, **told)
    words = ("access", "close", HEAD, "--reason", "x", "--orphans-read")
    refused = run(*words)
    assert (refused.code, "--key-file" in refused.err) == (3, True)
    other = tmp_path / "other.key"
    Signer.generate("other").to_file(other)
    assert run(*words, "--key-file", str(other)).code == 3
    assert Person.objects.get(email=HEAD).is_active
    mine = tmp_path / "mine.key"
    held.to_file(mine)
    done = run(*words, "--key-file", str(mine), "--json")
    assert done.code == 0, done.err
    assert "You sign this envelope" in done.err
    assert b'"signature"' in bytes(Entry.objects.get(kind="access.account-closed").envelope)
