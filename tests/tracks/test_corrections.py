"""What was entered is put right or ended by registrars; the old value stays in the ledger."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from world import YEARS, build

from ninefold import clock
from ninefold.access.actions import NewRelease, issue_token
from ninefold.errors import ConflictError, InvalidError, RefusedError
from ninefold.ledger.models import Entry
from ninefold.tracks import actions, reads
from ninefold.tracks.models import Actor, Presence, Situation, Tie
from ninefold.tracks.versions import actor_value, office_value, tie_value, version_of
from ninefold.words.text import in_one

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]


class Valley:
    """Two organisations with a tie, shown to everybody, and a registrar."""

    def __init__(self):
        self.world = build(clock.now())
        self.registrar, self.now = self.world.analyst, self.world.now
        self.situation, self.desk = Situation.objects.get(), Actor.objects.get()
        releases = [NewRelease(None, "tlp:clear", self.now, self.now + YEARS)]
        board = actions.NewActor(uuid4(), in_one("en", "Grain bord"), None, [("business", "local")], releases)
        tie = actions.NewTie(board.id, self.desk.pk, "funds", 1, None, releases)
        told = {"by": self.registrar, "now": self.now, "situation": self.situation, "releases": releases}
        (self.tie,) = actions.enter(actors=[board], ties=[tie], **told)
        self.board = Actor.objects.get(pk=board.id)

    def told(self, **more):
        return {"by": self.registrar, "now": self.now, **more}


@pytest.fixture
def valley():
    return Valley()


def newest(kind):
    entry = Entry.objects.filter(kind=f"tracks.{kind}").latest("serial")
    return entry, bytes(entry.body.text).decode()


def visitor(person, language="en"):
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    client.force_login(person, backend=BACKEND)
    return client


def test_an_organisation_is_corrected_and_the_ledger_keeps_what_it_was(valley):
    version = version_of(actor_value(valley.board, valley.situation))
    told = {"situation": valley.situation, "actor": valley.board, "version": version, "about": None}
    right = {"name": in_one("en", "Grain board"), "stands_in": [("business", "national"), ("funding", "local")]}
    with pytest.raises(RefusedError, match="Only a registrar"):
        actions.correct_actor(**valley.told(**told, **right) | {"by": valley.world.head})
    with pytest.raises(InvalidError, match="stands in no track"):
        actions.correct_actor(**valley.told(**told, **right | {"stands_in": []}))
    actions.correct_actor(**valley.told(**told, **right))
    assert Presence.objects.filter(actor=valley.board).count() == 2
    entry, body = newest("actor-corrected")
    assert "Grain bord" in body
    assert "Grain board" in body
    assert entry.marking == "tlp:clear"
    with pytest.raises(ConflictError, match="changed this first"):
        actions.correct_actor(**valley.told(**told, **right))


def test_an_organisation_is_taken_out_and_its_ties_are_shown_no_longer(valley):
    version = version_of(actor_value(valley.board, valley.situation))
    told = {"situation": valley.situation, "actor": valley.board, "version": version}
    with pytest.raises(InvalidError, match="Say in at most"):
        actions.withdraw_actor(**valley.told(**told, reason=" "))
    actions.withdraw_actor(**valley.told(**told, reason="It was dissolved."))
    assert list(reads.ties(valley.registrar, valley.now, valley.situation)) == []
    assert "Grain bord" in newest("actor-withdrawn")[1]
    with pytest.raises(ConflictError):
        actions.withdraw_actor(**valley.told(**told, reason="again"))


def test_a_tie_is_corrected_and_ended(valley):
    version = version_of(tie_value(valley.tie))
    told = {"tie": valley.tie, "version": version}
    with pytest.raises(InvalidError, match="no known kind"):
        actions.correct_tie(**valley.told(**told, kind="loves", strength=1, since=None))
    with pytest.raises(InvalidError, match="Nothing is changed"):
        actions.correct_tie(**valley.told(**told, kind="funds", strength=1, since=None))
    actions.correct_tie(**valley.told(**told, kind="advises", strength=3, since=valley.now.date()))
    assert '"funds"' in newest("tie-corrected")[1]
    with pytest.raises(ConflictError, match="changed this first"):
        actions.end_tie(**valley.told(**told, reason="x"))
    told["version"] = version_of(tie_value(Tie.objects.get()))
    actions.end_tie(**valley.told(**told, reason="The grant ran out."))
    assert not Tie.objects.exists()
    assert '"advises"' in newest("tie-ended")[1]
    with pytest.raises(ConflictError, match="ended already"):
        actions.end_tie(**valley.told(**told, reason="x"))


def test_an_office_is_called_otherwise(valley):
    office = valley.world.offices[0]
    told = {"office": office, "version": version_of(office_value(office))}
    actions.correct_office(**valley.told(**told, title=in_one("en", "Head of Desk")))
    assert "Head of the Crisis Desk" in newest("office-corrected")[1]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_open_for_registrars_only(valley, language):
    situation, tie, board = valley.situation.pk, valley.tie.pk, valley.board.pk
    for name, args in [
        ("correct_actor", [situation, board]),
        ("withdraw_actor", [situation, board]),
        ("correct_tie", [situation, tie]),
        ("end_tie", [situation, tie]),
    ]:
        address = reverse(f"tracks:{name}", args=args)
        assert visitor(valley.registrar, language).get(address).status_code == 200, name
        assert visitor(valley.world.head, language).get(address).status_code == 403


def test_a_form_that_somebody_overtook_says_so(valley):
    page = reverse("tracks:correct_tie", args=[valley.situation.pk, valley.tie.pk])
    registrar = visitor(valley.registrar)
    told = {"kind": "advises", "strength": 2, "version": version_of(tie_value(valley.tie))}
    assert registrar.post(page, told).status_code == 302
    late = registrar.post(page, told | {"kind": "trains"})
    assert (late.status_code, "changed this first" in late.content.decode()) == (422, True)
    assert Tie.objects.get().kind == "advises"
    end = reverse("tracks:end_tie", args=[valley.situation.pk, valley.tie.pk])
    fresh = version_of(tie_value(Tie.objects.get()))
    assert registrar.post(end, {"reason": "Over.", "version": fresh}).status_code == 302
    assert not Tie.objects.exists()


def test_corrections_by_the_api(valley):
    ends = clock.now() + timedelta(days=1)
    made = issue_token(by=valley.registrar, now=clock.now(), name="t", scopes=["read", "act"], ends=ends)
    client = Client(headers={"authorization": f"Bearer {made.secret}"})
    base = f"/api/v1/tracks/situations/{valley.situation.pk}"
    (tie,) = client.get(f"{base}/ties").json()
    told = {"version": tie["version"], "kind": "trains", "strength": 2}
    assert client.post(f"{base}/ties/{tie['id']}/correct", told, content_type="application/json").status_code == 200
    assert client.post(f"{base}/ties/{tie['id']}/correct", told, content_type="application/json").status_code == 409
    actor = f"{base}/organisations/{valley.board.pk}"
    version = client.get(f"{actor}/version").json()["version"]
    told = {"version": version, "name": in_one("en", "Grain board").as_value(), "stands_in": {"business": "local"}}
    assert client.post(f"{actor}/correct", told, content_type="application/json").status_code == 200
    told = {"version": client.get(f"{actor}/version").json()["version"], "reason": "Dissolved."}
    assert client.post(f"{actor}/withdraw", told, content_type="application/json").status_code == 200
    assert client.get(f"{base}/ties").json() == []


def test_an_old_copy_does_not_bring_back_what_was_ended(valley):
    from ninefold.ledger import endings

    endings.discover()
    told = {"tie": valley.tie, "version": version_of(tie_value(valley.tie)), "reason": "Over."}
    actions.end_tie(**valley.told(**told))
    acts = [act for act in endings.acts_after(0) if act.kind == "tracks.tie-ended"]
    valley.tie.save(force_insert=True)
    assert endings.do_again(acts, valley.now) == {"tracks.tie-ended": 1}
    assert not Tie.objects.exists()
