"""The lists of a backup are read by who holds its secret, and believed only if the node wrote them."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from ninefold.errors import InvalidError, RefusedError
from ninefold.keeping import manifest as lists
from ninefold.keeping.folder import Folder
from ninefold.keeping.laying import lay_out, new_folder
from ninefold.keeping.manifest import Afterwards, File, Manifest, Table
from ninefold.keeping.opening import About, Opened
from ninefold.ledger.growth import Growth
from ninefold.sealing import age
from ninefold.sealing.custody import entrust

KEY = b"k" * 32
NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def identity():
    return age.new_identity()


def a_manifest(*files):
    table = Table("access.Person", ("id", "email"), 2, ("a" * 40,))
    schema = (("access", "0001_initial"),)
    return Manifest("chain", 1, "2026", "0.1.0", "log", "key", schema, 5, 256, "note", (table,), files)


def seal(identity, value=None, key=KEY):
    return lists.seal_manifest(value or a_manifest(), recipient=age.recipient_of(identity), key=key)


def test_a_manifest_is_read_as_it_was_written(identity):
    written = a_manifest(File("keys/log.key", 0o600, ("b" * 40,)))
    assert lists.open_manifest(seal(identity, written), identity=identity, key=KEY) == written


def test_the_list_of_what_came_after_is_read_as_it_was_written(identity):
    growth = Growth(256, (b"1" * 32, b"2" * 32), "note", NOW, b"s" * 64, 256, 9, b"e" * 32)
    older = Growth(256, (b"1" * 32, b"2" * 32), "note", NOW, b"s" * 64)
    acts = (("access.release-ended", uuid4(), NOW, ""), ("access.factor-removed", uuid4(), NOW, "totp"))
    for grown in (growth, older, None):
        written = Afterwards("chain", 1, NOW, 9, acts, grown)
        sealed = lists.seal_afterwards(written, recipient=age.recipient_of(identity), key=KEY)
        assert lists.open_afterwards(sealed, identity=identity, key=KEY) == written


def test_who_only_knows_the_recipient_cannot_write_one(identity):
    """age does not say who sealed, so whoever can write to the disk could put an account into the copy."""
    forged = seal(identity, key=b"x" * 32)
    with pytest.raises(RefusedError, match="not written by the node"):
        lists.open_manifest(forged, identity=identity, key=KEY)


def test_another_copy_in_its_place_is_refused(identity, tmp_path):
    folder = Folder(tmp_path)
    folder.begin(b"{}")
    folder.write_copy(2, seal(identity), {})
    with pytest.raises(RefusedError, match="is another one than it says"):
        Opened(folder, "chain", identity, KEY).manifest()


def test_another_piece_in_its_place_is_refused(identity, tmp_path):
    folder = Folder(tmp_path)
    folder.begin(b"{}")
    from ninefold.keeping.pieces import pack

    folder.put("a" * 40, age.seal(pack(b"another"), [age.recipient_of(identity)]))
    with pytest.raises(RefusedError, match="exchanged"):
        Opened(folder, "chain", identity, KEY).piece("a" * 40)


def test_a_path_that_leads_out_of_the_workspace_is_refused(identity, tmp_path):
    opened = Opened(Folder(tmp_path), "chain", identity, KEY)
    for path in ("../outside", "/etc/outside", ""):
        with pytest.raises(InvalidError, match="outside the workspace"), new_folder(tmp_path / "new") as draft:
            lay_out(opened, a_manifest(File(path, 0o600, ())), draft, engine="sqlite", successor=False)
    assert list(tmp_path.iterdir()) == []


def test_what_everybody_reads_tells_no_custodian(identity, tmp_path):
    keys = [age.recipient_of(age.new_identity()) for _ in range(3)]
    about = About("chain", entrust(b"secret", keys, need=2))
    folder = Folder(tmp_path)
    folder.begin(about.written())
    assert About.read(folder) == about
    assert not any(key.encode() in folder.about() for key in keys)
