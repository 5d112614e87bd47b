"""PostgreSQL is restarted and crashes under load: no acknowledged act is lost, and everybody goes on by himself."""

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from base64 import b64decode
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from events.board_client import Board
from jobs.worker_process import set_clock, traces
from run.running import Run, environment, until

from .postgres import Postgres

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif("NINEFOLD_DATABASE" not in os.environ, reason="runs with the tests on PostgreSQL"),
]

HERE = Path(__file__).parent
ROUNDS = ("immediate", "fast") * 3
SOON = 8.0  # seconds in which everything goes on after the server is back
CLIENTS = 4


@pytest.fixture
def postgres():
    server = Postgres()
    yield server
    server.end()


class Place:
    """A workspace on that server, and steps in it."""

    def __init__(self, folder, postgres):
        self.folder = folder
        self.settings = {"NINEFOLD_WORKSPACE": str(folder), "NINEFOLD_DATABASE": postgres.address}
        self.environment = environment() | self.settings

    def step(self, *words):
        line = [sys.executable, str(HERE / "acting.py"), *words]
        done = subprocess.run(line, env=self.environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)


class Clients:
    """People who act and read as fast as they are answered; whatever they are told is noted."""

    def __init__(self, port, about):
        self.port, self.token, self.audience = port, about["token"], about["audience"]
        self.kept, self.away, self.wrong = [], 0, []
        self.acted = self.read = 0.0
        self._stopping = threading.Event()
        work = [self.act] * CLIENTS + [self.look]
        self.threads = [threading.Thread(target=self._again, args=(one,), daemon=True) for one in work]
        for thread in self.threads:
            thread.start()

    def stop(self):
        self._stopping.set()
        for thread in self.threads:
            thread.join(30)

    def _again(self, work):
        while not self._stopping.is_set():
            try:
                work()
            except Exception as error:  # noqa: BLE001 (a thread's mistake fails the test at its end)
                self.wrong.append(repr(error))
                return

    def act(self):
        told = {"name": {"texts": {"en": "A situation"}, "authoritative": "en"}, "since": "2024-01-01"}
        readers = {"marking": "tlp:green", "audiences": [self.audience]}
        answer, body = self._asked("POST", "/api/v1/tracks/situations", told | readers)
        if answer.status == 201:
            self.kept.append(json.loads(body)["id"])
            self.acted = time.monotonic()
        else:
            self._said_in_words(answer, json.loads(body)["message"])

    def look(self):
        answer, body = self._asked("GET", "/ledger/")
        if answer.status == 200:
            self.read = time.monotonic()
        else:
            self._said_in_words(answer, body)

    def _said_in_words(self, answer, words):
        """Refused because the database is away, with a sentence and a time to come back."""
        self.away += 1
        in_words = "The database does not answer" in words and "Traceback" not in words
        if (answer.status, answer.headers["Retry-After"], in_words) != (503, "5", True):
            self.wrong.append(f"{answer.status} {answer.headers.items()} {words[:2000]}")

    def _asked(self, method, path, told=None):
        connection = http.client.HTTPConnection("localhost", self.port, timeout=30)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            connection.request(method, path, json.dumps(told) if told else None, headers | {"Accept-Language": "en"})
            answer = connection.getresponse()
            return answer, answer.read().decode()
        finally:
            connection.close()


def tree(run):
    """The newest published tree: its size and its root."""
    _, size, root = run.page("/tlog/checkpoint")[2].split("\n")[:3]
    return size, b64decode(root).hex()


def test_nothing_acknowledged_is_lost_and_everybody_goes_on(postgres, tmp_path, chance):
    place = Place(tmp_path / "w", postgres)
    about = place.step("begin")
    with ExitStack() as end:
        run = Run(place.folder, NINEFOLD_DATABASE=postgres.address, NINEFOLD_BEAT_SECONDS="2")
        end.callback(run.stop)
        children = run.children()
        clients = Clients(run.port, about)
        board = Board(run.port, Authorization=f"Bearer {about['token']}")
        end.callback(clients.stop)
        seen = []
        for mode in ROUNDS:
            until(lambda: clients.kept and run.page("/tlog/checkpoint")[0] == 200, 30)
            time.sleep(0.2 + chance.random())
            seen.append(tree(run))
            postgres.restart(mode)
            back, heard = time.monotonic(), len(board.events)
            until(lambda back=back: clients.wrong or min(clients.acted, clients.read) > back, SOON)
            assert clients.wrong == []
            until(lambda heard=heard: len(board.events) > heard, SOON)
            until(lambda size=seen[-1][0]: tree(run)[0] != size, SOON)
            print(f"{mode}: everything went on {time.monotonic() - back:.1f} s after the server was back")
        clients.stop()
        board.close()
        assert clients.wrong == []
        assert run.children() == children, "a process ended"
    assert "Traceback" not in "".join(run.complaints)
    found = place.step("look")
    print(f"{len(clients.kept)} acts acknowledged, {clients.away} refused, {found['leaves']} leaves")
    assert clients.away >= len(ROUNDS)
    assert set(clients.kept) <= set(found["situations"])
    # An act and its entry are both there, or neither is.
    assert sorted(found["situations"]) == sorted(found["told"])
    assert found["findings"] == []
    assert dict(seen).items() <= found["trees"].items()
    assert found["jobs"].get("RUNNING", 0) == 0


def test_a_job_on_a_broken_connection_is_done_once_more_and_one_that_needs_none_is_not(postgres, tmp_path):
    place = Place(tmp_path / "w", postgres)
    place.step("begin")
    noon = datetime.now(UTC) + timedelta(minutes=1)
    set_clock(tmp_path, noon)
    gates = [str(tmp_path / "gate")]
    place.step("enqueue", *gates)
    words = [sys.executable, str(HERE.parent / "jobs" / "worker_process.py"), "ninefold", str(tmp_path / "clock"), "no"]
    more = {
        "DJANGO_SETTINGS_MODULE": "ninefold.web.settings",
        "NINEFOLD_TEST_TRACE": str(tmp_path / "trace"),
        "PYTHONPATH": str(HERE.parent / "jobs"),
    }
    # One lane takes one job after the other, so two workers take the two.
    workers = [subprocess.Popen(words, env=place.environment | more) for _ in range(2)]
    try:
        until(lambda: len(traces(tmp_path)) == 2, 30)
        postgres.restart("immediate")
        for second in range(28):  # a failed job waits five seconds; a hold ends after thirty
            set_clock(tmp_path, noon + timedelta(seconds=second))
            if len(traces(tmp_path)) == 3:
                break
            time.sleep(0.5)
        Path(gates[0]).touch()
        until(lambda: place.step("look")["jobs"] == {"SUCCESSFUL": 2}, 30)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    kinds = [line.partition(" ")[0] for line in traces(tmp_path)]
    assert sorted(kinds) == ["asked", "asking", "asking", "began", "ended"]
