"""A restored copy tells nobody of old items, and knows no address that may have been turned off since."""

import pytest

from ninefold.web import config

from .node import Node, every_byte
from .story import ADDRESS

pytestmark = pytest.mark.faults


def test_a_restored_copy_sends_nothing(tmp_path, custodians, opening, new_database):
    usual = bool(config.text("NINEFOLD_DATABASE"))
    node = Node(tmp_path / "workspace", new_database() if usual else "")
    node.step("begin")
    node.step("be_told")
    node.ninefold("backup", "--to", tmp_path / "backup", "--keys", custodians[0])
    new = Node(tmp_path / "new", new_database() if usual else "")
    new.ninefold("restore", tmp_path / "backup", "--workspace", new.folder, *opening, "--alone")
    assert new.step("notices") == {"Channel": 0, "Item": 0, "Message": 0, "NoticeTerms": 1, "gathered": 0}
    if not usual:
        assert ADDRESS.encode() not in every_byte(new.folder)
    assert node.step("notices") == {"Channel": 1, "Item": 1, "Message": 1, "NoticeTerms": 1, "gathered": 1}
