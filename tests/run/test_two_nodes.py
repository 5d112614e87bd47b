"""Two nodes on one machine that witness each other: real workspaces, real witnesses, and what a reader sees of it."""

import contextlib
import json
import os
import subprocess
import sys

import pytest
from witness_runs import WitnessProcess

from ninefold.ledger.keys import Verifier
from ninefold.ledger.quorum import read_policy
from ninefold.ledger.witnessed import open_witnessed

from .running import Run, environment, until

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif("NINEFOLD_DATABASE" in os.environ, reason="these keep their records in files"),
]

QUICK = {"NINEFOLD_BEAT_SECONDS": "2"}


def published(run):
    """The last checkpoint, once there is one."""
    status, _, text = run.page("/tlog/checkpoint")
    return text if status == 200 else ""


def size(run):
    return int(published(run).split("\n")[1]) if published(run) else 0


def command(folder, *words):
    line = [sys.executable, "-m", "ninefold", *words, "--workspace", str(folder)]
    return subprocess.run(line, env=environment(), capture_output=True, text=True, timeout=60)


def test_two_nodes_witness_each_other(tmp_path):
    with contextlib.ExitStack() as end:
        # Each node is made and tells its key; then each side starts a witness of the other's log.
        keys = {}
        for name in ("a", "b"):
            made = Run(tmp_path / name, "--empty")
            keys[name] = made.page("/tlog/key")[2].strip()
            assert "Witnessed by 0 of 0" in made.page("/")[2]
            assert made.stop() == 0
        witnesses = {
            name: end.enter_context(
                WitnessProcess(tmp_path / f"of-{name}", keys[name], name=f"witness.example/of-{name}")
            )
            for name in ("a", "b")
        }
        # The policy lies in the workspace's folder, where every command finds it.
        runs = {}
        for name, witness in witnesses.items():
            text = f"log {keys[name]}\nwitness other {witness.vkey} {witness.url}\nquorum other\n"
            (tmp_path / name / "witness-policy").write_text(text, encoding="utf-8")
            runs[name] = Run(tmp_path / name, **QUICK)
            end.callback(runs[name].stop)
        for name, run in runs.items():
            until(lambda run=run: "Witnessed by 1 of 1" in run.page("/")[2], 40)
            until(
                lambda run=run: "Verified: 1 of 1 outside witnesses saw this very tree" in run.page("/ledger/")[2], 40
            )
            policy = read_policy((tmp_path / name / "witness-policy").read_bytes())
            until(lambda run=run: published(run).count("— ") == 2, 20)
            note = published(run)
            if note.count("— ") == 2:
                assert open_witnessed(note, policy, [Verifier.parse(keys[name])]).quorum
            told = lambda name=name: json.loads(  # noqa: E731
                command(tmp_path / name, "ledger", "status", "--json").stdout
            )
            until(lambda told=told: told()["verified"], 20)
            checked = command(tmp_path / name, "ledger", "check")
            assert (checked.returncode, "Consistent" in checked.stdout) == (0, True), checked.stdout

        # A witness that is gone holds up nothing: the log grows on, and says that nobody saw it.
        witnesses["a"].kill()
        before = size(runs["a"])
        until(lambda: size(runs["a"]) >= before + 16, 30)
        until(lambda: "Witnessed by 0 of 1" in runs["a"].page("/")[2], 20)
        assert "that is no quorum of the policy" in runs["a"].page("/ledger/")[2]
        back = WitnessProcess(tmp_path / "of-a", keys["a"], listen=f"127.0.0.1:{witnesses['a'].port}")
        end.enter_context(back)
        until(lambda: "Witnessed by 1 of 1" in runs["a"].page("/")[2], 40)
        assert any("cannot be reached" in line for line in runs["a"].complaints)
        assert any("it cosigns again" in line for line in runs["a"].complaints)


def test_a_policy_that_cannot_be_followed_stops_the_start(tmp_path):
    (tmp_path / "policy").write_text("quorum nobody\n", encoding="utf-8")
    words = [sys.executable, "-m", "ninefold", "run", "--workspace", str(tmp_path / "w"), "--port", "0", "--empty"]
    named = environment() | {"NINEFOLD_WITNESS_POLICY": str(tmp_path / "policy")}
    done = subprocess.run(words, env=named, capture_output=True, text=True, timeout=90)
    assert done.returncode == 2
    assert "Line 1 of the policy speaks of 'nobody', which no line before it defines." in done.stderr
