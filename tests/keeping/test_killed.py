"""Killed at any moment, a backup leaves the earlier copies whole and the next run goes on; so does a restore."""

import random
import shutil
import time

import pytest

from .node import Node

pytestmark = pytest.mark.faults


def killed_after(process, seconds):
    time.sleep(seconds)
    process.kill()
    process.communicate()


def test_a_backup_killed_again_and_again(tmp_path, custodians, opening):
    node = Node(tmp_path / "workspace")
    node.step("begin")
    backup = tmp_path / "backup"
    node.ninefold("backup", "--to", backup, "--keys", custodians[0])
    chance = random.Random(9)
    for _ in range(4):
        node.step("publish")
        killed_after(node.command("backup", "--to", backup), 0.6 + chance.random() * 2)
        node.ninefold("backup", "check", backup, *opening)
    said = node.ninefold("backup", "--to", backup, "--keep", "1")
    assert "is complete" in said
    node.ninefold("backup", "check", backup, *opening)
    assert len(list((backup / "copies").glob("*.list"))) == 1
    assert list(backup.rglob("*.draft")) == []


def test_the_first_backup_killed_at_once_can_begin_again(tmp_path, custodians):
    node = Node(tmp_path / "workspace")
    node.step("begin")
    backup = tmp_path / "backup"
    killed_after(node.command("backup", "--to", backup, "--keys", custodians[0]), 1.2)
    begun = (backup / "backup.json").exists()
    node.ninefold("backup", "--to", backup, *([] if begun else ["--keys", custodians[0]]))
    node.ninefold("backup", "check", backup)


def test_a_restore_killed_leaves_nothing_that_looks_like_a_workspace(backed_up, opening, tmp_path):
    node = Node(tmp_path / "new")
    shutil.copy(backed_up / "about.json", tmp_path)
    words = ["restore", backed_up / "backup", "--workspace", node.folder, *opening]
    for seconds in (1.0, 1.6, 2.2):
        killed_after(node.command(*words, "--checkpoint", backed_up / "newest"), seconds)
        if node.folder.exists():
            break
    shutil.rmtree(node.folder, ignore_errors=True)
    node.ninefold(*words, "--checkpoint", backed_up / "newest")
    assert node.step("look")["findings"] == []
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["new"]


def test_a_backup_while_others_write_is_of_one_moment(tmp_path, custodians, opening):
    node = Node(tmp_path / "workspace")
    node.step("begin")
    busy = node.start("busy")
    try:
        assert busy.stdout.readline(), busy.stderr.read()
        node.ninefold("backup", "--to", tmp_path / "backup", "--keys", custodians[0])
        assert busy.poll() is None
    finally:
        busy.kill()
        busy.communicate()
    new = Node(tmp_path / "new")
    new.ninefold("restore", tmp_path / "backup", "--workspace", new.folder, *opening, "--alone")
    seen = new.step("look")
    assert seen["findings"] == []
    assert seen["behind"] is None
