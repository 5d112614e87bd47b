"""In through one's organisation: invited, tied, out and in again by keyboard; and a custodian lets a group in."""

import re

import pytest
from provider.running import Provider
from running import House, free_port
from signatures import sign_if_asked
from test_first_person import authenticated

_INVITATION = re.compile(r"http://\S+/access/invitation/[^\s<]+")
MFA = {"amr": ["mfa"], "groups": ["desk"]}


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def provider(tmp_path, port):
    folder = tmp_path / "provider"
    folder.mkdir()
    running = Provider(folder, f"http://localhost:{port}/sign-in/directory/back/")
    running.says(ada=MFA, bero=MFA)
    yield running
    running.stop()


@pytest.fixture
def started(tmp_path, port, provider):
    """Starts the program with further lines of the directory file; the one before is stopped."""
    houses = []

    def start(*words, **more):
        if houses:
            houses.pop().stop()
        file = provider.directory_file(tmp_path, amr=["mfa"], **more)
        houses.append(House(tmp_path, *words, port=port, NINEFOLD_DIRECTORY=str(file)))
        return houses[0]

    yield start
    houses[0].stop()


@pytest.fixture
def opened(browser, port):
    """A browser of its own; a page that logs an error or breaks the content security policy fails the test."""
    contexts = []

    def is_ours(said):
        return said.type == "error" and f":{port}/" in said.location["url"]

    def open_one():
        context = browser.new_context(base_url=f"http://localhost:{port}", locale="en")
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = authenticated(context)
        page.faults = []
        page.on("console", lambda said: page.faults.append(said.text) if is_ours(said) else None)
        return page

    yield open_one
    for context in contexts:
        assert [fault for page in context.pages for fault in getattr(page, "faults", [])] == []
        context.close()


def enrolled(page, link):
    page.goto(link)
    page.locator("main form button").click()
    page.wait_for_url("**/enrol/")
    page.locator("a[href*='passkeys/add']").click()
    page.locator("main form input[type=text]").first.fill("My key")
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda address: "passkeys/add" not in address)
    return page


def invite(admin, name):
    admin.goto("/access/people/")
    admin.fill("[name=email]", f"{name}@example.org")
    admin.fill("[name=name]", name.title())
    admin.locator("main form button.main-act").last.click()
    return _INVITATION.search(admin.locator("main").inner_text()).group(0)


def in_both(page, accessible, words):
    """The page in Arabic and then in English: both pass axe, and say what they should."""
    for language in ("ar", "en"):
        page.context.add_cookies([{"name": "django_language", "value": language, "domain": "localhost", "path": "/"}])
        page.reload()
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        accessible(page)
        assert words[language] in page.locator("main").inner_text()


def tied(page, link, accessible=None):
    page.goto(link)
    page.locator("main form button").click()
    page.wait_for_url("**/enrol/")
    if accessible:
        in_both(page, accessible, {"en": "Sign in with Harbour sign-in", "ar": "سجّل الدخول عبر Harbour sign-in"})
    page.locator("a[href$='/directory/tie/']").click()
    if accessible:
        in_both(page, accessible, {"en": "Go to Harbour sign-in", "ar": "Harbour sign-in"})
    page.locator("main form button.main-act").click()
    page.fill("[name=name]", page.name)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/access/")
    return page


def test_in_through_the_organisation_and_a_group_by_consent(started, opened, accessible):
    house = started("--empty", "--email", "first@example.org")
    admin = enrolled(opened(), _INVITATION.search("".join(house.said)).group(0))
    # 1. Two people come in through their organisation, and need no passkey here.
    ada, bero = opened(), opened()
    ada.name, bero.name = "ada", "bero"
    tied(ada, invite(admin, "ada"), accessible)
    in_both(ada, accessible, {"en": "My organisation's sign-in", "ar": "تسجيل الدخول عبر مؤسستي"})
    tied(bero, invite(admin, "bero"))
    # 2. Out, and in again with the keyboard alone.
    ada.locator("#person-switcher summary").click()
    ada.locator("#person-switcher form[action*='out'] button").click()
    ada.wait_for_load_state()
    ada.goto("/sign-in/")
    in_both(ada, accessible, {"en": "Sign in with Harbour sign-in", "ar": "سجّل الدخول عبر Harbour sign-in"})
    button = ada.get_by_role("button", name="Sign in with Harbour sign-in")
    for _ in range(60):
        if button.evaluate("one => one === document.activeElement"):
            break
        ada.keyboard.press("Tab")
    ada.keyboard.press("Enter")
    ada.wait_for_url(lambda address: address.endswith(f":{house.port}/"))
    # 3. The operator proposes a group; its custodian lets it in, and from the next sign-in on it reads.
    admin.goto("/access/audiences/new/")
    admin.fill("[name=name_en]", "Desk talks")
    admin.fill("[name=custodian]", "ada@example.org")
    admin.locator("main form button.main-act").last.click()
    admin.wait_for_load_state()
    assert sign_if_asked(admin)
    ada.goto("/access/")
    ada.get_by_role("link", name="Desk talks").first.click()
    audience = ada.url.rstrip("/").rpartition("/")[2]
    started(group=[{"group": "desk", "audience": audience, "days": 30}])
    ada.reload()
    in_both(ada, accessible, {"en": "Let in desk", "ar": "desk"})
    ada.get_by_role("button", name="Let in desk").click()
    ada.wait_for_load_state()
    in_both(ada, accessible, {"en": "Close the audience to desk", "ar": "desk"})
    bero.goto("/access/")
    assert "Desk talks" not in bero.locator("main").inner_text()
    bero.locator("#person-switcher summary").click()
    bero.locator("#person-switcher form[action*='out'] button").click()
    bero.wait_for_load_state()
    bero.goto("/sign-in/")
    bero.get_by_role("button", name="Sign in with Harbour sign-in").click()
    bero.wait_for_url(lambda address: address.endswith(f":{house.port}/"))
    bero.goto("/access/")
    assert "Desk talks" in bero.locator("main").inner_text()
