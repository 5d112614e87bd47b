"""A workspace remembers where its records lie, so that nobody opens an empty one in its place."""

import os
import subprocess
import sys

import pytest

from ninefold.errors import ConflictError, InvalidError
from ninefold.web import workspace

ADDRESS = "postgresql://clerk:secret@db.example/ninefold"


def test_the_engine_is_remembered_and_the_address_is_not(tmp_path):
    workspace.create(tmp_path / "w", sample=False, address=ADDRESS)
    assert workspace.read(tmp_path / "w").engine == "postgresql"
    assert "secret" not in (tmp_path / "w" / "workspace.toml").read_text()


@pytest.mark.parametrize(("made", "opened"), [(ADDRESS, ""), ("", ADDRESS)], ids=["forgotten", "added"])
def test_the_other_engine_is_refused(tmp_path, made, opened):
    workspace.create(tmp_path / "w", sample=False, address=made)
    with pytest.raises(InvalidError, match="keeps its records in"):
        workspace.database(opened, tmp_path / "w", engine=workspace.read(tmp_path / "w").engine)


def test_a_command_says_so_in_a_sentence(tmp_path):
    workspace.create(tmp_path / "w", sample=False, address=ADDRESS)
    env = {key: value for key, value in os.environ.items() if not key.startswith(("NINEFOLD", "DJANGO"))}
    command = [sys.executable, "-m", "ninefold", "ledger", "status", "--workspace", str(tmp_path / "w")]
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    assert done.returncode == 2
    assert "keeps its records in postgresql" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("address", ["mysql://a/b", "postgresql://host/", "nonsense"])
def test_an_address_that_is_none_is_refused(tmp_path, address):
    with pytest.raises(InvalidError, match="names a database"):
        workspace.database(address, tmp_path, engine="postgresql")


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(ConflictError, match="not empty"):
        workspace.create(tmp_path, sample=True, address="")
    assert (tmp_path / "letter.txt").read_text() == "mine"


def test_keys_are_for_their_owner_only(tmp_path):
    workspace.create(tmp_path / "w", sample=True, address="")
    assert (tmp_path / "w").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "w" / "keys" / "session.key").stat().st_mode & 0o777 == 0o600
