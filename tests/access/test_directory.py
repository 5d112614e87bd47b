"""Signing in through a real provider on loopback, by either protocol: who gets in, and who does not."""

import os
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client

from ninefold import clock
from ninefold.access import actions
from ninefold.access.models import DirectoryLink, Person
from ninefold.access.sessions import SessionStore
from ninefold.errors import RefusedError

from .directory_scene import BACK, ENROL, ENTER, HOME, MFA, TIE, acts, provider, scene, who
from .test_nothing_is_kept import rows
from .test_signing_in import PASSWORD, code_of, confirm_password, enrolled

__all__ = ["provider", "scene"]
NOBODY = "no account here is tied"


def test_without_a_file_nothing_changes(client, db, static_files):
    assert "directory" not in client.get("/sign-in/").text
    assert django_settings.DIRECTORY is None
    assert client.post(ENTER).status_code == client.get(f"{ENTER}back/").status_code == 404


def test_forms_may_lead_to_the_provider_and_nowhere_else(scene):
    file = scene.folder / "directory.toml"
    words = "from ninefold.web.settings import CONTENT_SECURITY_POLICY as p; print(*p['DIRECTIVES']['form-action'])"
    asked = [sys.executable, "-c", words]
    told = [
        subprocess.run(asked, env=os.environ | {"NINEFOLD_DIRECTORY": named}, capture_output=True, text=True).stdout
        for named in ("", str(file))
    ]
    assert told == ["'self'\n", f"'self' {django_settings.DIRECTORY.origin}\n"]


def test_an_invited_person_ties_it_once_and_comes_in_by_it(scene):
    client, person = scene.tied()
    assert who(client) == person
    link = DirectoryLink.objects.get()
    assert (link.person, link.issuer, link.subject) == (person, scene.provider.issuer, "subject of ada")
    other = Client()
    assert scene.comes(other, "ada", next="/warning/").url == "/warning/"
    assert who(other) == person
    assert acts("directory-linked") == 1


def test_a_stranger_whom_the_provider_knows_gets_no_account(scene, client):
    before = Person.objects.count()
    answer = scene.comes(client, "eve")
    assert (answer.status_code, NOBODY in answer.text) == (403, True)
    assert Person.objects.count() == before
    assert who(client) is None


def test_an_invitation_is_not_taken_up_by_an_address_alone(scene, client):
    scene.invited("ada")
    assert NOBODY in scene.comes(client, "ada").text


def test_an_enrolled_account_is_not_taken_by_its_address(scene, client):
    enrolled(client)
    scene.provider.says(eve=MFA | {"email": "ada@example.org"})
    thief = Client()
    assert NOBODY in scene.comes(thief, "eve").text
    assert who(thief) is None


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "eve@example.org"},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": None},
        {"email": ["ada@example.org"]},
    ],
    ids=str,
)
def test_an_invitation_is_tied_only_to_its_own_verified_address(scene, claims):
    client, _ = scene.in_by_invitation()
    scene.provider.says(ada=MFA | claims)
    answer = scene.comes(client, "ada", TIE)
    assert (answer.status_code, "does not confirm the address" in answer.text) == (403, True)
    assert not DirectoryLink.objects.exists()


def test_another_subject_with_the_same_address_is_somebody_else(scene):
    scene.tied()
    scene.provider.says(ada=MFA | {"sub": "another"})
    thief = Client()
    assert NOBODY in scene.comes(thief, "ada").text
    assert who(thief) is None


def test_the_same_subject_with_another_address_is_the_same_person(scene):
    _, person = scene.tied()
    scene.provider.says(ada=MFA | {"email": "eve@example.org", "email_verified": False})
    client = Client()
    scene.comes(client, "ada")
    assert who(client) == person


def test_a_subject_opens_one_account_and_an_account_has_one(scene):
    scene.tied()
    client, _ = scene.in_by_invitation("bero")
    scene.provider.says(bero=MFA | {"sub": "subject of ada"})
    assert scene.comes(client, "bero", TIE).status_code == 409
    scene.provider.says(bero=MFA)
    scene.comes(client, "bero", TIE)
    assert scene.comes(client, "bero", TIE).status_code == 409
    assert DirectoryLink.objects.count() == 2


def test_tying_takes_a_renewed_proof_from_who_has_enrolled(scene, client, settings):
    enrolled(client)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    assert "again" in client.get(TIE).url
    assert "again" in client.post(TIE).url
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
    confirm_password(client, TIE)
    scene.provider.says(ada=MFA | {"email": "private@example.net", "email_verified": False})
    assert scene.comes(client, "ada", TIE).url == HOME
    assert DirectoryLink.objects.get().person.email == "ada@example.org"


def test_an_invitation_ends_with_the_tie_and_none_is_given_again(scene):
    _, person = scene.tied()
    assert not person.links.filter(ends__gt=clock.now()).exists()
    root = Person.objects.get(email="root@example.org")
    person.refresh_from_db()
    with pytest.raises(RefusedError, match="nobody else can open"):
        actions.invite_again(by=root, now=clock.now(), person=person)


def test_a_closed_account_is_not_opened(scene):
    _, person = scene.tied()
    root = Person.objects.get(email="root@example.org")
    actions.close_account(by=root, now=clock.now(), person=person, reason="He left.", orphans_read=True)
    assert NOBODY in scene.comes(Client(), "ada").text
    assert not DirectoryLink.objects.exists()


def test_where_the_provider_asks_for_one_factor_the_second_is_asked_for_here(scene, client):
    person, seed = enrolled(client)
    actions.link_directory(
        person=person, now=clock.now(), directory=django_settings.DIRECTORY, subject="subject of ada", email=""
    )
    scene.provider.says(ada={"amr": ["pwd"]})
    other = Client()
    assert scene.comes(other, "ada", next="/warning/").url.startswith("/sign-in/second-step/")
    assert who(other) is None
    other.post("/sign-in/second-step/", {"code": "000000"})
    assert who(other) is None
    from allauth.mfa.models import Authenticator

    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    other.post("/sign-in/second-step/", {"code": codes[0]})
    assert who(other) == person
    assert code_of(seed)


def test_who_has_no_factor_here_and_one_there_enrols_first(scene):
    scene.provider.says(ada={"amr": ["pwd"]})
    client, _ = scene.in_by_invitation()
    scene.comes(client, "ada", TIE)
    assert client.get(HOME).url == ENROL
    other = Client()
    scene.comes(other, "ada")
    assert other.get(HOME).url == ENROL
    assert other.get("/sign-in/passkeys/add/").status_code == 200


def test_a_password_alone_enrols_nothing_where_the_provider_is_the_factor(scene):
    client, person = scene.tied()
    client.post("/sign-in/password/set/", {"password1": PASSWORD, "password2": PASSWORD})
    thief = Client()
    thief.post("/sign-in/", {"login": "ada@example.org", "password": PASSWORD})
    for path in (HOME, "/sign-in/passkeys/add/", "/sign-in/app/", ENROL):
        assert thief.get(path).url == "/sign-in/", path
        thief.post("/sign-in/", {"login": "ada@example.org", "password": PASSWORD})
    person.refresh_from_db()
    assert not person.secured


def test_what_outlives_a_sign_in_takes_a_fresh_one(scene):
    client, _ = scene.tied()
    assert client.get("/sign-in/passkeys/add/").status_code == 200
    session = client.session
    session["directory_came"] |= {"since": clock.stamp(clock.now() - timedelta(minutes=6))}
    session.save()
    for path in ("/sign-in/passkeys/add/", "/access/tokens/new/", "/sign-in/password/set/"):
        assert client.get(path).url == HOME, path
    assert client.get(HOME).status_code == 200


def test_the_last_way_in_is_not_untied(scene):
    client, _ = scene.tied()
    assert client.post("/sign-in/directory/untie/").status_code == 403
    assert DirectoryLink.objects.exists()


def test_it_is_untied_where_another_way_is_left(scene, client):
    person, _ = enrolled(client)
    told = {"directory": django_settings.DIRECTORY, "subject": "subject of ada", "email": ""}
    actions.link_directory(person=person, now=clock.now(), **told)
    confirm_password(client, "/sign-in/directory/untie/")
    assert client.post("/sign-in/directory/untie/").url == HOME
    assert NOBODY in scene.comes(Client(), "ada").text


def test_an_answer_is_heard_once_and_in_the_browser_that_asked(scene):
    _, person = scene.tied()
    client, other = Client(), Client()
    answer = scene.provider.answers(scene.begun(client), "ada")
    scene.begun(other)
    assert scene.heard(other, answer).status_code == 403
    assert scene.heard(Client(), answer).status_code == 403
    scene.heard(client, answer)
    assert who(client) == person
    client.post("/sign-in/out/")
    assert scene.heard(client, answer).status_code == 403


def test_no_token_and_no_other_claim_is_kept(scene):
    scene.provider.says(ada=MFA | {"groups": ["hidden circle"], "phone_number": "+1 555 0100"})
    client, _ = scene.tied()
    scene.comes(client, "ada")
    kept = b"".join(row for _, row in rows())
    sessions = str(SessionStore(client.session.session_key).load())
    for word in ("hidden circle", "+1 555", "access_token", "eyJ"):
        assert word.encode() not in kept, word
        assert word not in sessions, word
    assert b"subject of ada" in kept


def test_every_door_of_the_directory_is_limited_whatever_the_method(scene, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "4/m/ip"}
    client = Client(REMOTE_ADDR="203.0.113.7")
    doors = [BACK] if "client_id" in vars(scene.settings.DIRECTORY) else ["/sign-in/directory/metadata/"]
    seen = [client.get(door).status_code for door in doors * 2] + [client.post(ENTER).status_code for _ in range(2)]
    assert 429 not in seen
    pages = client.get(doors[0]), client.post(ENTER)
    assert [(page.status_code, "Too many tries" in page.text, page["Retry-After"]) for page in pages] == [
        (429, True, "60")
    ] * 2
    assert Client(REMOTE_ADDR="203.0.113.8").get(doors[0]).status_code != 429
    kept = repr((cache._cache, cache._expire_info))
    assert "203.0.113" not in kept
    assert all(end - time.time() <= 3600 for end in cache._expire_info.values())
