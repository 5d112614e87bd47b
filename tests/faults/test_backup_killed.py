"""A backup is killed at any step: the copies stay whole, and nothing that ended slips between the lists beside them."""

import os
import signal
import sys
from datetime import timedelta
from itertools import count

import pytest
from django.conf import settings
from django.db import connections

from ninefold import clock
from ninefold.access import actions
from ninefold.keeping import afterwards, backup
from ninefold.keeping.checking import look_after, open_all
from ninefold.keeping.folder import Folder
from ninefold.keeping.opening import open_backup
from ninefold.ledger import endings, keeping
from ninefold.ledger.beat import beat
from ninefold.sealing import age

from .conftest import child, rest_of

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

# Every step in these files is a moment at which the process is killed.
WATCHED = {"folder.py", "chain.py", "afterwards.py", "disk.py"}
KILLS = int(os.environ.get("NINEFOLD_TEST_KILLS", "40"))


@pytest.fixture
def identities(settings, tmp_path):
    settings.WORKSPACE = tmp_path / "workspace"
    (settings.WORKSPACE / "keys").mkdir(parents=True)
    keeping.create_log_key(settings.WORKSPACE, settings.LOG_ORIGIN)
    return [age.new_identity() for _ in range(2)]


def killed_at(step):
    """A function for `sys.setprofile` that kills this process at its so-many-th step, and counts them."""
    steps = count()

    def look(frame, event, _argument):
        if (
            event in {"call", "return"}
            and frame.f_code.co_filename.rpartition("/")[2] in WATCHED
            and next(steps) == step
        ):
            os.kill(os.getpid(), signal.SIGKILL)

    return look, steps


def back_up(to, step=-1):
    """Work for a process: one more copy, of which the last three stay; it says how many steps it took."""

    def work(say):
        look, steps = killed_at(step)
        sys.setprofile(look)
        backup.make(to=to, now=clock.now(), keep=3)
        sys.setprofile(None)
        say(str(next(steps)))

    with child(work) as (process, hear):
        said = rest_of(hear)
        ended = os.waitpid(process, 0)[1]
    connections.close_all()
    assert ended in (0, signal.SIGKILL), said
    return int(said) if said else None


def end_something(world):
    now = clock.now()
    made = actions.issue_token(by=world.head, now=now, name="t", scopes=["read"], ends=now + timedelta(days=1))
    actions.revoke_token(by=world.head, now=now, token=made.token.pk)


def whole(to, identities):
    """Every copy is whole, and with the lists from it on everything is told that ended since."""
    opened = open_backup(to, identities)
    assert look_after(to) == []
    assert [wrong for wrong in open_all(opened) if wrong] == []
    for number in opened.folder.copies():
        lists, _ = opened.afterwards(number)
        told = {act[1] for list_ in lists for act in list_.acts}
        ended = {act.ended.id for act in endings.acts_after(opened.manifest(number).serial)}
        assert ended <= told, f"copy {number} would bring back {len(ended - told)} of {len(ended)}"


def test_a_kill_at_any_step_leaves_whole_copies_and_lists_that_meet(tmp_path, identities, transactional_db, chance):
    from world import build

    endings.discover()
    world, to = build(clock.now()), tmp_path / "backup"
    recipients = tuple(age.recipient_of(one) for one in identities)
    backup.make(to=to, now=clock.now(), custodians=backup.Custodians(recipients, 2))
    end_something(world)
    beat(clock.now())
    steps = back_up(to)
    for turn in range(KILLS):
        # Over the kills every part of the way is met, each time at another step.
        step = int((turn + chance.random()) * steps / KILLS)
        end_something(world)
        if turn % 5 == 0:
            beat(clock.now())
        back_up(to, step)
        end_something(world)
        # The node lives on for a while, as its worker does.
        assert afterwards.write_where_due(clock.now()) == []
        whole(to, identities)
    assert back_up(to)
    whole(to, identities)
    assert len(Folder(to).copies()) == 3
    names = {path.name for part in ("copies", "afterwards") for path in (to / part).iterdir()}
    assert len(names) == 6
    assert list(to.rglob("*.draft")) == []
    assert (settings.WORKSPACE / "keys" / "backups.json").exists()
