"""The witness as a real process on this machine: each status over HTTP, and what a stranger can make long."""

import http.client
import socket
import ssl
import subprocess
import sys
import threading
import time
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from witness_runs import GrowingLog, WitnessProcess, environment, self_signed

from ninefold.ledger.checkpoints import open_checkpoint
from ninefold.ledger.keys import Signer
from ninefold.ledger.notes import open_note
from ninefold.ledger.submissions import LONGEST_SUBMISSION

LOG = GrowingLog()
FORK = GrowingLog(fork=3)
OTHER = GrowingLog("example.org/other", 60)
NAME = "witness.example/w"


def command(*words):
    words = [sys.executable, "-m", "ninefold", "ledger", "witness", *map(str, words)]
    return subprocess.run(words, env=environment(), capture_output=True, text=True, timeout=60)


@pytest.fixture(scope="module", params=["ed25519", "ml-dsa-44"])
def witness(tmp_path_factory, request):
    state = tmp_path_factory.mktemp("witness") / "state"
    with WitnessProcess(state, LOG, OTHER, name=NAME, algorithm=request.param) as running:
        yield running


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    """One more, for what does not depend on the kind of key."""
    with WitnessProcess(tmp_path_factory.mktemp("door") / "state", OTHER, name=NAME) as running:
        yield running


def test_every_answer_of_the_specification(witness):
    post = witness.post
    plain = "text/plain; charset=utf-8"
    status, line, kind = post(LOG.submission(0, 20))
    assert (status, kind) == (200, plain)
    assert [each.name for each in open_note(LOG.note(20) + line, [LOG.vkey, witness.vkey]).signatures] == [
        LOG.signer.name,
        NAME,
    ]
    assert post(LOG.submission(0, 20)) == (409, "20\n", "text/x.tlog.size")
    assert post(LOG.submission(20, 300))[0] == 200
    assert post(b"new 20")[0] == 400
    assert post(b"")[0] == 400
    assert post(LOG.submission(301, 300))[0] == 400
    assert post(LOG.submission(300, 301, note=LOG.note(301, Signer(LOG.signer.name, bytes(32)))))[0] == 403
    assert post(GrowingLog("example.org/unknown", 9).submission(0, 9))[0] == 404
    assert post(FORK.submission(300, 301))[0] == 422
    assert post(FORK.submission(300, 300))[0] == 422
    assert post(LOG.submission(300, 302, proof=()))[0] == 422
    assert post(LOG.submission(300, 302))[0] == 200
    assert post(OTHER.submission(0, 60))[0] == 200


def test_the_latest_checkpoint_is_there_for_monitors(witness):
    path = f"/{sha256(OTHER.signer.name.encode()).hexdigest()}/checkpoint"
    witness.post(OTHER.submission(0, 60))
    status, note, _ = witness.get(path)
    checkpoint, opened = open_checkpoint(note, [OTHER.vkey, witness.vkey])
    assert (status, checkpoint.size, len(opened.signatures)) == (200, 60, 2)
    for other in ("/", "/checkpoint", path.upper(), f"{path}/", f"/{'0' * 64}/checkpoint", "/..%2f..%2fwitness.key"):
        assert witness.get(other)[0] == 404


def test_other_addresses_and_methods(door):
    assert door.get("/add-checkpoint")[0] == 405
    for path in ("/", "/add-checkpoint/", "/x/add-checkpoint", "/add-checkpoint?x=1"):
        assert door.post(LOG.submission(0, 5), path=path)[0] == 404
    for method in ("PUT", "DELETE", "OPTIONS", "TRACE", "BREW"):
        connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=20)
        connection.request(method, "/add-checkpoint")
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (501, b"Not Implemented.\n")
        connection.close()


def test_a_connection_is_kept_for_the_next_request(door):
    connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=20)
    sockets = set()
    for _ in range(5):
        connection.request("POST", "/add-checkpoint", OTHER.submission(61, 60, proof=()))
        answer = connection.getresponse()
        sockets.add(connection.sock.getsockname())
        assert (answer.status, bool(answer.read())) == (400, True)
    connection.close()
    assert len(sockets) == 1


def test_a_body_in_chunks_is_taken(door):
    door.post(OTHER.submission(0, 30))
    body = OTHER.submission(30, 60)
    connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=20)
    for expected in (200, 409):
        parts = (body[at : at + 50] for at in range(0, len(body), 50))
        connection.request(
            "POST", "/add-checkpoint", parts, encode_chunked=True, headers={"Transfer-Encoding": "chunked"}
        )
        answer = connection.getresponse()
        assert (answer.status, bool(answer.read())) == (expected, True)
    connection.close()


def raw(door, data, *, seconds=20):
    """What comes back when exactly these bytes are sent."""
    with socket.create_connection(("127.0.0.1", door.port), timeout=seconds) as stranger:
        stranger.sendall(data)
        stranger.shutdown(socket.SHUT_WR)
        said = b""
        while part := stranger.recv(1 << 16):
            said += part
        return said


HEAD = b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\n"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (HEAD + b"\r\n", b"411"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"400"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nx\r\n\r\n", b"400"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nabcde\r\n0\r\n\r\n", b"400"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\nabcde\r\n0\r\n\r\n", b"400"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nfffffff\r\n", b"413"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: y\r\n" * 30, b"400"),
        (HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", b"400"),
        (HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nold 0", b"400"),
        (HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nold 01", b"400"),
        (HEAD + b"Content-Length: -5\r\n\r\n", b"400"),
        (HEAD + b"Content-Length: 0x5\r\n\r\n", b"400"),
        (HEAD + b"Content-Length: %d\r\n\r\n" % (LONGEST_SUBMISSION + 1), b"413"),
        (HEAD + b"Content-Length: 999999999\r\n\r\n", b"413"),
        (HEAD + b"Content-Length: 9999999999\r\n\r\n", b"400"),
        (b"POST /add-checkpoint " + b"x" * 70_000 + b"\r\n\r\n", b"414"),
        (HEAD + b"X: y\r\n" * 200 + b"\r\n", b"431"),
        (HEAD + b"X: " + b"y" * 70_000 + b"\r\n\r\n", b"431"),
        (b"POST /add-checkpoint HTTP/9.9\r\n\r\n", b"505"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"400"),
        (b"two words\r\n\r\n", b"400"),
    ],
    ids=lambda value: repr(value[:70]) if len(value) > 3 else value.decode(),
)
def test_a_request_in_no_form_is_refused_in_one_line(door, data, status):
    said = raw(door, data)
    head, _, body = said.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 " + status), said[:200]
    assert len(body) < 200
    assert b"<" not in body
    assert door.get("/")[0] == 404


def test_a_body_that_never_comes_whole_is_not_cosigned(door):
    body = OTHER.submission(0, 60)
    assert raw(door, HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body[:-9]) == b""


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_any_bytes_leave_it_answering(door, data):
    raw(door, HEAD + b"Content-Length: %d\r\n\r\n" % len(data) + data)
    raw(door, data)
    assert door.get("/")[0] == 404


def test_strangers_who_speak_slowly_hold_nobody_up(door):
    """Two hundred connections that send a byte a second: others are served meanwhile, and they are hung up on."""
    slow = []
    for _ in range(100):
        slow.append(socket.create_connection(("127.0.0.1", door.port), timeout=20))
        slow[-1].sendall(b"POST /add-ch")
    began = time.monotonic()
    assert door.get("/")[0] == 404
    assert time.monotonic() - began < 5

    hung_up = threading.Event()

    def drip():
        while not hung_up.is_set() and time.monotonic() - began < 30:
            try:
                slow[0].sendall(b"e")
            except OSError:
                hung_up.set()
            hung_up.wait(0.5)

    threading.Thread(target=drip, daemon=True).start()
    for stranger in slow[1:5]:
        stranger.settimeout(25)
        assert stranger.recv(1) == b""
    assert hung_up.wait(15)
    assert 8 < time.monotonic() - began < 25
    for stranger in slow:
        stranger.close()


def test_more_than_so_many_at_once_are_turned_away_and_come_in_later(door):
    held = [socket.create_connection(("127.0.0.1", door.port), timeout=20) for _ in range(140)]
    try:
        time.sleep(0.5)
        with socket.create_connection(("127.0.0.1", door.port), timeout=20) as late:
            assert late.recv(100).startswith(b"HTTP/1.1 503")
    finally:
        for stranger in held:
            stranger.close()
    for _ in range(50):
        try:
            if door.get("/")[0] == 404:
                break
        except OSError:
            pass
        time.sleep(0.1)
    else:
        pytest.fail("it never came back")


# ---- Starting and stopping


def test_the_key_is_printed_and_the_same_at_every_start(tmp_path):
    made = command("--state", tmp_path / "w", "--name", NAME, "--key")
    assert made.stdout.startswith(f"{NAME}+")
    with WitnessProcess(tmp_path / "w", LOG) as running:
        assert running.vkey == made.stdout.strip()
        # Also while it runs.
        assert command("--state", tmp_path / "w", "--key").stdout == made.stdout
        second = command("--state", tmp_path / "w", "--log", LOG.vkey, "--listen", "127.0.0.1:0")
        assert (second.returncode, "runs on" in second.stderr) == (4, True)
        assert running.post(LOG.submission(0, 20))[0] == 200
        assert running.stop() == 0
    with WitnessProcess(tmp_path / "w", LOG) as running:
        assert running.post(LOG.submission(0, 21)) == (409, "20\n", "text/x.tlog.size")


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (["--listen", "0.0.0.0:0"], 2, "needs TLS"),
        (["--listen", "[::]:0"], 2, "needs TLS"),
        (["--listen", "192.0.2.1:8010"], 2, "needs TLS"),
        (["--listen", "example.org:8010"], 2, "needs TLS"),
        (["--listen", "8010"], 2, "Say where to listen"),
        (["--listen", "127.0.0.1:99999"], 2, "Say where to listen"),
        ([], 2, "Say where to listen"),
        (["--listen", "127.0.0.1:0", "--cert", "a.pem"], 2, "needs both"),
        (["--listen", "127.0.0.1:0", "--cert", "a.pem", "--key", "b.pem"], 2, "cannot be read"),
        (["--listen", "127.0.0.1:0", "--algorithm", "rsa"], 2, "rsa"),
        (["--listen", "192.0.2.1:0", "--cert", "a.pem", "--key", "b.pem"], 2, "cannot be read"),
    ],
    ids=str,
)
def test_what_cannot_be_served_is_refused_before_anything_is_made(tmp_path, words, code, reason):
    done = command("--state", tmp_path / "w", "--name", NAME, "--log", LOG.vkey, *words)
    assert (done.returncode, done.stdout) == (code, "")
    assert reason in done.stderr
    assert not (tmp_path / "w").exists()


def test_its_logs_must_be_logs(tmp_path):
    listen = ["--state", tmp_path / "w", "--name", NAME, "--listen", "127.0.0.1:0"]
    assert "at least one log" in command(*listen).stderr
    key = command("--state", tmp_path / "v", "--name", "witness.example/v", "--key").stdout.strip()
    assert "that of a witness" in command(*listen, "--log", key).stderr
    assert "not a key" in command(*listen, "--log", "x").stderr


def test_a_taken_port_is_said(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        at = f"127.0.0.1:{taken.getsockname()[1]}"
        done = command("--state", tmp_path / "w", "--name", NAME, "--log", LOG.vkey, "--listen", at)
    assert (done.returncode, "cannot be taken" in done.stderr) == (5, True)


def test_it_needs_no_database():
    code = "import sys, ninefold.cli.ledger, ninefold.cli.witness; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env=environment()).returncode == 0


def test_tls(tmp_path):
    certificate, key = self_signed(tmp_path)
    state = tmp_path / "w"
    with WitnessProcess(state, LOG, name=NAME, cert=certificate, key=key, listen="[::]:0") as running:
        assert running.url.startswith("https://[::]:")
        trusting = ssl.create_default_context(cafile=certificate)
        # A stranger who opens a connection and says nothing does not hold up the handshake of another.
        with (
            socket.create_connection(("127.0.0.1", running.port)) as silent,
            socket.create_connection(("127.0.0.1", running.port)) as plain,
        ):
            plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
            connection = http.client.HTTPSConnection("localhost", running.port, context=trusting, timeout=20)
            for old, size in ((0, 20), (20, 30)):
                connection.request("POST", "/add-checkpoint", LOG.submission(old, size))
                answer = connection.getresponse()
                assert (answer.status, answer.read()[:3]) == (200, "—".encode())
            connection.close()
            silent.close()
        assert running.stop() == 0
