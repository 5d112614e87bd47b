"""The real program, started as a user starts it, and a real browser that walks through it."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

sys.path.insert(0, str(Path(__file__).parent))
from running import House

CHROMIUM = shutil.which("chromium")
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "manual" / "pictures"
ARGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    """Journeys need a browser: without one they are skipped, and CI must have one."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.journey)
            if CHROMIUM is None and not os.environ.get("NINEFOLD_CI"):
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {"executable_path": CHROMIUM, "args": ARGS}


@pytest.fixture(scope="session")
def browser_context_args():
    return {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}


@pytest.fixture(scope="session")
def house(tmp_path_factory):
    """The sample, running."""
    running = House(tmp_path_factory.mktemp("house"))
    yield running
    running.stop()


@pytest.fixture(params=["en", "ar"])
def language(request):
    return request.param


@pytest.fixture(scope="session")
def signed_in(browser, house):
    """The five people's cookies, by first name."""
    return house.sign_in(browser)


@pytest.fixture
def visit(browser, browser_context_args, house, signed_in):
    """Open a browser of its own in a language, as one of the five people or (None) as a stranger."""
    contexts = []

    def opened(language, person=None, path="/", **more):
        kept = {"storage_state": signed_in[person]} if person else {}
        context = browser.new_context(
            **browser_context_args | {"locale": language, "base_url": house.address} | kept | more
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        if person:
            context.add_cookies([{"name": "django_language", "value": language, "url": house.address}])
        page = context.new_page()
        page.faults = []
        page.on("console", lambda said: page.faults.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        answer = page.goto(path)
        assert answer.status == 200, path
        return page

    yield opened
    for context in contexts:
        for page in context.pages:
            assert page.faults == [], page.url
        context.close()


@pytest.fixture
def accessible():
    """Hold a page against WCAG 2.2 AA."""
    axe = Axe()

    def check(page):
        found = axe.run(page, options=WCAG).response["violations"]
        told = [f"{fault['id']}: {node['target']} {node['html'][:160]}" for fault in found for node in fault["nodes"]]
        assert told == [], page.url

    return check


@pytest.fixture
def picture():
    """Keep what the reader sees as a picture of the manual, when the pictures are asked for."""

    def take(page, name, *, full=True):
        if os.environ.get("NINEFOLD_PICTURES"):
            PICTURES.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=PICTURES / f"{name}.png", full_page=full)

    return take
