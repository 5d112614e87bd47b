"""A real workspace from nothing: the first person takes up his link, adds a passkey, leaves and comes back."""

import re

import pytest
from running import House

_INVITATION = re.compile(r"http://\S+/access/invitation/\S+")
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def empty_house(tmp_path):
    running = House(tmp_path, "--empty", "--email", "first@example.org")
    yield running
    running.stop()


def authenticated(context):
    """A page whose browser holds a virtual authenticator (WebAuthn in the Chrome DevTools Protocol)."""
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return page


def test_the_first_person_enrols_a_passkey_and_signs_in_with_it(browser, empty_house, accessible):
    link = _INVITATION.search("".join(empty_house.said)).group(0)
    context = browser.new_context(base_url=empty_house.address)
    context.set_default_timeout(15_000)
    page = authenticated(context)
    page.goto(link)
    accessible(page)
    page.locator("main form button").click()
    page.wait_for_url("**/enrol/")
    accessible(page)
    # 1. Nothing else opens before the account is secured.
    page.goto("/access/people/")
    page.wait_for_url("**/enrol/")
    # 2. The passkey is made; the page shows what to keep for the day it is lost.
    page.locator("a[href*='passkeys/add']").click()
    accessible(page)
    page.locator("main form input[type=text]").first.fill("My key")
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda address: "passkeys/add" not in address)
    accessible(page)
    # 3. Out, and in again with nothing but the passkey.
    page.goto("/access/people/")
    assert "first@example.org" in page.locator("main").inner_text()
    page.locator("#person-switcher summary").click()
    page.locator("#person-switcher form[action*='out'] button").click()
    page.wait_for_load_state()
    page.goto("/sign-in/")
    accessible(page)
    page.locator("#passkey_login").click()
    page.wait_for_url(lambda address: "/sign-in/" not in address)
    assert page.goto("/access/people/").status == 200
    context.close()


def test_the_link_works_once_and_an_empty_house_says_what_to_do_first(browser, empty_house, accessible):
    link = _INVITATION.search("".join(empty_house.said)).group(0)
    context = browser.new_context(base_url=empty_house.address)
    page = context.new_page()
    assert page.goto("/").status == 200
    assert page.locator("h1").inner_text()
    accessible(page)
    page.goto(link)
    page.locator("main form button").click()
    page.wait_for_url("**/enrol/")
    other = browser.new_context(base_url=empty_house.address).new_page()
    other.goto(link)
    if other.locator("main form button").count():
        other.locator("main form button").click()
        other.wait_for_load_state()
    assert "/enrol/" not in other.url
    assert other.goto("/sign-in/once/nl_x/").status == 404
    other.context.close()
    context.close()
