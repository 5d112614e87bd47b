"""A warning that is used: raised, not sent to nobody, sent, seen live by its addressee, answered, timed."""

import pytest

TITLE = "Harvest and fighting meet on the river road"
WHY = "Twelve months in a row reached the threshold, and the harvest begins in six weeks."


def raise_warning(page, country="SDN"):
    """The analyst raises a draft; the address of its page."""
    page.goto(f"/warning/{country}/")
    page.locator(f"a[href*='/warning/{country}/raise/']").click()
    page.wait_for_load_state()
    # Whoever reads Arabic writes Arabic: his language is the authoritative one unless he says otherwise.
    written_in = page.locator("html").get_attribute("lang")
    page.locator(f"[name=title_{written_in}]").fill(TITLE)
    page.locator(f"[name=summary_{written_in}]").fill(WHY)
    for box in page.locator("input[type=checkbox][name=audiences]").all()[:1]:
        box.check()
    page.locator("main form button.main-act").click()
    page.wait_for_url("**/warning/warnings/*/")
    return page.url


def send(page, minutes=None):
    page.locator("#send input[type=radio], #send select").first.focus()
    if page.locator("#send input[type=radio][name=office]").count():
        page.locator("#send input[type=radio][name=office]").first.check()
    page.locator("#send button.main-act").click()
    page.wait_for_load_state()


def test_the_life_of_a_warning(visit, language, accessible, picture):
    analyst = visit(language, "teya")
    address = raise_warning(analyst)
    accessible(analyst)
    # Without an addressee nothing is sent: the browser's own check is stepped over, the rule stands behind it.
    analyst.locator("#send form").evaluate("form => form.noValidate = true")
    analyst.locator("#send form").evaluate(
        "form => form.querySelectorAll('[name=office]').forEach(field => field.disabled = true)"
    )
    analyst.locator("#send button.main-act").click()
    analyst.wait_for_load_state()
    analyst.faults.clear()
    assert analyst.locator(".errorlist, .notice.alarm").count()
    analyst.goto(address)
    addressee = visit(language, "daro")
    send(analyst)
    # The addressee's open front page follows without a reload.
    addressee.wait_for_selector(f"aside a[href*='{address.rsplit('/warning/warnings/')[1]}']", timeout=10_000)
    addressee.goto(address)
    accessible(addressee)
    picture(addressee, f"warning-{language}")
    addressee.locator("form[action$='/acknowledge/'] button").click()
    addressee.wait_for_load_state()
    assert addressee.locator("form[action$='/acknowledge/']").count() == 0
    assert addressee.locator("dl.facts strong").count() == 1
    analyst.wait_for_selector("dl.facts strong", timeout=10_000)


def test_a_decline_needs_a_reason_and_passes_it_on(visit, language):
    analyst = visit(language, "teya")
    address = raise_warning(analyst, "MLI")
    send(analyst)
    head = visit(language, "daro", path=address)
    reason = head.locator("form[action$='/decline/'] textarea")
    reason.fill("no")
    head.locator("form[action$='/decline/']").evaluate("form => form.noValidate = true")
    head.locator("form[action$='/decline/'] button").click()
    head.wait_for_load_state()
    head.faults.clear()
    assert head.locator(".errorlist, .notice.alarm").count()
    head.goto(address)
    head.locator("form[action$='/decline/'] textarea").fill("The ministry has handed this file to the duty envoy.")
    head.locator("form[action$='/decline/'] button").click()
    head.wait_for_load_state()
    envoy = visit(language, "elowa", path=address)
    assert envoy.locator("form[action$='/acknowledge/'] button").is_enabled()


@pytest.mark.parametrize("person", [None, "velune", "hobren"])
def test_who_is_not_in_the_audience_finds_nothing(visit, house, person):
    analyst = visit("en", "teya")
    address = raise_warning(analyst, "NER")
    other = visit("en", person)
    answer = other.goto(address)
    other.faults.clear()
    assert answer.status == 404
    absent = other.goto(address[:-13] + "0123456789ab/")
    other.faults.clear()
    assert absent.status == 404
    assert TITLE not in other.content()


def test_a_clock_that_runs_out_passes_the_warning_on(visit):
    envoy = visit("en", "elowa", path="/warning/warnings/")
    envoy.locator("a", has_text="Philippines").first.click()
    envoy.wait_for_load_state()
    assert envoy.locator("table tbody tr").count() == 2
    assert envoy.locator("form[action$='/acknowledge/'] button").is_enabled()
