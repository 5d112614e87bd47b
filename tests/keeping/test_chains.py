"""A workspace has several backups: one whose disk is missing stops no copy of the others."""

import shutil

import pytest

from ninefold import clock
from ninefold.errors import ConflictError
from ninefold.jobs.queue import DEFAULT
from ninefold.jobs.worker import Worker
from ninefold.keeping import backup
from ninefold.keeping.clocks import add_copies, add_copy
from ninefold.keeping.folder import Folder
from ninefold.ledger import keeping
from ninefold.ledger.beat import beat
from ninefold.sealing import age

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folders(settings, tmp_path):
    """Two backups; the disk of the first is gone."""
    (tmp_path / "workspace" / "keys").mkdir(parents=True)
    settings.WORKSPACE = tmp_path / "workspace"
    keeping.create_log_key(settings.WORKSPACE, settings.LOG_ORIGIN)
    beat(clock.now())
    pair = tmp_path / "first", tmp_path / "second"
    for folder in pair:
        custodians = [age.recipient_of(age.new_identity())], 1
        backup.make(to=folder, now=clock.now(), custodians=custodians)
    shutil.rmtree(pair[0])
    return pair


def copies(folder):
    return len(Folder(folder).copies()) if folder.exists() else None


def test_the_workspace_adds_a_copy_to_the_other(folders):
    add_copies.func(clock.now())
    Worker(clock=clock.now, acts=()).run_ready(DEFAULT)
    assert list(map(copies, folders)) == [None, 2]
    with pytest.raises(ConflictError, match="is its disk in place"):
        add_copy.func(clock.now(), str(folders[0]))
    assert not folders[0].exists(), "nothing is begun where the disk should be"


def test_and_so_does_a_new_key(folders):
    done = backup.renew(clock.now())
    assert "is its disk in place" in done[str(folders[0])]
    assert done[str(folders[1])] == ""
    assert list(map(copies, folders)) == [None, 2]
