"""People come and go, in a real browser: an office passes on, a leave is entered, an account closes after its list."""

import pytest
from running import House

DARO, ELOWA, HOBREN, TEYA = "daro", "elowa", "hobren", "teya"


@pytest.fixture(scope="module")
def own_house(tmp_path_factory):
    """A sample of its own, because who leaves here is not there for the other journeys."""
    running = House(tmp_path_factory.mktemp("people"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def states(browser, own_house):
    return own_house.sign_in(browser)


@pytest.fixture
def enter(browser, browser_context_args, own_house, states):
    """A browser of one of the five."""
    contexts = []

    def opened(name, language, path, **more):
        options = {"locale": language, "base_url": own_house.address, "storage_state": states[name]} | more
        context = browser.new_context(**browser_context_args | options)
        context.set_default_timeout(15_000)
        context.add_cookies([{"name": "django_language", "value": language, "url": own_house.address}])
        contexts.append(context)
        page = context.new_page()
        assert page.goto(path).status == 200
        return page

    yield opened
    for context in contexts:
        context.close()


def office_link(page, holder=""):
    """From the circle to the desk's page, and the link by which its holder (or this one) leaves the office."""
    page.goto("/")
    address = page.locator("a[href^='/tracks/']").first.get_attribute("href")
    situation = "/".join(address.split("/")[:3]) + "/"
    page.goto(situation + "track/government/")
    organisations = page.locator("main a[href*='/organisation/']").evaluate_all("all => all.map(a => a.href)")
    for address in dict.fromkeys(organisations):
        page.goto(address)
        link = page.locator("a[href$='/change/']", has_text=holder)
        if link.count():
            return link.first.get_attribute("href")
    raise AssertionError("no office of the government track has a holder")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_list_stands_before_every_change(enter, own_house, accessible, picture, language):
    """Every page that ends something shows what would be left without a holder, in both languages."""
    for name, path in [(HOBREN, "/access/orphans/"), (DARO, "/tracks/leave/"), (DARO, "/access/language/")]:
        accessible(enter(name, language, path))
    page = enter(TEYA, language, "/access/orphans/")
    accessible(page)
    picture(page, f"orphans-{language}")
    page = enter(HOBREN, language, "/access/people/")
    page.goto(page.locator("a[href$='/close/']").first.get_attribute("href"))
    accessible(page)
    picture(page, f"departure-{language}")
    page = enter(TEYA, language, "/")
    page.goto(office_link(page))
    accessible(page)
    picture(page, f"change-of-office-{language}")
    narrow = enter(TEYA, language, page.url, viewport={"width": 360, "height": 740}, color_scheme="dark")
    accessible(narrow)
    assert narrow.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_two_people_meet_and_the_office_passes_while_the_other_looks_on(enter):
    """Teya gives Daro's office to Elowa; Daro's own browser, open on what waits for him, follows."""
    daro = enter(DARO, "en", "/access/orphans/")
    listed = daro.locator("main ul.rows li").count()
    assert listed, "he would leave something"
    teya = enter(TEYA, "en", "/")
    teya.goto(office_link(teya, "Daro Helmin"))
    title = teya.locator("h1").inner_text()
    teya.locator("form button.main-act").last.click()
    teya.wait_for_load_state()
    assert "read the list" in teya.locator("main").inner_text(), title
    teya.locator("select[name=successor]").select_option(label="Elowa Dosse")
    teya.locator("form button.main-act").last.click()
    teya.wait_for_url(lambda address: "/organisation/" in address)
    assert "held by Elowa Dosse" in teya.locator("main").inner_text()


def test_an_account_closes_in_one_browser_and_the_other_is_out(enter):
    """The administrator reads the list, says so and closes the account; its owner's next page is the sign-in."""
    elowa = enter(ELOWA, "ar", "/access/")
    hobren = enter(HOBREN, "en", "/access/people/")
    row = hobren.locator("tr", has_text="elowa.dosse@")
    hobren.goto(row.locator("a[href$='/close/']").get_attribute("href"))
    hobren.locator("textarea[name=reason]").fill("Her term has ended.")
    hobren.locator("input[name=orphans_read]").check()
    hobren.locator("form button.main-act").last.click()
    hobren.wait_for_url("**/access/people/")
    assert "closed" in hobren.locator("tr", has_text="elowa.dosse@").inner_text()
    elowa.goto("/access/orphans/")
    assert "sign-in" in elowa.url
