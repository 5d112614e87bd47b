"""A real workspace from nothing to a warning that was answered: every record entered by people, on pages."""

import re

import pytest
from running import House
from signatures import sign_if_asked
from test_first_person import authenticated

_INVITATION = re.compile(r"http://\S+/access/invitation/[^\s<]+")


@pytest.fixture
def empty_house(tmp_path):
    running = House(tmp_path, "--empty", "--email", "first@example.org")
    yield running
    running.stop()


@pytest.fixture
def enrolled(browser, empty_house):
    """Takes up an invitation in a browser of its own, and adds a passkey."""
    contexts = []

    def enrol(link):
        context = browser.new_context(base_url=empty_house.address, locale="en")
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = authenticated(context)
        page.goto(link)
        page.locator("main form button").click()
        page.wait_for_url("**/enrol/")
        page.locator("a[href*='passkeys/add']").click()
        page.locator("main form input[type=text]").first.fill("My key")
        page.locator("#mfa_webauthn_add").click()
        page.wait_for_url(lambda address: "passkeys/add" not in address)
        return page

    yield enrol
    for context in contexts:
        context.close()


def invite(admin, name, roles):
    admin.goto("/access/people/")
    admin.fill("[name=email]", f"{name}@example.org")
    admin.fill("[name=name]", name.title())
    for role in roles.split():
        admin.check(f"[name=roles][value={role}]")
    press(admin)
    return _INVITATION.search(admin.locator("main").inner_text()).group(0)


def press(page):
    """Send the form; a page that refuses it says so in the failure."""
    page.locator("main form button.main-act").last.click()
    page.wait_for_load_state()
    sign_if_asked(page)
    assert page.locator(".errorlist, .fault").all_inner_texts() == []


def for_the_desk(page, accessible):
    """Mark the record amber, for the one audience, and send it."""
    accessible(page)
    page.select_option("[name=marking]", "tlp:amber")
    page.get_by_label("Desk", exact=True).check()
    press(page)


def enter_the_circle(registrar, accessible):
    """A situation, two organisations and a tie; the address of the ministry's page."""
    registrar.goto("/")
    registrar.get_by_role("link", name="Open a situation").click()
    registrar.fill("[name=name_en]", "River road")
    for_the_desk(registrar, accessible)
    situation = registrar.url
    pages = []
    for name, track in (("Grain board", "business"), ("Ministry", "government")):
        registrar.goto(situation)
        registrar.get_by_role("link", name="Enter an organisation").click()
        registrar.fill("[name=name_en]", name)
        registrar.select_option(f"[name=stands_in_{track}]", "national")
        for_the_desk(registrar, accessible)
        pages.append(registrar.url)
    registrar.goto(situation)
    accessible(registrar)
    registrar.get_by_role("link", name="Enter a tie").click()
    for end, name in (("source", "Grain board"), ("target", "Ministry")):
        registrar.select_option(f"[name={end}]", label=name)
    for_the_desk(registrar, accessible)
    return pages[-1]


def enter_the_right(registrar, ministry, accessible):
    """An office of the ministry, its holder, and its right to act on warnings."""
    registrar.goto(ministry)
    registrar.get_by_role("link", name="Open an office").click()
    registrar.fill("[name=title_en]", "Duty envoy")
    for_the_desk(registrar, accessible)
    registrar.get_by_role("link", name="Say who holds the office: Duty envoy").click()
    accessible(registrar)
    registrar.select_option("[name=person]", label="Bero")
    press(registrar)
    assert "held by Bero" in registrar.locator("main").inner_text()
    accessible(registrar)
    registrar.goto("/decisions/")
    registrar.get_by_role("link", name="Give an office a right to act").click()
    registrar.select_option("[name=office]", label="Duty envoy · Ministry")
    registrar.select_option("[name=place]", label="Sudan")
    for_the_desk(registrar, accessible)
    accessible(registrar)


def test_a_warning_is_sent_and_answered_in_a_real_workspace(empty_house, enrolled, accessible):
    admin = enrolled(_INVITATION.search("".join(empty_house.said)).group(0))
    # 1. The first person, who reads no record, invites two and opens an audience for one of them.
    ada, bero = (enrolled(invite(admin, *who)) for who in (("ada", "analyst registrar"), ("bero", "")))
    admin.goto("/access/audiences/new/")
    admin.fill("[name=name_en]", "Desk")
    admin.fill("[name=custodian]", "ada@example.org")
    press(admin)
    ada.goto("/access/")
    ada.get_by_role("link", name="Desk").first.click()
    for name in ("ada", "bero"):
        ada.fill("[name=email]", f"{name}@example.org")
        press(ada)
    # 2. Who is no registrar is told whom to ask.
    bero.goto("/")
    accessible(bero)
    assert "Ask a registrar" in bero.locator("main").inner_text()
    # 3. The registrar enters who is who, and who may decide.
    enter_the_right(ada, enter_the_circle(ada, accessible), accessible)
    bero.goto("/")
    assert "River road" in bero.locator("h1").inner_text()
    # 4. The warning goes its way.
    ada.goto("/warning/SDN/")
    ada.locator("a[href*='/warning/SDN/raise/']").click()
    ada.fill("[name=title_en]", "Harvest and fighting meet on the river road")
    ada.fill("[name=summary_en]", "Twelve months in a row reached the threshold; the harvest begins in six weeks.")
    ada.get_by_label("Desk", exact=True).check()
    press(ada)
    ada.wait_for_url("**/warning/warnings/*/")
    ada.locator("#send input[type=radio][name=office]").first.check()
    ada.locator("#send button.main-act").click()
    ada.wait_for_load_state()
    assert sign_if_asked(ada)
    bero.goto(ada.url)
    bero.locator("form[action$='/acknowledge/'] button").click()
    bero.wait_for_load_state()
    assert sign_if_asked(bero)
    assert "acknowledged" in bero.locator("main").inner_text()
    assert admin.goto(ada.url).status == 404
