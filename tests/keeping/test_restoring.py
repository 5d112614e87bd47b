"""The machine is lost, the backup is restored: nothing that had expired, ended or been erased comes back."""

import shutil

import pytest

from ninefold.keeping.opening import open_backup
from ninefold.sealing.age import IDENTITY, read_identities
from ninefold.web import config

from .node import Node, every_byte
from .story import ERASED, KEPT

pytestmark = pytest.mark.faults


@pytest.fixture
def restore(backed_up, tmp_path, opening, new_database):
    """Restore into a new folder; returns the node and what the command said."""
    shutil.copy(backed_up / "about.json", tmp_path)

    def run(*words, folder="backup", status=0, database=None, name="new"):
        usual = bool(config.text("NINEFOLD_DATABASE"))
        node = Node(tmp_path / name, new_database() if (usual if database is None else database) else "")
        where = ["restore", backed_up / folder, "--workspace", node.folder, *opening]
        return node, node.ninefold(*where, *words, status=status)

    return run


def test_nothing_comes_back(restore, backed_up):
    node, said = restore("--checkpoint", backed_up / "newest")
    seen = node.step("look")
    assert seen["runs"] == []
    assert not seen["account"]
    assert not seen["holder"]
    assert seen["ways_in"] == 0
    assert seen["bodies"] == [False, True]
    assert seen["tombstones"] == 1
    assert seen["findings"] == []
    assert "signs, is encrypted to, opens" in node.ninefold("access", "directory-key", "show")
    # What had not ended is there, and the log goes on where the world has seen it.
    assert seen["warnings"] == 1
    assert seen["behind"] is None
    assert seen["told"] == ["keeping.restored"]
    assert seen["size"] == 256 + 3 * 8
    assert "access.account-closed: 1" in said
    assert "Lost: 8 entries" in said
    (lost,) = seen["lost"]
    assert "what was published between the sizes 256 and 280, and the entries " in lost
    assert node.step("publish").split("\n")[1] == str(256 + 4 * 8)
    assert node.step("look")["findings"] == []


def test_the_erased_text_is_in_no_byte_of_the_restored_folder(restore, backed_up):
    node, _ = restore("--checkpoint", backed_up / "newest", database=False)
    content = every_byte(node.folder)
    assert KEPT.encode() in content
    assert ERASED.encode() not in content


def test_every_table_comes_back_row_for_row(tmp_path, custodians, opening, new_database):
    """What the restore itself writes apart: its entry and who may read it, and the tokens that it ended."""
    usual = bool(config.text("NINEFOLD_DATABASE"))
    node = Node(tmp_path / "workspace", new_database() if usual else "")
    node.step("begin")
    before = node.step("lines")
    node.ninefold("backup", "--to", tmp_path / "backup", "--keys", custodians[0])
    assert node.step("lines") == before
    new = Node(tmp_path / "new", new_database() if usual else "")
    new.ninefold("restore", tmp_path / "backup", "--workspace", new.folder, *opening, "--alone")
    after = new.step("lines")
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"access.Release", "access.Token", "ledger.Body", "ledger.Entry"}
    assert (new.folder / "files" / "ab" / "vault").read_bytes() == (node.folder / "files" / "ab" / "vault").read_bytes()


def test_a_copy_of_one_engine_is_restored_to_the_other(restore, backed_up):
    usual = bool(config.text("NINEFOLD_DATABASE"))
    if not usual:
        pytest.skip("NINEFOLD_DATABASE names no database")
    node, _ = restore("--checkpoint", backed_up / "newest", database=not usual)
    seen = node.step("look")
    assert (seen["runs"], seen["findings"], seen["behind"]) == ([], [], None)


def test_without_the_newest_checkpoint_it_signs_nothing(restore, backed_up):
    """The list beside the copy is lost, and others have seen a larger tree: reading only."""
    node, said = restore("--checkpoint", backed_up / "newest", folder="without-list")
    assert "READING ONLY: others have seen 280 leaves" in said
    seen = node.step("look")
    assert (seen["behind"], seen["size"], seen["warnings"]) == (280, 256, 1)
    assert "READING ONLY: others have seen 280 leaves" in node.ninefold("ledger", "status")
    with pytest.raises(AssertionError, match="may be read only"):
        node.step("publish")


def test_grants_that_ran_out_stay_run_out_even_without_the_list(restore, backed_up):
    node, _said = restore("--checkpoint", backed_up / "oldest", folder="without-list")
    seen = node.step("look")
    assert "expired" not in seen["runs"]
    assert seen["ways_in"] == 0


def test_a_successor_names_the_log_that_it_follows(restore, backed_up):
    node, _said = restore("--checkpoint", backed_up / "newest", "--successor", folder="without-list")
    seen = node.step("look")
    assert (seen["behind"], seen["size"], seen["findings"]) == (None, 0, [])
    assert seen["origin"] not in (backed_up / "newest").read_text()
    assert "There is no key" in node.ninefold("access", "directory-key", "show")
    node.step("publish")
    after = node.step("look")
    assert after["size"] == 256
    assert after["findings"] == []


def test_nobody_named_is_no_answer(restore, backed_up):
    _, said = restore(folder="backup", status=2)
    assert "Name who has seen this log" in said


def test_a_checkpoint_of_another_log_is_refused(restore, backed_up, tmp_path):
    (tmp_path / "other").write_text("another/log\n1\n" + "A" * 43 + "=\n\n— another/log " + "A" * 91 + "=\n")
    _, said = restore("--checkpoint", tmp_path / "other", status=3)
    assert "None of the keys" in said


def test_a_folder_in_use_is_left_alone(restore, backed_up, tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "precious").touch()
    _, said = restore("--checkpoint", backed_up / "newest", status=4, database=False)
    assert "is not empty" in said
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["precious"]


def test_one_custodian_opens_nothing(backed_up, custodians, tmp_path):
    node = Node(tmp_path / "new")
    words = ["restore", backed_up / "backup", "--workspace", node.folder, "--alone"]
    said = node.ninefold(*words, "--identity", custodians[1][0], status=3)
    assert "2 shares are needed, and 1 were given" in said
    share = tmp_path / "share"
    share.write_text(node.ninefold("backup", "open-share", backed_up / "backup", "--identity", custodians[1][1]))
    node.ninefold("backup", "check", backed_up / "backup", "--identity", custodians[1][0], "--share", share)


def test_an_identity_that_others_may_read_opens_nothing(backed_up, custodians, tmp_path):
    node, loose = Node(tmp_path / "new"), tmp_path / "loose"
    loose.write_bytes(custodians[1][0].read_bytes())
    loose.chmod(0o640)
    for words in (["backup", "open-share"], ["backup", "check"], ["restore", "--alone", "--workspace", node.folder]):
        said = node.ninefold(*words, backed_up / "backup", "--identity", loose, status=3)
        assert f"Others may read the key file {loose}: run chmod 600 on it." in said


def test_no_key_of_a_custodian_is_in_the_backup(backed_up, custodians):
    """Neither in its files nor, opened, in any of its pieces."""
    keys = [read_identities(file.read_text())[0] for file in custodians[1]]
    opened = open_backup(backed_up / "backup", keys[:2])
    pieces = b"".join(opened.piece(name) for name in opened.manifest().pieces())
    assert KEPT.encode()[:10] not in every_byte(backed_up / "backup")
    for secret in (*keys, opened.identity, IDENTITY, opened.key.hex()):
        assert secret.encode() not in pieces
        assert secret.encode() not in every_byte(backed_up / "backup")
    assert b"PRIVATE+KEY" in pieces


def test_a_damaged_piece_is_found_with_and_without_keys(backed_up, opening, tmp_path):
    shutil.copytree(backed_up / "backup", tmp_path / "backup")
    node = Node(tmp_path / "none")
    assert "Every file is there" in node.ninefold("backup", "check", tmp_path / "backup")
    assert "Every part is there" in node.ninefold("backup", "check", tmp_path / "backup", *opening)
    piece = max((tmp_path / "backup" / "pieces").glob("*/*"))
    content = bytearray(piece.read_bytes())
    content[-1] ^= 1
    piece.write_bytes(content)
    for words in ([], opening):
        assert "1 parts of the backup" in node.ninefold("backup", "check", tmp_path / "backup", *words, status=4)
