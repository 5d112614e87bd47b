"""The warning board: map, list, country, replay, and the same as files."""

import csv
import io
import json

ORDER = ["almost certain", "very likely", "likely", "roughly even chance", "unlikely", "very unlikely"]


def test_the_board_is_a_stated_replay(visit, language, accessible, picture):
    page = visit(language, path="/warning/")
    assert page.locator("[role=note]").first.is_visible()
    assert page.locator("input#origin").input_value() == "2024-04"
    assert page.locator("svg a[href*='/warning/SDN/']").count() >= 1
    accessible(page)
    picture(page, f"board-{language}")


def test_the_list_stands_by_probability(visit):
    page = visit("en", path="/warning/")
    body = page.request.get("/warning/board.json").json()
    shares = [row["probability"] for row in body["rows"] if row["probability"] is not None]
    assert shares == sorted(shares, reverse=True)
    words = page.locator("main table tbody tr td:nth-child(2)").all_inner_texts()
    places = [next(at for at, word in enumerate(ORDER) if text.strip().startswith(word)) for text in words]
    assert places == sorted(places)


def test_a_country_shows_its_fan_its_table_and_its_words(visit, language, accessible, picture):
    page = visit(language, path="/warning/SDN/")
    assert page.locator(".for-desk svg").is_visible()
    assert page.locator("main table tbody tr").count() >= 24
    accessible(page)
    picture(page, f"country-{language}")


def test_an_earlier_origin_shows_what_then_happened(visit):
    page = visit("en", path="/warning/SDN/?origin=2023-04")
    assert "What then happened: 12 of the 12 months" in page.locator("main").inner_text()
    board = page.request.get("/warning/board.json?origin=2023-04").json()
    sudan = next(row for row in board["rows"] if row["iso3"] == "SDN")
    assert len(sudan["outcome"]) == 12


def test_the_files_say_what_the_page_says(visit):
    page = visit("en", path="/warning/")
    rows = list(csv.DictReader(io.StringIO(page.request.get("/warning/board.csv").text())))
    body = json.loads(page.request.get("/warning/board.json").text())
    assert [row["iso3"] for row in rows] == [row["iso3"] for row in body["rows"]]
    assert body["as_known_on"] == "2024-04-30"
    assert body["replay"] is True


def test_newer_data_are_asked_for_and_bad_data_refused_by_cell(visit, language, accessible):
    page = visit(language, "teya", path="/warning/data/")
    accessible(page)
    page.locator("input[type=file]").set_input_files(
        {"name": "panel.csv", "mimeType": "text/csv", "buffer": b"iso3,month,deaths\nSDN,2024-13,5\n"}
    )
    for field in page.locator("main form input[type=text][required]").all():
        field.fill("A series of our own")
    page.locator("main form button").last.click()
    page.wait_for_load_state()
    page.faults.clear()
    assert "2024-13" in page.locator("main").inner_text() or page.locator(".errorlist").count()


def test_it_fits_a_phone(visit, language, accessible, picture):
    page = visit(language, path="/warning/", viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    accessible(page)
    picture(page, f"board-phone-{language}")
