"""The front page: the circle, for a stranger and for each reader, by mouse, by keyboard and as a table."""

import pytest

RING = 8


def figures(page):
    """What the table says: organisations and ties of each track, in the order of the circle."""
    rows = page.locator("#circle-table tbody tr")
    return [
        [cell.strip() for cell in rows.nth(at).locator("td.number").all_text_contents()] for at in range(rows.count())
    ]


def test_a_stranger_reads_the_circle_in_his_language(visit, language, accessible, picture):
    page = visit(language)
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    assert page.url.endswith("/")
    assert len(figures(page)) == RING + 1
    assert page.locator(".for-desk svg a").count() >= RING + 1
    accessible(page)
    picture(page, f"circle-{language}")
    page.locator("#circle-table summary").click()
    accessible(page)


def test_the_circle_is_walked_by_keyboard(visit, language):
    page = visit(language)
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        where = page.evaluate(
            "document.activeElement.closest('.for-desk svg') && document.activeElement.getAttribute('href')"
        )
        if where and where not in reached:
            reached.append(where)
    assert len(reached) >= RING + 1
    page.locator(f".for-desk svg a[href='{reached[0]}']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/track/**")
    assert page.locator("h1").inner_text()


def test_the_same_page_changes_with_its_reader(visit, language):
    seen = {person: figures(visit(language, person)) for person in (None, "teya", "daro", "elowa", "velune", "hobren")}
    assert seen["hobren"] == seen[None]
    assert len({str(rows) for rows in seen.values()}) == 5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(visit, language, scheme, accessible, picture):
    page = visit(language, viewport={"width": 390, "height": 844}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    accessible(page)
    picture(page, f"circle-phone-{scheme}-{language}")


def switch(page, name=None):
    """Go on as the person of this name, or as the first of the others; his name."""
    page.locator("#person-switcher summary").click()
    others = page.locator("#person-switcher button[name=person]")
    chosen = others.filter(has_text=name).first if name else others.first
    who = chosen.inner_text()
    chosen.click()
    page.wait_for_load_state()
    return who


def test_the_person_switcher_changes_the_reader(visit, language, signed_in):
    page = visit(language, "velune")
    me = page.locator("#person-switcher summary bdi").inner_text()
    before = figures(page)
    switch(page)
    assert figures(page) != before
    switch(page, me)
    assert figures(page) == before
    # Each switch is a sign-in: the cookie of before has ended.
    signed_in["velune"] = page.context.storage_state()


def test_it_reads_without_script(visit, language):
    page = visit(language, java_script_enabled=False)
    assert page.locator(".for-desk svg").is_visible()
    assert len(figures(page)) == RING + 1
