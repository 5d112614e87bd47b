"""Two people take the whole node out, each in a browser of his own, and a third is told of each step."""

import zipfile

import pytest
from running import House

from ninefold.sealing import age

RECIPIENT = age.recipient_of(age.new_identity())
EXPORTS = "/keeping/exports/"


@pytest.fixture(params=["en", "ar"])
def own_house(request, tmp_path_factory):
    """A sample of its own: every page tells of an export for two weeks."""
    running = House(tmp_path_factory.mktemp("export"))
    yield running
    running.stop()


@pytest.fixture
def enter(browser, browser_context_args, own_house):
    """A browser of one of the five, who has just signed in by his link."""
    contexts = []

    def opened(name, language, **more):
        options = {"locale": language, "base_url": own_house.address, "accept_downloads": True}
        context = browser.new_context(**browser_context_args | options | more)
        context.set_default_timeout(15_000)
        context.add_cookies([{"name": "django_language", "value": language, "url": own_house.address}])
        contexts.append(context)
        page = context.new_page()
        page.goto(own_house.links[name])
        return page

    yield opened
    for context in contexts:
        context.close()


def act(page):
    page.locator("main .main-act").click()
    page.wait_for_load_state()


def alarms(page):
    page.goto("/")
    return page.locator("main .notice.alarm").count()


def test_two_people_take_the_whole_node_out_and_everybody_is_told(
    enter, own_house, request, accessible, picture, tmp_path
):
    language = request.node.callspec.params["own_house"]
    asker, second = enter("hobren", language), enter("teya", language)
    reader = enter("daro", language, viewport={"width": 360, "height": 740}, color_scheme="dark")
    assert alarms(reader) == 0
    asker.goto(EXPORTS)
    act(asker)
    accessible(asker)
    asker.locator("textarea[name=recipients]").fill(RECIPIENT)
    asker.locator("textarea[name=reason]").fill("Handover to the archive")
    act(asker)
    accessible(asker)
    address = asker.url
    # The second person, in a browser of his own, hears of it on whatever page he opens.
    assert alarms(second) == 1
    second.locator("main .notice.alarm a").click()
    accessible(second)
    picture(second, f"export-{language}")
    act(second)
    accessible(second)
    act(second)
    assert alarms(reader) == 1
    accessible(reader)
    asker.goto(address)
    act(asker)
    with asker.expect_download() as waiting:
        asker.locator("main .main-act").click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    with zipfile.ZipFile(file) as archive:
        assert {"backup.json", "copies/000001"} <= set(archive.namelist())
    # The reader is told of the last step, reads it, and is told no longer.
    assert alarms(reader) == 1
    reader.locator("main .notice.alarm a").click()
    accessible(reader)
    assert reader.evaluate("document.documentElement.scrollWidth <= innerWidth")
    reader.locator("form[action$='/read/'] button").click()
    reader.wait_for_load_state()
    assert alarms(reader) == 0
