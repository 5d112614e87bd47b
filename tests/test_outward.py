"""The door by which this program asks another machine, against real servers that answer badly."""

import asyncio
import contextlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ninefold import outward


@contextlib.contextmanager
def server(answer):
    """Somebody else's server; `answer` gets each request's handler. Yields its address and the headers it got."""
    got = []

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self):
            got.append((self.path, dict(self.headers)))
            with contextlib.suppress(OSError):
                answer(self)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as serving:
        serving.daemon_threads = True
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}/", got
        serving.shutdown()


def saying(body, status=200, **headers):
    def answer(handler):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def dripping(handler):
    saying(b"")(handler)
    while True:
        handler.wfile.write(b".")
        time.sleep(0.05)


def asked(url, seconds=10.0, longest=100):
    return outward.ask_once("GET", url, seconds=seconds, longest=longest)


def test_an_answer_comes_with_its_status_and_kind():
    with server(saying(b"x" * 100, 418, Content_Type="Text/Plain; charset=utf-8")) as (url, got):
        assert asked(url) == (418, "text/plain", b"x" * 100)
    ((path, headers),) = got
    assert path == "/"
    assert headers["User-Agent"] == "Ninefold"
    assert set(headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}


def test_of_a_body_that_is_too_long_nothing_is_given_but_the_status():
    with server(saying(b"x" * 101, 500)) as (url, _):
        assert asked(url) == (500, "", None)


def test_a_body_without_end_is_left():
    def endless(handler):
        saying(b"")(handler)
        while True:
            handler.wfile.write(b"x" * 65536)

    with server(endless) as (url, _):
        assert asked(url, longest=1 << 20).body is None


def test_a_byte_now_and_then_does_not_hold_the_asker():
    with server(dripping) as (url, _), pytest.raises(outward.UnreachedError) as failed:
        asked(url, seconds=0.4)
    assert failed.value.late


def test_nobody_is_followed_elsewhere():
    with server(saying(b"")) as (elsewhere, got), server(saying(b"", 302, Location=elsewhere)) as (url, _):
        assert asked(url).status == 302
    assert got == []


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("http://127.0.0.1:1/", "ConnectError"),
        ("ftp://127.0.0.1/", "UnsupportedProtocol"),
        ("http://127.0.0.1:99999/", "ExceptionGroup"),
        ("http://a\x00b/", "InvalidURL"),
        ("nowhere", "UnsupportedProtocol"),
    ],
)
def test_what_cannot_be_reached_names_the_trouble(url, kind):
    with pytest.raises(outward.UnreachedError, match=f"^{kind}$") as failed:
        asked(url)
    assert not failed.value.late


def test_several_are_asked_at_once():
    meeting = threading.Barrier(3, timeout=10)

    def together(handler):
        meeting.wait()
        saying(b"all here")(handler)

    async def questions(url):
        async with outward.client() as client:
            answers = (outward.ask(client, "GET", url, seconds=10.0, longest=100) for _ in range(3))
            return await asyncio.gather(*answers)

    with server(together) as (url, _):
        assert [answer.body for answer in asyncio.run(questions(url))] == [b"all here"] * 3
