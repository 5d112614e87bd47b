"""A witness is killed at any moment, fifty times, while two histories of one log ask it: what it ever cosigned is one
growing tree, and it never forgets a size that it answered for.
"""

import contextlib
import http.client
import itertools
import subprocess
import sys
import threading
import time

import pytest
from witness_runs import GrowingLog, WitnessProcess, exchange

from ninefold.ledger.cosignatures import cosignature_time
from ninefold.ledger.merkle import verify_consistency
from ninefold.ledger.notes import open_note, read_signature

pytestmark = pytest.mark.faults

KILLS = 50
TRUE, FORK = GrowingLog(leaves=5_000), GrowingLog(leaves=5_000, fork=40)


class Asking:
    """Strangers who ask as fast as they can, with whatever size the witness is at, and note each cosignature."""

    def __init__(self):
        self.cosigned, self.at_most, self.conflicts = [], 0, 0
        self._lock = threading.Lock()

    def ask(self, witness, log, step, stopping):
        old = 0
        while not stopping.is_set():
            size = min(old + step, 4_999)
            try:
                status, body, _ = witness.post(log.submission(old, size))
            except (OSError, http.client.HTTPException):
                continue  # killed in the middle of it
            if status == 200:
                with self._lock:
                    self.cosigned.append((size, log.head(size).root, body))
                old = size
            elif status == 409:
                with self._lock:
                    self.conflicts += 1
                    self.at_most = max(self.at_most, int(body))
                old = int(body)


def test_fifty_kills_and_never_two_trees(tmp_path, chance):
    asking = Asking()
    for _ in range(KILLS):
        stopping = threading.Event()
        with WitnessProcess(tmp_path / "w", TRUE, name="witness.example/w") as witness:
            known = max((size for size, _, _ in asking.cosigned), default=0)
            status, body, _ = witness.post(TRUE.submission(0, 1)) if known else (409, "0", "")
            # It has not gone back: not behind a size that anybody was given a cosignature of.
            assert (status, int(body) >= known) == (409, True)
            askers = [(TRUE, 1), (FORK, 1), (TRUE, 3), (FORK, 2)]
            threads = [threading.Thread(target=asking.ask, args=(witness, log, step, stopping)) for log, step in askers]
            for thread in threads:
                thread.start()
            time.sleep(chance.random() * 0.25)
            witness.kill()
            stopping.set()
            for thread in threads:
                thread.join()
    with WitnessProcess(tmp_path / "w", TRUE) as witness:
        end = int(witness.post(TRUE.submission(0, 1))[1])
        vkey = witness.vkey
    cosigned = {}
    for size, root, line in asking.cosigned:
        log = TRUE if root == TRUE.head(size).root else FORK
        open_note(log.note(size) + line, vkey)
        assert cosigned.setdefault(size, root) == root, f"two trees of size {size}"
    # One history: whoever was cosigned beyond the fork is the only one that was.
    beyond = {root == TRUE.head(size).root for size, root in cosigned.items() if size > 40}
    assert len(beyond) == 1
    log = TRUE if beyond.pop() else FORK
    sizes = sorted(cosigned)
    for first, second in itertools.pairwise(sizes):
        verify_consistency(log.head(first), log.head(second), log.proof(first, second))
    assert end >= max(sizes) > 40
    print(f"{len(asking.cosigned)} cosignatures of {len(sizes)} sizes, {asking.conflicts} conflicts, {KILLS} kills")


def test_a_disk_that_is_full_refuses_and_goes_on(tmp_path):
    """The limit of a file's size, which every process may set for itself: a write beyond it fails as on a full disk."""
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (%d, %d));"
        "from ninefold.cli.main import main; main()"
    )
    log = GrowingLog(leaves=400)
    state = tmp_path / "w"
    with WitnessProcess(state, log, name="witness.example/w") as witness:
        assert witness.post(log.submission(0, 20))[0] == 200
    (note,) = (state / "logs").iterdir()
    full = note.stat().st_size - 1
    words = ["ledger", "witness", "--state", str(state), "--log", log.vkey, "--listen", "127.0.0.1:0"]
    with contextlib.ExitStack() as end:
        process = subprocess.Popen(
            [sys.executable, "-c", code % (full, full), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        end.callback(process.communicate)
        end.callback(process.terminate)
        port = int(process.stdout.readline().rsplit(":", 1)[1].rstrip("/\n"))
        status, body, _ = exchange(port, "POST", "/add-checkpoint", log.submission(20, 300))
        assert (status, "cannot write" in body, "— " in body) == (503, True, False)
        assert exchange(port, "POST", "/add-checkpoint", log.submission(0, 1))[:2] == (409, "20\n")
    assert [path.name for path in (state / "logs").iterdir()] == [note.name]
    with WitnessProcess(state, log) as witness:
        assert witness.post(log.submission(20, 300))[0] == 200


def test_times_never_go_back(tmp_path):
    log = GrowingLog(leaves=60)
    times = []
    for size in range(1, 6):
        with WitnessProcess(tmp_path / "w", log, name="witness.example/w") as witness:
            _, line, _ = witness.post(log.submission(size - 1, size))
            times.append(cosignature_time(read_signature(line.strip("\n")).signature))
            witness.kill()
    assert times == sorted(times)
    assert times[0] > 1_700_000_000
