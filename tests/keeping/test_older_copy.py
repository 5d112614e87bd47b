"""An older copy than the newest is restored: the lists of all later ones tell what must not come back with it."""

import shutil

import pytest

from .node import Node

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def twice(tmp_path_factory, custodians):
    """A copy, everything ends, a second copy that the workspace adds by itself."""
    folder = tmp_path_factory.mktemp("twice")
    node = Node(folder / "workspace")
    node.step("begin")
    node.ninefold("backup", "--to", folder / "backup", "--keys", custodians[0])
    shutil.copy(folder / "backup" / "afterwards" / "000001", folder / "old-list")
    node.step("end")
    node.step("add_copies")
    shutil.rmtree(node.folder)
    return folder


@pytest.fixture
def restored(twice, tmp_path, opening):
    """Restore a copy after something was done to the backup; what is seen, and what the command said."""
    shutil.copy(twice / "about.json", tmp_path)
    shutil.copytree(twice / "backup", tmp_path / "backup")

    def run(number, *, without=()):
        for name in without:
            (tmp_path / "backup" / "afterwards" / name).unlink()
        node = Node(tmp_path / "new")
        words = ["restore", tmp_path / "backup", "--workspace", node.folder, "--copy", number, *opening]
        said = node.ninefold(*words, "--alone")
        return node.step("look"), said

    return run


def test_nothing_comes_back_with_an_older_copy(restored):
    seen, said = restored(1)
    assert (seen["runs"], seen["account"], seen["bodies"]) == ([], False, [False, True])
    assert (seen["findings"], seen["size"], seen["behind"]) == ([], 280, None)
    assert "It is copy 1" in said
    assert "NOT KNOWN" not in said


def test_the_newest_copy_needs_nothing_done_again(restored):
    seen, said = restored(2)
    assert (seen["runs"], seen["findings"]) == ([], [])
    assert "Ended again" not in said


def test_a_missing_list_is_said_loudly_and_its_gap_keeps_the_copy_from_signing(restored):
    seen, said = restored(1, without=["000001"])
    assert "NOT KNOWN: what ended after the copy, because the list beside 1 is missing" in said
    assert seen["account"]
    # Nobody was named, but the second copy was made at a size that the first does not reach without its list.
    assert "READING ONLY: others have seen 280 leaves" in said
    assert (seen["size"], seen["behind"], seen["findings"]) == (256, 280, [])


def test_an_older_list_that_somebody_put_back_is_said_as_loudly(twice, restored, tmp_path):
    """The list beside the first copy as it was before anything ended: a true one, and an old one."""
    shutil.copy(twice / "old-list", tmp_path / "backup" / "afterwards" / "000001")
    seen, said = restored(1)
    assert "NOT KNOWN: what ended after the copy, because the list beside 1 is missing, damaged or old" in said
    assert (seen["account"], seen["behind"]) == (True, 280)
