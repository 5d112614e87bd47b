"""The ledger page: acts, a seal, an entry matched with its leaf, a broken copy, a proof file for a stranger."""

import subprocess
import sys


def first_entry(page):
    page.goto("/ledger/")
    page.locator("main table tbody tr th a").first.click()
    page.wait_for_load_state()


def test_the_log_says_consistent_and_never_verified(visit, language, accessible, picture):
    page = visit(language, path="/ledger/")
    accessible(page)
    picture(page, f"ledger-{language}")
    if language == "en":
        text = page.locator("main").inner_text()
        assert "consistent" in text
        assert "0 of 0" in text
        assert "is verified" not in text


def test_a_reader_sees_more_acts_than_a_stranger(visit):
    seen = {}
    for person in (None, "daro"):
        page = visit("en", person, path="/ledger/")
        seen[person] = set(page.locator("main table tbody tr th a").evaluate_all("links => links.map(a => a.href)"))
    assert seen[None] - seen["daro"] == set() or len(seen["daro"]) == 30
    assert seen["daro"] - seen[None]


def test_an_entry_is_matched_broken_in_a_copy_and_proved_to_a_stranger(visit, language, accessible, picture, tmp_path):
    page = visit(language, "daro")
    first_entry(page)
    accessible(page)
    picture(page, f"entry-{language}")
    page.locator("#byte").fill("12")
    page.locator("form[action*='#flip'] button").click()
    page.wait_for_load_state()
    assert page.locator("ins.changed").is_visible()
    accessible(page)
    with page.expect_download() as waiting:
        page.locator("a[download]").click()
    file = tmp_path / "entry.tlog-proof"
    waiting.value.save_as(file)
    command = [sys.executable, "-I", "-m", "ninefold", "verify", str(file)]
    done = subprocess.run(command, env={}, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Consistent")
    file.write_bytes(file.read_bytes().replace(b"A", b"B", 1))
    assert subprocess.run(command, env={}, cwd=tmp_path, capture_output=True).returncode in {2, 3}


def test_the_sealed_leaf_of_the_tour_opens_to_its_reader_only(visit, language, accessible):
    page = visit(language, path="/tour/")
    leaf = page.locator("main a[href*='/ledger/leaf/']").first.get_attribute("href")
    other = visit(language, "velune", path=leaf)
    assert "/ledger/leaf/" in other.url
    accessible(other)
    reader = visit(language, "daro", path=leaf)
    assert "/ledger/leaf/" not in reader.url
    assert reader.locator("#match").is_visible()
