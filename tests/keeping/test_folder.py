"""The folder of a backup: what stands in it is whole, whatever happens while it is written."""

import os
import shutil
import subprocess

import pytest

from ninefold.errors import ConflictError, InvalidError, NotThereError, UnavailableError
from ninefold.keeping.folder import Folder

NAME, OTHER = "a" * 40, "b" * 40


@pytest.fixture
def folder(tmp_path):
    made = Folder(tmp_path / "backup")
    made.begin(b"about")
    return made


def test_a_copy_counts_once_it_is_complete(folder):
    digest = folder.put(NAME, b"sealed")
    assert folder.copies() == []
    folder.write_copy(1, b"manifest", {NAME: digest})
    assert folder.copies() == [1]
    assert (folder.manifest(1), folder.listed(1), folder.get(NAME)) == (b"manifest", {NAME: digest}, b"sealed")
    assert folder.digest(NAME) == digest
    assert folder.digest(OTHER) == ""


def test_a_sweep_takes_what_no_copy_holds(folder):
    kept, dropped = folder.put(NAME, b"1"), folder.put(OTHER, b"2")
    (folder.path / "pieces" / "aa" / "left.draft").write_bytes(b"half")
    folder.write_copy(1, b"m", {NAME: kept, OTHER: dropped})
    folder.write_copy(2, b"m", {NAME: kept})
    assert folder.sweep() == 1
    folder.drop(1)
    assert folder.sweep() == 1
    assert folder.has(NAME)
    assert not folder.has(OTHER)


def test_only_one_writes_at_a_time(folder):
    with folder.turn(), pytest.raises(UnavailableError, match="Another backup"), folder.turn():
        pass


def test_a_folder_in_use_is_not_begun(folder, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thing").touch()
    with pytest.raises(ConflictError, match="not empty"):
        Folder(tmp_path / "other").begin(b"about")


def test_names_lead_nowhere_else(folder):
    with pytest.raises(InvalidError, match="names no piece"):
        folder.get("../" * 13 + "x")
    with pytest.raises(NotThereError, match="is missing"):
        folder.get(NAME)


def test_nothing_is_readable_by_others(folder):
    folder.put(NAME, b"sealed")
    modes = {path.stat().st_mode & 0o077 for path in folder.path.rglob("*")}
    assert modes == {0}


@pytest.mark.faults
def test_a_full_disk_leaves_the_earlier_copy_whole(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if shutil.which("mount") is None or os.geteuid():
        pytest.skip("only root may mount a small disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr}")
    try:
        folder = Folder(disk / "backup")
        folder.begin(b"about")
        folder.write_copy(1, b"manifest", {NAME: folder.put(NAME, b"sealed")})
        with pytest.raises(UnavailableError, match="is the disk full"):
            folder.put(OTHER, bytes(2 << 20))
        assert folder.copies() == [1]
        assert folder.get(NAME) == b"sealed"
        assert not folder.has(OTHER)
        assert list(disk.rglob("*.draft")) == []
    finally:
        subprocess.run(["umount", "-l", disk], check=True)
