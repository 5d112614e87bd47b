"""A person signs what he does: with a passkey, a key of his browser; he loses one, goes on with another, and is watched
over by his own page. What he signed is checked offline.
"""

import re
import subprocess
import sys

import pytest
from running import House
from signatures import asked, sign_if_asked
from test_first_person import authenticated
from test_warning import raise_warning, send


@pytest.fixture(scope="module")
def own_house(tmp_path_factory):
    """A sample of its own: who has a key must sign, which the other journeys do not expect."""
    running = House(tmp_path_factory.mktemp("signing"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def states(browser, own_house):
    return own_house.sign_in(browser)


@pytest.fixture
def enter(browser, browser_context_args, own_house, states):
    """A browser with an authenticator, signed in as one of the five."""
    contexts = []

    def opened(name, language):
        options = {"locale": language, "base_url": own_house.address, "storage_state": states[name]}
        context = browser.new_context(**browser_context_args | options)
        context.set_default_timeout(15_000)
        context.add_cookies([{"name": "django_language", "value": language, "url": own_house.address}])
        contexts.append(context)
        return authenticated(context)

    yield opened
    for context in contexts:
        context.close()


def warned(page):
    """A warning that waits for Daro's answer; its address."""
    address = raise_warning(page)
    send(page)
    return address


def add_passkey(page, name):
    page.goto("/sign-in/passkeys/add/")
    again(page)
    page.locator("main form input[type=text]").first.fill(name)
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda address: "passkeys/add" not in address)


def again(page):
    """Prove once more that it is him, where he is asked to."""
    if page.locator("#mfa_webauthn_reauthenticate").count():
        page.locator("#mfa_webauthn_reauthenticate").click()
        page.wait_for_url(lambda address: "/again/" not in address)


def make_key(page, look=lambda _: None):
    """A key of this browser."""
    page.goto("/access/keys/browser/")
    again(page)
    look(page)
    page.locator("main form input[name=name]").fill("This browser")
    page.locator("main form button.main-act").click()
    page.wait_for_url(re.compile("/access/$"))


def acknowledge(page, address):
    page.goto(address)
    page.locator("form[action$='/acknowledge/'] button").click()
    page.wait_for_load_state()


def proof_of_the_answer(page, address, tmp_path):
    """The proof file of the acknowledgement, once it and the key are published."""
    page.goto(address)
    page.locator("a.provenance").last.click()
    for _ in range(30):
        if page.locator("a[download]").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    with page.expect_download() as waiting:
        page.locator("a[download]").click()
    file = tmp_path / "answer.tlog-proof"
    waiting.value.save_as(file)
    return file


def verify(file, *words):
    command = [sys.executable, "-I", "-m", "ninefold", "verify", str(file), *words]
    return subprocess.run(command, env={}, cwd=file.parent, capture_output=True, text=True)


def label_of(page):
    page.goto("/access/")
    return page.locator("#label").inner_text().strip()


def end_keys(page, reason):
    """End every key that lives."""
    while True:
        page.goto("/access/")
        ends = page.locator("a[href*='/access/keys/'][href$='/end/']")
        if not ends.count():
            return
        ends.first.click()
        page.wait_for_load_state()
        again(page)
        page.locator(f"input[value={reason}]").check()
        page.locator("main form button.main-act").click()
        page.wait_for_load_state()
        if "/remove/" in page.url:
            page.locator("main form button.main-act").click()
            page.wait_for_load_state()


def test_an_answer_is_signed_with_a_passkey_and_checked_offline(enter, language, accessible, picture, tmp_path):
    analyst, envoy = enter("teya", language), enter("daro", language)
    address = warned(analyst)
    add_passkey(envoy, "Phone")
    acknowledge(envoy, address)
    assert asked(envoy)
    accessible(envoy)
    picture(envoy, f"sign-{language}")
    assert "warning.acknowledged" in envoy.locator("[data-envelope]").inner_text()
    assert sign_if_asked(envoy)
    assert envoy.locator("form[action$='/acknowledge/']").count() == 0
    file = proof_of_the_answer(envoy, address, tmp_path)
    accessible(envoy)
    label = label_of(envoy)
    accessible(envoy)
    picture(envoy, f"keys-{language}")
    done = verify(file, "--signer", label)
    assert done.returncode == 0, done.stderr
    assert "own passkey" in done.stdout
    assert verify(file, "--signer", "00" * 32).returncode == 3
    # Lost: what he signed stays, what comes after is his to sign with another one.
    end_keys(envoy, "lost")
    assert verify(file, "--signer", label).returncode == 0
    add_passkey(envoy, "Second phone")
    second = warned(analyst)
    acknowledge(envoy, second)
    assert envoy.locator("#sign button[data-key]").count() == 1
    assert sign_if_asked(envoy)
    assert envoy.locator("form[action$='/acknowledge/']").count() == 0
    end_keys(envoy, "lost")


def test_an_answer_is_signed_with_a_key_of_the_browser_only(enter, browser, language, accessible, own_house, states):
    analyst, envoy = enter("teya", language), enter("daro", language)
    make_key(envoy, accessible)
    accessible(envoy)
    address = warned(analyst)
    # In another browser the key is not there, and nothing is signed.
    other = enter("daro", language)
    acknowledge(other, address)
    assert asked(other)
    other.locator("#sign button[data-key]").first.click()
    other.locator("#sign").get_by_text(other.locator("#sign").get_attribute("data-elsewhere")).wait_for()
    acknowledge(envoy, address)
    assert sign_if_asked(envoy)
    assert envoy.locator("form[action$='/acknowledge/']").count() == 0
    end_keys(envoy, "lost")


def test_a_page_that_shows_something_else_is_not_signed(enter):
    analyst, envoy = enter("teya", "en"), enter("daro", "en")
    add_passkey(envoy, "Phone")
    acknowledge(envoy, warned(analyst))
    assert asked(envoy)
    for part in ("envelope", "body", "digest"):
        shown = envoy.locator(f"[data-{part}]")
        true = shown.inner_text()
        shown.evaluate("(place, text) => { place.textContent = text; }", f"{true}x")
        envoy.locator("#sign button[data-key]").first.click()
        envoy.locator("#sign").get_by_text(envoy.locator("#sign").get_attribute("data-wrong")).wait_for()
        shown.evaluate("(place, text) => { place.textContent = text; }", true)
        envoy.locator("#sign [data-told]").evaluate("place => { place.textContent = ''; }")
    end_keys(envoy, "lost")


def test_his_own_page_watches_his_label(enter, language, accessible):
    envoy = enter("daro", language)
    add_passkey(envoy, "Phone")
    envoy.wait_for_timeout(4_000)  # two beats: the listing and its tag are in the tree
    envoy.goto("/access/")
    watch = envoy.locator("[data-watch]")
    first = watch.get_attribute("data-first")
    watch.get_by_text(first).wait_for()
    accessible(envoy)
    watch.locator("button").click()
    watch.get_by_text(watch.get_attribute("data-quiet")).wait_for()
    make_key(envoy)
    envoy.wait_for_timeout(4_000)
    envoy.goto("/access/")
    watch.get_by_text(watch.get_attribute("data-strange")).wait_for()
    assert "alarm" in watch.get_attribute("class")
    accessible(envoy)
    # A log that shows this browser another past is found out.
    slot = "Object.keys(localStorage).find(name => name.startsWith('ninefold.watch'))"
    change = "state.roots[0] = state.roots[0].replace(/./g, '0')"
    envoy.evaluate(
        f"() => {{ const slot = {slot}; const state = JSON.parse(localStorage.getItem(slot)); {change};"
        " localStorage.setItem(slot, JSON.stringify(state)); }"
    )
    envoy.reload()
    watch.get_by_text(watch.get_attribute("data-broken")).wait_for()
    end_keys(envoy, "lost")
