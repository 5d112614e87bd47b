"""A registrar enters situations, organisations, ties, offices and holders by page and API; nobody else does."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from world import build

from ninefold import clock
from ninefold.access.actions import issue_token
from ninefold.ledger.models import Entry
from ninefold.tracks import reads
from ninefold.tracks.models import Actor, Holding, Office, Situation, Tie

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]


@pytest.fixture
def present():
    """The world of now, because pages ask the clock."""
    return build(clock.now())


@pytest.fixture
def situation(present):
    return Situation.objects.get()


def visitor(person):
    client = Client(headers={"accept-language": "en"})
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(person, backend=BACKEND)
    return client


def named(name, **more):
    return {"name_en": name, "name_authoritative": "en", **more}


def to(world, marking="tlp:amber"):
    return {"marking": marking, "audiences": [str(world.audience.pk)]}


def entered(world, situation, **more):
    told = named("Grain board", stands_in_business="national") | to(world) | more
    return visitor(world.analyst).post(f"/tracks/{situation.pk}/organisation/new/", told)


def newest():
    return Entry.objects.latest("serial")


def test_a_registrar_opens_a_situation_for_its_readers_only(present):
    before = Entry.objects.count()
    told = named("Ridge talks", since="2026-01-05") | to(present)
    answer = visitor(present.analyst).post("/tracks/new/", told)
    opened = Situation.objects.get(since="2026-01-05")
    assert (answer.status_code, answer["location"]) == (302, f"/tracks/{opened.pk}/")
    assert Entry.objects.count() == before + 2  # one tells whom it was released to
    assert (newest().kind, newest().marking) == ("tracks.situation-opened", "tlp:amber")
    assert visitor(present.head).get(f"/tracks/{opened.pk}/").status_code == 200
    assert visitor(present.outsider).get(f"/tracks/{opened.pk}/").status_code == 404


def test_everybody_reads_only_what_is_clear_and_what_was_typed_stays(present):
    told = named("Ridge talks", since="2026-01-05", marking="tlp:amber", audiences=["everybody"])
    answer = visitor(present.analyst).post("/tracks/new/", told)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Only tlp:clear is released to everybody" in page
    assert "Ridge talks" in page
    assert 'value="2026-01-05"' in page
    assert 'value="everybody"' in page
    assert Situation.objects.count() == 1
    assert visitor(present.analyst).post("/tracks/new/", told | {"marking": "tlp:clear"}).status_code == 302
    assert reads.situations(None, clock.now()).count() == 2


def test_an_organisation_stands_in_several_tracks(present, situation):
    answer = entered(present, situation, stands_in_funding="local")
    board = Actor.objects.get(presences__track="funding")
    assert answer["location"] == f"/tracks/{situation.pk}/organisation/{board.pk}/"
    assert set(board.presences.values_list("track", "level")) == {("business", "national"), ("funding", "local")}
    assert newest().kind == "tracks.circle-entered"
    assert visitor(present.head).get(answer["location"]).status_code == 200
    assert visitor(present.outsider).get(answer["location"]).status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stands_in_business": ""}, "Choose a level in at least one track."),
        ({"stands_in_business": "galactic"}, "galactic"),
        ({"audiences": []}, "This is needed; fill it in."),
        ({"name_en": ""}, "Write the text in at least one language."),
    ],
    ids=["no track", "no such level", "nobody", "no name"],
)
def test_what_is_missing_is_named_and_nothing_is_entered(present, situation, changes, words):
    before = (Actor.objects.count(), Entry.objects.count())
    answer = entered(present, situation, **{"about_en": "Buys the harvest.", "about_authoritative": "en"} | changes)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "Buys the harvest." in answer.content.decode()
    assert (Actor.objects.count(), Entry.objects.count()) == before


def test_a_tie_joins_two_once(present, situation):
    entered(present, situation)
    desk, board = Office.objects.first().actor, Actor.objects.get(presences__track="business")
    told = {"source": str(desk.pk), "target": str(board.pk), "kind": "consults", "strength": "2", **to(present)}
    registrar, address = visitor(present.analyst), f"/tracks/{situation.pk}/tie/new/"
    assert registrar.post(address, told).status_code == 302
    assert Tie.objects.get().kind == "consults"
    again = registrar.post(address, told)
    assert again.status_code == 422
    assert "stands already" in again.content.decode()
    assert "joins two organisations" in registrar.post(address, told | {"target": str(desk.pk)}).content.decode()
    assert Tie.objects.count() == 1


def test_an_office_is_opened_and_held_and_its_holder_is_named_to_registrars(present, situation):
    entered(present, situation)
    board = Actor.objects.get(presences__track="business")
    page, registrar = f"/tracks/{situation.pk}/organisation/{board.pk}/", visitor(present.analyst)
    told = {"title_en": "Grain envoy", "title_authoritative": "en", **to(present)}
    assert registrar.post(page + "office/new/", told)["location"] == page
    office = Office.objects.get(actor=board)
    assert (newest().kind, newest().subject_id) == ("tracks.office-opened", office.pk)
    day = clock.now().date()
    held = {"person": str(present.envoy.pk), "starts": str(day), "ends": str(day + timedelta(days=30))}
    holder = f"/tracks/{situation.pk}/office/{office.pk}/holder/new/"
    assert registrar.post(holder, held)["location"] == page
    assert Holding.objects.get(office=office).person == present.envoy
    assert (newest().kind, newest().marking) == ("tracks.office-given", "tlp:amber")
    assert "held by envoy" in registrar.get(page).content.decode()
    seen = visitor(present.head).get(page).content.decode()
    assert "Grain envoy" in seen
    assert "held by" not in seen
    for changes, words in (
        ({}, "already"),
        ({"person": str(present.administrator.pk)}, "not one of the available choices"),
        ({"person": str(present.head.pk), "starts": "2020-01-01"}, "choose today or a later day"),
        ({"person": str(present.head.pk), "ends": "2020-01-01"}, "choose a later end"),
        ({"person": str(present.head.pk), "ends": "2899-01-01"}, "ten years"),
    ):
        answer = registrar.post(holder, held | changes)
        assert (answer.status_code, words in answer.content.decode()) == (422, True), words
    assert Holding.objects.filter(office=office).count() == 1


@pytest.mark.parametrize("path", ["new/", "{0}/organisation/new/", "{0}/tie/new/"])
def test_who_is_no_registrar_is_refused_in_the_words_of_the_disabled_button(present, situation, path):
    reason = "Only a registrar enters organisations, offices and ties; ask one of them."
    head, address = visitor(present.head), "/tracks/" + path.format(situation.pk)
    page = head.get(f"/tracks/{situation.pk}/").content.decode()
    assert reason in page
    assert "<button disabled" in page
    for answer in (head.get(address), head.post(address, named("Mine", **to(present)))):
        assert answer.status_code == 403
        assert reason in answer.content.decode()
    assert Client().get(address).status_code == 302


def test_a_hidden_situation_is_not_there_for_a_registrar_either(present):
    visitor(present.analyst).post("/tracks/new/", named("Ridge", since="2026-01-05") | to(present))
    hidden = Situation.objects.get(since="2026-01-05")
    present.outsider.roles = ["registrar"]
    present.outsider.save()
    assert visitor(present.outsider).get(f"/tracks/{hidden.pk}/organisation/new/").status_code == 404
    foreign = named("Theirs", since="2026-01-06") | to(present)
    assert visitor(present.outsider).post("/tracks/new/", foreign).status_code == 422


def caller(person):
    now = clock.now()
    made = issue_token(by=person, now=now, name="t", scopes=("read", "act"), ends=now + timedelta(days=1))
    client = Client(headers={"authorization": f"Bearer {made.secret}", "accept-language": "en"})

    def call(path, body=None):
        if body is None:
            return client.get("/api/v1" + path)
        return client.post("/api/v1" + path, body, content_type="application/json")

    return call


def text(words):
    return {"texts": {"en": words}, "authoritative": "en"}


def test_the_same_acts_by_the_api(present):
    call = caller(present.analyst)
    opened = call("/tracks/situations", {"name": text("Ridge"), "since": "2026-01-05", **to(present)})
    assert opened.status_code == 201
    here = f"/tracks/situations/{opened.json()['id']}"
    ids = []
    for name, track in (("Board", "business"), ("Choir", "religion")):
        answer = call(f"{here}/organisations", {"name": text(name), "stands_in": {track: "local"}, **to(present)})
        ids.append(answer.json()["id"])
    tie = {"source": ids[0], "target": ids[1], "kind": "funds", "strength": 1, **to(present)}
    assert call(f"{here}/ties", tie).status_code == 201
    assert call(f"{here}/ties", tie).status_code == 409
    assert {one["id"] for one in call(f"{here}/organisations").json()} == set(ids)
    office = call(f"/tracks/organisations/{ids[0]}/offices", {"title": text("Envoy"), **to(present)}).json()
    assert office["id"] in {one["id"] for one in call("/tracks/offices").json()}
    ends = (clock.now() + timedelta(days=30)).isoformat()
    held = call(f"/tracks/offices/{office['id']}/holders", {"email": present.envoy.email, "ends": ends})
    assert (held.status_code, held.json()["person"]) == (201, str(present.envoy.pk))


def test_the_api_refuses_what_it_does_not_know_and_who_may_not(present):
    told = {"name": text("Ridge"), "since": "2026-01-05", **to(present)}
    before = (Situation.objects.count(), Entry.objects.exclude(kind__startswith="access.").count())
    stray = caller(present.analyst)("/tracks/situations", told | {"stray": 1})
    assert (stray.status_code, "stray" in stray.json()["message"]) == (422, True)
    nobody = caller(present.analyst)("/tracks/situations", told | {"audiences": []})
    assert (nobody.status_code, "at least one audience" in nobody.json()["message"]) == (422, True)
    foreign = caller(present.outsider)("/tracks/situations", told)
    assert (foreign.status_code, "Only a registrar" in foreign.json()["message"]) == (403, True)
    assert (Situation.objects.count(), Entry.objects.exclude(kind__startswith="access.").count()) == before
