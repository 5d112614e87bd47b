"""Somebody with the served folder changes a script in it: a browser that opens the page runs nothing of it."""

import gzip

import pytest
from running import House

PAGE = "/access/vaults/keys/"
ENTRY, IMPORTED, OF_OTHERS = "access/vaults/page_keys.*.js", "access/vaults/keys.js", "vendor/scripts/age.js"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A sample of its own, whose scripts are changed."""
    running = House(tmp_path_factory.mktemp("scripts"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def teya(browser, house):
    """The cookies of one person."""
    context = browser.new_context(base_url=house.address)
    context.new_page().goto(house.links["teya"])
    yield context.storage_state()
    context.close()


def changed(text):
    """The same script with other letters in it, until it is as long as it was, packed too: its length is announced."""
    wanted = len(gzip.compress(text, 9, mtime=0))
    for letter in range(97, 123):
        for place in range(3, 40):
            other = text[:place] + bytes([letter]) + text[place + 1 :]
            if other != text and len(gzip.compress(other, 9, mtime=0)) == wanted:
                return other
    raise AssertionError("no such change")


class Changed:
    """A served script while it is another one."""

    def __init__(self, house, pattern):
        (self.path,) = (house.workspace / "static").glob(pattern)
        self.packed = self.path.with_name(f"{self.path.name}.gz")
        self.kept = self.path.read_bytes(), self.packed.read_bytes()

    def __enter__(self):
        other = changed(self.kept[0])
        packed = gzip.compress(other, 9, mtime=0)
        assert len(packed) == len(self.kept[1])
        self.path.write_bytes(other)
        self.packed.write_bytes(packed)

    def __exit__(self, *_):
        self.path.write_bytes(self.kept[0])
        self.packed.write_bytes(self.kept[1])


def opened(browser, house, teya):
    """Whether the page's script ran, and what the browser said of it."""
    context = browser.new_context(base_url=house.address, storage_state=teya)
    page = context.new_page()
    said = []
    page.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
    page.goto(PAGE)
    page.wait_for_load_state("networkidle")
    runs = page.locator("#make-key").is_visible()
    context.close()
    return runs, said


@pytest.mark.parametrize("pattern", [ENTRY, IMPORTED, OF_OTHERS])
def test_a_changed_script_does_not_run(browser, house, teya, pattern):
    assert opened(browser, house, teya) == (True, [])
    with Changed(house, pattern):
        runs, said = opened(browser, house, teya)
        assert not runs
        assert any("integrity" in one for one in said), said
    assert opened(browser, house, teya) == (True, [])
