"""What a stolen cookie, a link in the wrong hands, and the operator's screen give away."""

import pytest

from ninefold import clock
from ninefold.access import actions
from ninefold.access.models import Key, Link, Person, Token

from .enrolling import enrol, set_password, take_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def stolen(house, visitor):
    """The cookie of somebody who enrolled a while ago."""
    bob, client = house.invited("bob"), visitor()
    take_up(client, bob.secret)
    set_password(client)
    enrol(client)
    session = client.session
    session["account_authentication_methods"] = [
        {**method, "at": method["at"] - 3600} for method in session["account_authentication_methods"]
    ]
    session.save()
    assert client.get("/access/").status_code == 200
    return client


def test_a_stolen_cookie_makes_nothing_that_outlives_it(stolen):
    """A token lives for months and a key for years: both ask for the person again."""
    day = clock.now().date().replace(month=12, day=31)
    for path, form in [
        ("/access/tokens/new/", {"name": "x", "scope": "act", "until": day}),
        (
            "/access/keys/new/",
            {"name": "x", "public": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"},
        ),
    ]:
        assert stolen.get(path).url.startswith("/sign-in/again/"), path
        assert stolen.post(path, form | {"until": day}).url.startswith("/sign-in/again/"), path
    assert not Token.objects.exists()
    assert not Key.objects.exists()


def test_a_stolen_cookie_sets_no_first_password(stolen):
    """A person with a passkey alone has no password; one set by a thief would prove him to be that person."""
    bob = Person.objects.get(email="bob@example.org")
    bob.set_unusable_password()
    Person.objects.filter(pk=bob.pk).update(password=bob.password)
    stolen.force_login(bob, backend="allauth.account.auth_backends.AuthenticationBackend")
    new = {"password1": "another long password 1", "password2": "another long password 1"}
    assert stolen.post("/sign-in/password/set/", new).url.startswith("/sign-in/again/")
    assert not Person.objects.get(pk=bob.pk).has_usable_password()


@pytest.mark.parametrize(
    "header", [{"Sec-Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}]
)
def test_a_link_that_is_only_looked_at_still_works(house, visitor, header):
    """Programs that show what is behind a link ask for its head, or fetch it ahead."""
    secret = actions.sample_link(person=house.person("ada"), now=clock.now())
    path = f"/sign-in/once/{secret}/"
    assert visitor().head(path).status_code == 405
    assert visitor().get(path, headers=header).status_code == 503
    assert not Link.objects.get(purpose="sample").used
    assert visitor().get(path).status_code == 302
    assert Link.objects.get(purpose="sample").used


def test_no_refusal_writes_an_address_to_the_operators_screen(visitor, caplog, static_files):
    """An address may hold the secret of an invitation, and always tells who did what."""
    with caplog.at_level("DEBUG"):
        assert visitor(enforce_csrf_checks=True).post("/access/invitation/nl_secret/").status_code == 403
        assert visitor().get("/access/invitation/nl_secret/", headers={"host": "evil.example"}).status_code == 400
    assert "nl_secret" not in caplog.text
    assert "evil.example" not in caplog.text
