"""The log's key is replaced, and a backup holds the new one at once; where it cannot, every door says so."""

import shutil

import pytest

from .node import Node

pytestmark = pytest.mark.faults
ROTATE = ["ledger", "rotate-key", "--yes", "--workspace"]


@pytest.fixture(scope="module")
def rotated(tmp_path_factory, custodians):
    """A workspace that has changed its key with its backup in place, and a second time with the backup away."""
    folder = tmp_path_factory.mktemp("rotated")
    node = Node(folder / "workspace")
    node.step("begin")
    node.ninefold("backup", "--to", folder / "backup", "--keys", custodians[0])
    said = [node.ninefold(*ROTATE, node.folder)]
    (folder / "backup").rename(folder / "away")
    rotating = node.command(*ROTATE, node.folder)
    said.append(rotating.communicate(timeout=180))
    assert rotating.returncode == 0
    (folder / "away").rename(folder / "backup")
    return folder, node, said


def restore(rotated, tmp_path, opening, number, *, status=0):
    folder, _, _ = rotated
    shutil.copy(folder / "about.json", tmp_path)
    node = Node(tmp_path / "new")
    words = ["restore", folder / "backup", "--workspace", node.folder, "--copy", number, *opening, "--alone"]
    return node, node.ninefold(*words, status=status)


def test_a_backup_in_its_place_holds_the_new_key(rotated, tmp_path, opening):
    folder, _, (said, _) = rotated
    assert f"The newest copy in {folder / 'backup'} holds the new key." in said
    assert len(list((folder / "backup" / "copies").glob("*.list"))) == 2
    node, _ = restore(rotated, tmp_path, opening, 2)
    assert node.step("look")["findings"] == []
    # The log goes on.
    node.step("publish")


def test_a_backup_that_is_away_is_named_and_the_doctor_reminds(rotated):
    folder, node, (_, (_, complained)) = rotated
    assert f"NO COPY IN {folder / 'backup'} HOLDS THE NEW KEY: " in complained
    assert f"ninefold backup --to {folder / 'backup'}" in complained
    doctor = node.command("doctor", "--workspace", node.folder)
    assert "none could go on with this log" in "".join(doctor.communicate(timeout=60))


def test_a_copy_from_before_the_key_is_refused_and_says_what_to_do(rotated, tmp_path, opening):
    folder, node, _ = rotated
    node.step("end")  # The lists are written beside the copies.
    _, complained = restore(rotated, tmp_path, opening, 2, status=3)
    assert "restore a copy made after that, or begin a successor log with --successor" in complained
    assert not (tmp_path / "new").exists()
    node.ninefold("backup", "--to", folder / "backup", "--workspace", node.folder)
    again, _ = restore(rotated, tmp_path, opening, 3)
    assert again.step("look")["findings"] == []
    doctor = node.command("doctor", "--workspace", node.folder)
    assert "none could go on" not in "".join(doctor.communicate(timeout=60))
