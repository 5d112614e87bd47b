"""An addressee turns notices on, confirms his address by a real letter, and is told of a warning in his language."""

import re
import time

import pytest
from django.utils import translation
from mail_room import mail_server
from running import House
from test_warning import raise_warning, send

TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def mail(tmp_path_factory):
    with mail_server(tmp_path_factory.mktemp("mail"), tls="starttls") as (kept, post):
        kept.post = post
        yield kept


@pytest.fixture(scope="module")
def house(tmp_path_factory, mail):
    """A sample of its own that names a mail server and a contact for the makers of browsers."""
    settings = {
        "NINEFOLD_MAIL_HOST": mail.post.host,
        "NINEFOLD_MAIL_PORT": str(mail.post.port),
        "NINEFOLD_MAIL_FROM": "notices@talks.example",
        "NINEFOLD_MAIL_ROOTS": str(mail.post.roots),
        "NINEFOLD_PUSH_CONTACT": "mailto:operator@talks.example",
    }
    running = House(tmp_path_factory.mktemp("notices"), **settings)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def signed_in(browser, house):
    return house.sign_in(browser)


def letter_after(mail, count):
    end = time.monotonic() + 60
    while len(mail.letters) <= count:
        assert time.monotonic() < end, "no letter came"
        time.sleep(0.2)
    return mail.letters[count]


def test_a_warning_is_told_by_mail_to_who_asked_for_it(visit, language, accessible, picture, mail, house):
    before = len(mail.letters)
    page = visit(language, "daro", "/access/notices/")
    accessible(page)
    page.locator("#id_language").select_option(language)
    page.locator("form[action$='/terms/'] button").click()
    page.wait_for_load_state()
    # 1. The address: a code goes there, and is typed in.
    page.locator("#id_address").fill("daro@home.example")
    page.locator("form[action$='/notices/mail/'] button").click()
    page.wait_for_load_state()
    accessible(page)
    asked = letter_after(mail, before)
    page.locator("#id_code").fill(re.search(r"\b[A-Z2-7]{8}\b", asked.get_content())[0])
    page.locator("form[action$='/confirm/'] button").click()
    page.wait_for_load_state()
    assert "daro@home.example" in page.locator("main").inner_text()
    accessible(page)
    picture(page, f"notices-{language}")
    # 2. A warning that waits for his answer.
    analyst = visit(language, "teya")
    raise_warning(analyst)
    send(analyst)
    told = letter_after(mail, before + 1)
    with translation.override(language):
        words = translation.gettext("You have an item in Ninefold")
    assert (told["Subject"], told["To"]) == (words, "daro@home.example")
    assert told.get_content().split() == [*words.split(), f"{house.address}/"]
    # 3. Off again.
    page.goto("/access/notices/")
    page.locator("form[action$='/end/'] button").click()
    page.wait_for_load_state()
    assert "daro@home.example" not in page.locator("main").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_a_phone_in_light_and_dark(visit, language, accessible, scheme):
    page = visit(language, "daro", "/access/notices/", viewport={"width": 360, "height": 740}, color_scheme=scheme)
    accessible(page)
    assert not page.evaluate(TOO_WIDE)


def test_a_browser_shows_what_comes_and_opens_nothing_but_the_first_page(visit, house):
    """The worker as the browser runs it. Its maker is not asked: the message is handed in by the browser's tools."""
    page = visit("en", "daro", "/access/notices/")
    page.context.grant_permissions(["notifications"], origin=house.address)
    script = page.locator("#push").get_attribute("data-worker")
    tools = page.context.new_cdp_session(page)
    found = []
    tools.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(told["registrations"]))
    tools.send("ServiceWorker.enable")
    page.evaluate(
        "async (script) => { const r = await navigator.serviceWorker.register(script);"
        "while (!r.active) await new Promise((done) => setTimeout(done, 50)); }",
        script,
    )
    page.wait_for_timeout(300)
    told = {"origin": f"{house.address}/", "registrationId": found[-1]["registrationId"]}
    tools.send("ServiceWorker.deliverPushMessage", told | {"data": '{"text": "لديك أمر", "lang": "ar", "dir": "rtl"}'})
    page.wait_for_timeout(1_000)
    shown = page.evaluate(
        "async (script) => (await (await navigator.serviceWorker.getRegistration(script))"
        ".getNotifications()).map((one) => [one.title, one.lang, one.dir, one.body])",
        script,
    )
    assert shown == [["لديك أمر", "ar", "rtl", ""]]
    # A browser that cannot reach its maker says so, and nothing is turned on.
    page.locator("#push button").click()
    page.wait_for_function("document.getElementById('push-fault').textContent !== ''", timeout=30_000)
    assert "could not be subscribed" in page.locator("#push-fault").inner_text()
    assert all("Push API" in fault for fault in page.faults)
    page.faults.clear()
