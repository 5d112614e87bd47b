"""In through an organisation that speaks SAML and encrypts, from another site: invited, tied, out, and in again."""

import subprocess
import sys

import pytest
from provider.saml.running import SamlProvider
from running import House, free_port
from test_directory import _INVITATION, enrolled, in_both, invite, opened, tied

from ninefold.access.directory.saml.own import own_certificates

__all__ = ["opened"]
ADA = {"amr": ["mfa"]}
GCM = {
    "data": "http://www.w3.org/2009/xmlenc11#aes256-gcm",
    "key": "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
    "session": "aes-256",
}


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def provider(tmp_path, port):
    folder = tmp_path / "provider"
    folder.mkdir()
    running = SamlProvider(folder, f"http://localhost:{port}")
    running.says(ada=ADA)
    yield running
    running.stop()


@pytest.fixture
def house(tmp_path, port, provider):
    file = provider.directory_file(tmp_path, amr=["mfa"])
    started = House(tmp_path, "--empty", "--email", "first@example.org", port=port, NINEFOLD_DIRECTORY=str(file))
    # While it runs: the operator makes a key, and hands the description over.
    words = ["access", "directory-key", "make", "--workspace", started.workspace]
    subprocess.run([sys.executable, "-m", "ninefold", *words], check=True, capture_output=True)
    provider.knows(*own_certificates(started.workspace))
    provider.lies(encrypt=GCM)
    yield started
    started.stop()


def out(page):
    page.locator("#person-switcher summary").click()
    page.locator("#person-switcher form[action*='out'] button").click()
    page.wait_for_load_state()


def test_in_through_saml_from_another_site(house, opened, provider, accessible, browser):
    admin = enrolled(opened(), _INVITATION.search("".join(house.said)).group(0))
    link = invite(admin, "ada")
    # 1. The provider is another site (127.0.0.1, not localhost), so the browser keeps our cookies back when it posts.
    ada = opened()
    ada.name = "ada"
    bare = []
    ada.on("request", lambda asked: bare.append(asked.headers) if asked.url.endswith("/directory/answer/") else None)
    tied(ada, link, accessible)
    assert len(bare) == 2
    in_both(ada, accessible, {"en": "My organisation's sign-in", "ar": "تسجيل الدخول عبر مؤسستي"})
    # 2. Out, and in again.
    out(ada)
    ada.goto("/sign-in/")
    in_both(ada, accessible, {"en": "Sign in with Harbour sign-in", "ar": "سجّل الدخول عبر Harbour sign-in"})
    ada.get_by_role("button", name="Sign in with Harbour sign-in").click()
    ada.wait_for_url("**/sso**")
    ada.fill("[name=name]", "ada")
    ada.get_by_role("button", name="Go on").click()
    ada.wait_for_url(lambda address: address.endswith(f":{house.port}/"))
    # 3. Without script the page that hands the answer on is there to be read, in either language.
    out(ada)
    for language, direction in (("en", "ltr"), ("ar", "rtl")):
        context = browser.new_context(base_url=house.address, locale=language, java_script_enabled=False)
        page = context.new_page()
        page.goto("/sign-in/")
        page.locator("form[action$='/sign-in/directory/'] button").click()
        page.fill("[name=name]", "ada")
        page.locator("button").click()
        page.locator("input[type=submit]").click()
        assert page.locator("html").get_attribute("dir") == direction
        page.locator("main button").click()
        page.wait_for_url(lambda address: address.endswith(f":{house.port}/"))
        context.close()


def test_the_page_between_two_sites_is_for_everybody(house, browser, accessible):
    context = browser.new_context(base_url=house.address)
    # Held still, so that it can be looked at: its script would go on at once.
    context.route("**/go_on*.js", lambda asked: asked.abort())
    page = context.new_page()
    for language in ("ar", "en"):
        context.add_cookies([{"name": "django_language", "value": language, "domain": "localhost", "path": "/"}])
        page.set_content(
            f'<form method="post" action="{house.address}/sign-in/directory/answer/"><button>x</button></form>'
        )
        page.locator("button").click()
        page.wait_for_url("**/answer/")
        accessible(page)
    context.close()
