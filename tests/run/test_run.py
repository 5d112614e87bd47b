"""`ninefold run`, from the first line to the last process."""

import os
import re
import signal
import socket
import sqlite3
import time

import pytest

from ninefold.web import workspace

from .running import Run, interrupt_while_preparing, lives, run_and_end, until

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif("NINEFOLD_DATABASE" in os.environ, reason="these keep their records in files"),
]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "real"
    started = Run(folder, "--empty", "--email", "ada@example.org", "--name", "Ada")
    started.folder = folder
    yield started
    assert started.stop() == 0


def link(run):
    return re.search(r"http://localhost:\d+(/access/invitation/\S+)", run.text).group(1)


def test_it_prints_an_address_that_answers_and_one_link_for_the_first_person(run):
    assert "ada@example.org" in run.text
    status, headers, _ = run.page()
    assert (status, headers["Server"]) == (200, "ninefold")
    assert run.enter_by(link(run)) == (302, "/access/enrol/")
    assert run.enter_by(link(run)) == (404, None)


def test_its_folder_is_for_its_owner_only(run):
    for path in [run.folder, run.folder / "keys"]:
        assert path.stat().st_mode & 0o777 == 0o700
    for path in [run.folder / "ninefold.sqlite3", *(run.folder / "keys").iterdir()]:
        assert path.stat().st_mode & 0o777 == 0o600, path


def test_a_real_workspace_holds_nothing_but_its_first_person(run):
    with sqlite3.connect(run.folder / "ninefold.sqlite3") as database:
        (people,) = database.execute("select count(*) from access_person").fetchone()
        (actors,) = database.execute("select count(*) from tracks_actor").fetchone()
    database.close()
    assert (people, actors) == (1, 0)


def test_the_same_workspace_runs_once(run):
    done = run_and_end("--workspace", run.folder, "--port", "0")
    assert done.returncode == 5
    assert f"runs already, at http://localhost:{run.port}/" in done.stderr


def test_a_port_that_is_taken_is_said(run, tmp_path):
    done = run_and_end("--workspace", tmp_path / "w", "--port", run.port)
    assert done.returncode == 5
    assert f"The port {run.port} is taken" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--email", "nobody"), "'nobody' is not an e-mail address; write it as name@example.org."),
        (("--name", " "), "Write the --name of the first person in 1 to 200 characters."),
    ],
    ids=["address", "name"],
)
def test_a_first_person_whom_nobody_could_name_is_refused_before_anything_is_made(tmp_path, words, said):
    done = run_and_end("--workspace", tmp_path / "w", "--empty", *words)
    assert (done.returncode, (tmp_path / "w").exists()) == (2, False)
    assert said in done.stderr


def test_a_place_where_nothing_can_be_kept_is_named(tmp_path):
    (tmp_path / "file").write_text("mine")
    for place in (tmp_path / "file", tmp_path / "file" / "below", "/proc/nowhere"):
        done = run_and_end("--workspace", place)
        assert (done.returncode, "Traceback" in done.stderr) == (2, False)
        assert f"No workspace can be kept in {place}" in done.stderr
    assert (tmp_path / "file").read_text() == "mine"


def test_a_sample_is_never_run_as_real(tmp_path):
    workspace.create(tmp_path / "w", sample=True, address="")
    done = run_and_end("--workspace", tmp_path / "w", "--empty")
    assert done.returncode == 4
    assert "is a sample" in done.stderr


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path):
    (tmp_path / "letter").touch()
    done = run_and_end("--workspace", tmp_path)
    assert done.returncode == 4
    assert "is not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["letter"]


def test_a_worker_that_is_killed_is_started_again(run):
    killed = run.children()["ninefold.jobs"]
    os.kill(killed, signal.SIGKILL)
    until(lambda: run.children().get("ninefold.jobs") not in (None, killed))
    assert run.page()[0] == 200


def test_it_stops_at_any_moment_and_leaves_nothing_running_and_starts_again(tmp_path):
    interrupt_while_preparing("--workspace", tmp_path / "w", "--empty", "--port", "0")
    first = Run(tmp_path / "w", "--empty")
    children = first.children()
    assert set(children) == {"ninefold.web.server", "ninefold.jobs"}
    began = time.monotonic()
    assert first.stop(signal.SIGINT) == 0
    assert time.monotonic() - began < 6
    assert not any(lives(child) for child in children.values())
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", first.port)) != 0
    # The second start asks nothing, keeps everything, and still shows the way in for a person who has not come yet.
    second = Run(tmp_path / "w", port=first.port)
    try:
        assert second.enter_by(link(first))[0] == 404
        assert second.enter_by(link(second))[0] == 302
    finally:
        children = second.children()
        second.process.kill()
        second.ended()
    # The parent was killed: its children notice and end by themselves.
    until(lambda: not any(lives(child) for child in children.values()))


def test_a_terminal_that_is_gone_keeps_nothing_running(tmp_path):
    heard, spoken = os.pipe()
    run = Run(tmp_path / "w", "--empty", stderr=spoken)
    os.close(spoken)
    os.close(heard)
    children = run.children()
    assert run.stop() == 0
    assert not any(lives(child) for child in children.values())


def test_a_worker_that_keeps_ending_ends_all_with_a_word(tmp_path):
    run = Run(tmp_path / "w", "--empty")
    children = run.children()
    last = None
    for _ in range(3):
        until(lambda: run.children().get("ninefold.jobs") not in (None, last))  # noqa: B023
        last = run.children()["ninefold.jobs"]
        os.kill(last, signal.SIGKILL)
    assert run.ended() == 5
    assert "The worker ended 3 times within a minute" in "".join(run.complaints)
    assert not lives(children["ninefold.web.server"])
