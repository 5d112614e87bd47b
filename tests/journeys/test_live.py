"""The script that keeps a page up to date, in a real browser, against a page and a stream of this file's own."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue

import pytest

import ninefold.web

SCRIPT = Path(ninefold.web.__file__).parent / "static" / "web" / "live.js"
PAGE = """<!doctype html><html lang="en"><title>live</title><body><div class="band">{band}</div>
<details class="menu" id="menu"><summary>Menu</summary><a href="/">one</a></details>
<main id="main" tabindex="-1" data-live="warning:warning" data-after="known"><h1>Board {number}</h1>
<a href="/first">first</a> <a href="/second">second</a>
<details id="table"><summary>table</summary><p>rows</p></details>
<form><label>Reason <input name="reason"></label></form></main>
<p id="news" role="status" data-words="Brought up to date." data-ended="Signed out."></p>
<script type="module" src="/live.js"></script></body></html>"""


class Stage(ThreadingHTTPServer):
    """Serves the page with a number that rises, and a stream of the events put into `events`."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.events = Queue()
        self.number = 1
        self.asked = []

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def change(self, kind="warning:warning", name="change"):
        self.number += 1
        self.events.put(f'event: {name}\ndata: {{"kind": "{kind}"}}\n\n')


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        if self.path.startswith("/events/"):
            self._answer("text/event-stream", b"")
            while (event := self.server.events.get()) is not None:
                self.wfile.write(event.encode())
                self.wfile.flush()
        elif self.path == "/live.js":
            self._answer("text/javascript", SCRIPT.read_bytes())
        else:
            page = PAGE.format(number=self.server.number, band=f"band {self.server.number}")
            self._answer("text/html; charset=utf-8", page.encode())

    def _answer(self, kind, body):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Nothing is logged."""


@pytest.fixture
def stage():
    running = Stage()
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield running
    running.events.put(None)
    running.shutdown()
    running.server_close()


@pytest.fixture
def board(stage, page):
    """The open page, its stream connected."""
    page.goto(stage.address)
    until = time.monotonic() + 5
    while not any(path.startswith("/events/") for path in stage.asked) and time.monotonic() < until:
        page.wait_for_timeout(20)
    return page


def title(board, words):
    board.locator("h1", has_text=words).wait_for(timeout=3000)


def test_it_listens_from_what_the_page_knew(stage, board):
    assert "/events/?after=known" in stage.asked


def test_a_change_exchanges_the_page_and_keeps_the_readers_place(stage, board):
    board.locator("summary", has_text="table").click()
    board.locator("a", has_text="second").focus()
    stage.change()
    title(board, "Board 2")
    assert board.locator(".band").inner_text() == "band 2"
    assert board.locator("#table").get_attribute("open") is not None
    assert board.evaluate("() => document.activeElement.textContent") == "second"
    board.locator("#news", has_text="Brought up to date.").wait_for(timeout=1000, state="attached")


def test_several_changes_at_once_bring_one_page(stage, board):
    before = stage.asked.count("/")
    for _ in range(5):
        stage.change()
    title(board, "Board 6")
    assert stage.asked.count("/") == before + 1


def test_another_kind_of_record_leaves_the_page_alone(stage, board):
    stage.change(kind="tracks:tie")
    board.wait_for_timeout(600)
    assert board.locator("h1").inner_text() == "Board 1"


def test_who_is_writing_is_not_disturbed_until_he_has_sent(stage, board):
    board.locator("input").fill("Because")
    stage.change()
    board.wait_for_timeout(600)
    assert board.locator("input").input_value() == "Because"
    assert board.locator("h1").inner_text() == "Board 1"


def test_what_was_missed_brings_the_page_again(stage, board):
    stage.change(kind="", name="reload")
    title(board, "Board 2")


def test_the_end_of_a_sign_in_is_said(stage, board):
    stage.change(kind="", name="ended")
    board.locator("#news", has_text="Signed out.").wait_for(timeout=2000, state="attached")


def test_escape_closes_a_menu_and_gives_the_focus_back(stage, board):
    board.locator("#menu summary").click()
    board.locator("#menu a").focus()
    board.keyboard.press("Escape")
    assert board.locator("#menu").get_attribute("open") is None
    assert board.evaluate("() => document.activeElement.textContent") == "Menu"
