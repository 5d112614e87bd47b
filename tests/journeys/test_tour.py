"""The ten-minute tour, printed by `run` and walked in the browser, to the one-page brief."""

import pypdfium2
import pytest


def test_run_prints_the_address_the_links_and_the_tour(house):
    said = "".join(house.said)
    assert house.address in said
    assert len(house.links) == 5
    assert "tour" in said


def test_every_step_of_the_tour_opens(visit, language, accessible, picture):
    page = visit(language, "daro", path="/tour/")
    accessible(page)
    picture(page, f"tour-{language}")
    links = page.locator("main ol a, main a.button").evaluate_all("links => links.map(a => a.getAttribute('href'))")
    assert len(links) >= 5
    for link in dict.fromkeys(links):
        assert page.goto(link).status == 200, link


@pytest.mark.parametrize("brief", ["en", "ar"])
def test_the_brief_is_one_page(visit, brief, tmp_path, picture):
    page = visit("en", "daro", path="/warning/warnings/")
    page.locator("main table a[href*='/warning/warnings/'], main ul a[href*='/warning/warnings/']").first.click()
    page.wait_for_load_state()
    link = page.locator(f"a[href*='brief.pdf?language={brief}']").get_attribute("href")
    answer = page.request.get(link)
    assert answer.headers["content-type"] == "application/pdf"
    file = tmp_path / "brief.pdf"
    file.write_bytes(answer.body())
    document = pypdfium2.PdfDocument(file)
    assert len(document) == 1
    ink = document[0].render(scale=0.5).to_numpy()
    assert (ink < 128).mean() > 0.005


def test_the_first_page_is_light(visit):
    page = visit("en")
    sizes = page.evaluate(
        "performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))"
        ".map(each => each.encodedBodySize)"
    )
    assert sum(sizes) < 150_000


def test_other_pages_are_accessible_too(visit, language, accessible):
    page = visit(language, "teya")
    for path in ("/warning/warnings/", "/decisions/", "/access/", "/never/", "/sources/", "/warning/data/"):
        assert page.goto(path).status == 200, path
        accessible(page)
    page.goto("/there-is-no-such-page/")
    page.faults.clear()
    accessible(page)
