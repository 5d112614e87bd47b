"""What is of OpenID Connect alone: what is asked, and what a lying or sick provider can do."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.test import Client

from ninefold import clock

from .directory_scene import ENTER, HOME, TIE, running, scene, who

__all__ = ["scene"]
FALSE = "does not hold"


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    yield from running("openid", tmp_path_factory.mktemp("provider"))


def test_the_sign_in_page_offers_the_provider(scene, client):
    assert "Sign in with Harbour sign-in" in client.get("/sign-in/").text
    asked = scene.begun(client)
    assert asked.startswith(f"{scene.provider.issuer}/identity/o/authorize?response_type=code&client_id=ninefold&")
    assert "code_challenge_method=S256" in asked
    assert "nonce=" in asked


@pytest.mark.parametrize(
    ("asked", "said", "strong"),
    [
        ({}, {"amr": ["mfa"], "acr": "high"}, False),
        ({"amr": ["mfa", "hwk"]}, {"amr": ["hwk"]}, True),
        ({"amr": ["mfa"]}, {"amr": "mfa"}, False),
        ({"amr": ["mfa"]}, {}, False),
        ({"acr": ["high"]}, {"acr": "high"}, True),
        ({"acr": ["high"]}, {"acr": ["high"]}, False),
        ({"acr": ["high"], "amr": ["mfa"]}, {"acr": "high"}, False),
        ({"acr": ["high"], "amr": ["mfa"]}, {"acr": "high", "amr": ["mfa"]}, True),
    ],
    ids=str,
)
def test_the_operator_says_what_stands_for_the_second_factor(scene, asked, said, strong):
    scene.named(**asked)
    client, _ = scene.in_by_invitation()
    scene.provider.says(ada=said)
    scene.comes(client, "ada", TIE)
    page = client.get(HOME)
    assert (page.status_code == 200) is strong


@pytest.mark.parametrize("change", ["state", "code", "iss", "late", "none"])
def test_a_changed_answer_signs_nobody_in(scene, change):
    scene.tied()
    client = Client()
    answer = scene.provider.answers(scene.begun(client), "ada")
    if change == "iss":
        answer += "&iss=https://elsewhere.example"
    elif change == "late":
        session = client.session
        session["directory_attempt"] |= {"since": clock.stamp(clock.now() - timedelta(minutes=11))}
        session.save()
    elif change == "none":
        answer = ENTER + "back/"
    else:
        answer = answer.replace(f"{change}=", f"{change}=x")
    assert client.get(answer).status_code == 403
    assert who(client) is None


def test_a_nonce_of_another_attempt_is_refused(scene):
    scene.tied()
    client = Client()
    begun = scene.begun(client)
    session = client.session
    session["directory_attempt"] |= {"nonce": "another"}
    session.save()
    assert FALSE in client.get(scene.provider.answers(begun, "ada")).text
    assert who(client) is None


@pytest.mark.parametrize(
    "lies",
    [
        {"signature": "none"},
        {"signature": "shared", "secret": "a secret of the client alone"},
        {"signature": "other"},
        {"signature": "broken"},
        {"claims": {"iss": "https://elsewhere.example"}},
        {"claims": {"aud": "another client"}},
        {"claims": {"aud": ["ninefold", "another client"]}},
        {"claims": {"aud": ["ninefold", "another client"], "azp": "another client"}},
        {"claims": {"aud": None}},
        {"claims": {"nonce": "another"}},
        {"claims": {"nonce": None}},
        {"claims": {"sub": None}},
        {"claims": {"sub": ""}},
        {"claims": {"sub": 7}},
        {"claims": {"exp": None}},
        {"claims": {"exp": "tomorrow"}},
        {"claims": {"iat": None}},
        {"moved": {"exp": -3600}},
        {"moved": {"iat": 3600}},
        {"moved": {"iat": -3600}},
        {"claims": {"nbf": 4_000_000_000}},
    ],
    ids=str,
)
def test_a_token_that_does_not_hold_signs_nobody_in(scene, lies):
    scene.tied()
    client = Client()
    begun = scene.begun(client)
    scene.provider.lies(**lies)
    answer = client.get(scene.provider.answers(begun, "ada"))
    assert (answer.status_code, FALSE in answer.text) == (403, True)
    assert who(client) is None


@pytest.mark.parametrize(
    "configuration",
    [
        {"issuer": "https://elsewhere.example"},
        {"authorization_endpoint": "https://elsewhere.example/authorize"},
        {"token_endpoint": "https://elsewhere.example/token"},
        {"jwks_uri": "http://127.0.0.1:1/keys"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": None},
    ],
    ids=str,
)
def test_nobody_but_the_named_provider_is_asked(scene, client, configuration):
    scene.provider.lies(configuration=configuration)
    answer = client.post(ENTER)
    assert (answer.status_code, "something else than a sign-in" in answer.text) == (403, True)


@pytest.mark.parametrize(
    "how", [{"ill": "/token", "status": 503}, {"ill": "/jwks.json", "status": 500}, {"slow": "/token", "seconds": 9}]
)
def test_a_provider_that_is_sick_or_slow_is_told_and_signs_nobody_in(scene, how):
    scene.tied()
    client = Client()
    answer = scene.provider.answers(scene.begun(client), "ada")
    scene.provider.lies(**how)
    page = client.get(answer)
    assert (page.status_code, "does not answer now" in page.text) == (503, True)
    scene.provider.lies()
    assert client.get(answer).status_code == 403
    assert who(client) is None


def test_a_provider_that_is_down_leaves_the_other_ways_open(scene, client):
    scene.provider.process.terminate()
    scene.provider.stop()
    try:
        assert client.post(ENTER).status_code == 503
        assert client.get("/sign-in/").status_code == 200
    finally:
        scene.provider.start()


def test_the_state_of_the_secret_is_not_told_on_a_page(scene):
    scene.tied()
    client = Client()
    answer = scene.provider.answers(scene.begun(client), "ada")
    django_settings.DIRECTORY.secret.chmod(0o644)
    page = client.get(answer)
    assert (page.status_code, str(scene.folder) in page.text) == (503, False)
