"""Every page of this room opens for whom it is meant, in English and in Arabic, and for nobody else."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import reverse

from ninefold import clock
from ninefold.access import actions, guards
from ninefold.access.actions import NewRelease
from ninefold.access.models import Audience, Membership, Person, Release, Token
from ninefold.access.urls import urlpatterns
from ninefold.access.urls_sign_in import urlpatterns as sign_in
from ninefold.ledger.refs import Ref

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]


class Scene:
    """A custodian, a member, an administrator, and a record that the member released."""

    def __init__(self, house):
        now = clock.now()
        self.root = house.root
        self.keeper, self.member = house.person("keeper"), house.person("member")
        self.outsider = house.person("outsider")
        self.talks = house.audience("Talks", self.keeper, [self.member], ends=now + timedelta(days=99))
        self.record = Ref("test", "record", uuid4())
        with transaction.atomic():
            new = NewRelease(self.talks.pk, "tlp:amber", now, now + timedelta(days=9))
            (self.release,) = actions.place(record=self.record, releases=[new], now=now, by=self.member)


@pytest.fixture
def scene(house):
    return Scene(house)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_open(scene, client, language):
    mine = [
        reverse("access:home"),
        reverse("access:new_token"),
        reverse("access:new_key"),
        reverse("access:enrol"),
        reverse("mfa_add_webauthn"),
        reverse("account_set_password"),
        reverse("account_logout"),
    ]
    audience = reverse("access:audience", args=[scene.talks.pk])
    record = reverse("access:record", args=[str(scene.record)])
    lower = reverse("access:lower", args=[scene.release.pk])
    people = [reverse("access:people"), reverse("access:new_audience"), reverse("access:close", args=[scene.member.pk])]
    for person, paths in [
        (None, [reverse("access:home"), reverse("account_login"), reverse("account_reset_password")]),
        (scene.keeper, [*mine, audience]),
        (scene.member, [*mine, audience, record, lower]),
        (scene.root, [*mine, *people]),
    ]:
        client.logout()
        if person:
            client.force_login(person)
        for path in paths:
            response = client.get(path, headers={"accept-language": language})
            assert response.status_code == 200, path
            assert f'lang="{language}"' in response.text
            assert "style=" not in response.text
            assert "<script>" not in response.text


def test_what_is_not_for_a_person_is_not_there(scene, client):
    hidden = [
        reverse("access:audience", args=[scene.talks.pk]),
        reverse("access:record", args=[str(scene.record)]),
        reverse("access:lower", args=[scene.release.pk]),
    ]
    nothing = [
        reverse("access:audience", args=[uuid4()]),
        reverse("access:record", args=[f"test:record:{uuid4()}"]),
        reverse("access:lower", args=[uuid4()]),
    ]
    for person in (scene.outsider, scene.root):
        client.force_login(person)
        for one, other in zip(hidden, nothing, strict=True):
            here, there = client.get(one), client.get(other)
            assert here.status_code == there.status_code == 404
            assert words(here, one) == words(there, other)


def words(response, path):
    """A page without its own address and its form's token."""
    lines = response.text.replace(path, "").splitlines()
    return [line for line in lines if "csrfmiddlewaretoken" not in line]


def test_a_stranger_is_sent_to_sign_in(scene, client):
    path = reverse("access:audience", args=[scene.talks.pk])
    assert client.get(path).url == f"/sign-in/?next={path}"


def test_only_administrators_run_accounts(scene, client):
    client.force_login(scene.member)
    response = client.get(reverse("access:people"))
    assert response.status_code == 403
    assert "Only an administrator" in response.text


def test_an_administrator_invites_and_opens_an_audience(scene, client):
    client.force_login(scene.root)
    new = {"email": "bob@example.org", "name": "Bob", "language": "en", "roles": ["analyst", "registrar"]}
    page = client.post(reverse("access:people"), new)
    assert "/access/invitation/nl_" in page.text
    assert "no-store" in page["Cache-Control"]
    assert Person.objects.get(email="bob@example.org").roles == ["analyst", "registrar"]
    assert "<bdi>Analyst and Registrar</bdi>" in client.get(reverse("access:people")).text
    assert "one account" in client.post(reverse("access:people"), new).text
    audience = {"name_en": "Donors", "name_authoritative": "en", "custodian": "keeper@example.org"}
    client.post(reverse("access:new_audience"), audience)
    assert Audience.objects.get(name__texts__en="Donors").custodian == scene.keeper
    wrong = client.post(reverse("access:new_audience"), audience | {"custodian": "eve@example.org"})
    assert "Nobody here has the address" in wrong.text


def test_a_custodian_adds_and_ends(scene, client):
    client.force_login(scene.keeper)
    path = reverse("access:audience", args=[scene.talks.pk])
    day = clock.now().date() + timedelta(days=9)
    assert client.post(path, {"email": "outsider@example.org", "until": day}).url == path
    row = Membership.objects.get(person=scene.outsider)
    assert row.ends.date() == day + timedelta(days=1)
    assert "already" in client.post(path, {"email": "outsider@example.org", "until": day}).text
    client.post(reverse("access:end_membership", args=[row.pk]))
    row.refresh_from_db()
    assert row.ends <= clock.now()


def test_members_are_hidden_with_the_words_of_the_refusal(scene, client):
    client.force_login(scene.member)
    page = client.get(reverse("access:audience", args=[scene.talks.pk]))
    assert "known only to its custodian" in page.text
    assert "keeper@" not in page.text


def test_a_token_is_shown_once(scene, client):
    client.force_login(scene.member)
    form = {"name": "laptop", "scope": "act", "until": clock.now().date() + timedelta(days=5)}
    secret = client.post(reverse("access:new_token"), form).context["made"].secret
    assert secret not in client.get(reverse("access:home")).text
    token = Token.objects.get()
    client.post(reverse("access:end_token", args=[token.pk]))
    token.refresh_from_db()
    assert token.ends <= clock.now()


def test_a_marking_is_lowered_on_the_page(scene, client):
    client.force_login(scene.member)
    path = reverse("access:lower", args=[scene.release.pk])
    assert "not milder" in client.post(path, {"tlp": "red", "pap": "", "reason": "x"}).text
    client.post(path, {"tlp": "green", "pap": "", "reason": "It was in the papers."})
    assert Release.objects.get(pk=scene.release.pk).marking == "tlp:green"


def test_every_address_says_whom_it_is_open_to():
    for pattern in [*urlpatterns, *sign_in]:
        assert pattern.callback.guard in (guards.OPEN, guards.SIGNED_IN), pattern


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "tomorrow", "2026-13-01", "\x00", ""])
def test_a_day_that_is_none_is_told_on_the_form(scene, client, day):
    client.force_login(scene.keeper)
    path = reverse("access:audience", args=[scene.talks.pk])
    response = client.post(path, {"email": "outsider@example.org", "until": day})
    assert response.status_code == 200
    assert "errorlist" in response.text
    assert not Membership.objects.filter(person=scene.outsider).exists()
