"""What the world has seen of a log: asked of real servers, and of files."""

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from ninefold.errors import InvalidError, NinefoldError, NotThereError, RefusedError, UnavailableError
from ninefold.keeping.sources import checkpoint_at, checkpoint_file, newest_seen, witness_at
from ninefold.ledger.checkpoints import Checkpoint, sign_checkpoint
from ninefold.ledger.keys import Signer
from ninefold.ledger.notes import LONGEST_NOTE

LOG = Signer.generate("ninefold.node/test")
ROOT = bytes(range(32))


def note(size, signer=LOG):
    return sign_checkpoint(Checkpoint(signer.name, size, ROOT), signer)


@contextlib.contextmanager
def server(status, content):
    """Somebody else's server, which always answers this; the requests that it got."""
    got = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            got.append((self.path, self.rfile.read(int(self.headers.get("Content-Length", 0)))))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self):
            self.do_GET()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}/log", got
        serving.shutdown()


def test_the_largest_tree_stands_first(tmp_path):
    (tmp_path / "head").write_text(note(264).ljust(512, "\n"))
    with server(200, note(272).encode()) as (reader, asked), server(409, b"280\n") as (witness, told):
        sources = [checkpoint_file(tmp_path / "head"), checkpoint_at(reader), witness_at(witness)]
        seen = newest_seen(sources, LOG.verifier, note(256))
    assert [one.size for one in seen] == [280, 272, 264]
    assert [one.head and one.head.root for one in seen] == [None, ROOT, ROOT]
    assert asked[0][0] == "/log/checkpoint"
    assert told == [("/log/add-checkpoint", f"old 0\n\n{note(256)}".encode())]


def test_a_witness_that_never_saw_the_log_has_seen_the_copy_now():
    with server(200, b"a signature") as (witness, _):
        (seen,) = newest_seen([witness_at(witness)], LOG.verifier, note(256))
    assert seen.size == 256


@pytest.mark.parametrize(
    ("status", "content", "error"),
    [
        (200, note(1, Signer.generate("ninefold.node/test")).encode(), RefusedError),
        (200, b"nonsense", NinefoldError),
        (503, b"", UnavailableError),
        (200, b"x" * (LONGEST_NOTE + 1), InvalidError),
    ],
)
def test_an_answer_that_proves_nothing_stops_the_restore(status, content, error):
    with server(status, content) as (reader, _), pytest.raises(error):
        newest_seen([checkpoint_at(reader)], LOG.verifier, "")


@pytest.mark.parametrize("content", [b"many", b"-1", b"9" * 30])
def test_a_witness_that_does_not_say_how_far_stops_it_too(content):
    with server(409, content) as (witness, _), pytest.raises(UnavailableError, match="how far"):
        newest_seen([witness_at(witness)], LOG.verifier, note(256))


def test_nobody_there_is_not_nothing_seen(tmp_path):
    with pytest.raises(UnavailableError, match="not known what it has seen"):
        newest_seen([witness_at("http://127.0.0.1:1")], LOG.verifier, note(256))
    with pytest.raises(NotThereError, match="no file"):
        newest_seen([checkpoint_file(tmp_path / "none")], LOG.verifier, "")
