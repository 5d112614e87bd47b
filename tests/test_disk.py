"""Files that are whole or not there, and that nobody else reads."""

import os

import pytest

from ninefold import disk
from ninefold.errors import ConflictError, InvalidError, NotThereError, RefusedError


def test_a_private_file_is_written_once_and_read_by_its_owner(tmp_path):
    path = tmp_path / "key"
    disk.write_private(path, b"secret")
    assert (path.stat().st_mode & 0o777, disk.read_private(path, 100), disk.read_private(path, 3)) == (
        0o600,
        b"secret",
        b"sec",
    )
    with pytest.raises(ConflictError, match="already a file"):
        disk.write_private(path, b"another")
    assert path.read_bytes() == b"secret"
    assert [left.name for left in tmp_path.iterdir()] == ["key"]


def test_what_others_may_read_or_is_no_file_is_refused(tmp_path):
    path = tmp_path / "key"
    disk.write_private(path, b"secret")
    path.chmod(0o640)
    with pytest.raises(RefusedError, match="chmod 600"):
        disk.read_private(path, 100)
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(InvalidError, match="is no file"):
        disk.read_private(tmp_path / "pipe", 100)
    with pytest.raises(NotThereError):
        disk.read_private(tmp_path / "none", 100)
    with pytest.raises(NotThereError, match="cannot write into"):
        disk.write_private(tmp_path / "none" / "key", b"")


def test_a_file_is_replaced_whole_or_stays_as_it_was(tmp_path):
    path = tmp_path / "head"
    disk.replace_whole(path, b"old")
    disk.replace_whole(path, b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o600)
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(OSError, match="directory"):
        disk.replace_whole(folder, b"never")
    assert sorted(left.name for left in tmp_path.iterdir()) == ["folder", "head"]
