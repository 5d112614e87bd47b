"""Whatever a room can end, a restore ends again; and a copy that is behind is read only."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from world import NOW

from ninefold.access.actions import factor_added, factor_removed
from ninefold.access.endings import end_every_way_in
from ninefold.errors import ConflictError, InvalidError, RefusedError, UnavailableError
from ninefold.ledger import endings, keeping, kinds, stored
from ninefold.ledger.actions import append
from ninefold.ledger.beat import beat
from ninefold.ledger.merkle import TreeHead
from ninefold.ledger.models import Checkpoint, Leaf
from ninefold.ledger.refs import Ref
from ninefold.ledger.regrowing import grown_since, newest_serial, regrow, require_leads_from
from ninefold.warning.actions.warnings import RAISED

# What says so of something else, and has nothing of its own to bring back: the directory repeats what ends a key, and
# no copy holds the channels of notices.
NOTHING_TO_END = {"warning.withdrawn", "ledger.key-ended", "access.channel-ended"}
ENDS = re.compile(r"unlinked|ended|revoked|closed|erased|removed|destroyed|withdrawn|custody-passed|office-left")


def test_every_act_that_ends_something_is_known_to_a_restore():
    endings.discover()
    written = {name for name in kinds._kinds if ENDS.search(name)}
    assert "access.release-ended" in written
    assert written - NOTHING_TO_END == set(endings._endings)


def test_an_act_that_this_version_does_not_know_stops_the_restore(db):
    act = endings.Act("planted.ended", endings.Ended(NOW, NOW))
    with pytest.raises(InvalidError, match=r"does not know how planted\.ended"):
        endings.do_again([act], NOW)


def test_a_removed_second_factor_does_not_open_the_account_again(world):
    endings.discover()
    before = newest_serial()
    Authenticator.objects.create(user=world.analyst, type="totp", data={})
    factor_added(person=world.analyst, now=NOW, factor="totp", secured=True)
    world.analyst.set_password("a long password")
    world.analyst.save()
    factor_removed(person=world.analyst, now=NOW, factor="totp", secured=False)
    # The old copy still has it.
    assert Authenticator.objects.filter(user=world.analyst).exists()
    acts = list(endings.acts_after(before))
    assert [(act.kind, act.ended.detail) for act in acts] == [("access.factor-removed", "totp")]
    assert endings.do_again(acts, NOW) == {"access.factor-removed": 1}
    world.analyst.refresh_from_db()
    assert not Authenticator.objects.filter(user=world.analyst).exists()
    assert not world.analyst.has_usable_password()
    assert not world.analyst.secured


def test_every_way_in_ends(world):
    assert end_every_way_in(NOW) > 0
    assert end_every_way_in(NOW) == 0


@pytest.fixture
def log(db):
    if not (settings.WORKSPACE / "keys" / "log.key").exists():
        keeping.create_log_key(settings.WORKSPACE, settings.LOG_ORIGIN)
    beat(NOW)
    yield
    (settings.WORKSPACE / "keys" / "log.head").unlink(missing_ok=True)


def an_act():
    with transaction.atomic():
        return append(
            kind=RAISED, actor="node", subject=Ref("warning", "warning", NOW_ID), now=NOW, marking="tlp:red", body={}
        )


NOW_ID = Ref.parse("warning:warning:8b9d2f0e-0c6a-4b7e-9a51-3c1d2e4f5a6b").id


def test_a_copy_catches_up_and_knows_its_own_waiting_entries(log):
    """An entry waited when the copy was made, and is published in a leaf that came later."""
    waiting = an_act()
    point = transaction.savepoint()
    beat(NOW)
    beat(NOW)
    growth = grown_since(256)
    published = TreeHead(*Checkpoint.objects.values_list("size", "root").last())
    transaction.savepoint_rollback(point)
    assert stored.count_leaves() == 256
    head = regrow(growth, NOW)
    assert (head.size, head.root) == (published.size, bytes(published.root))
    assert Leaf.objects.get(entry=waiting).index >= 256
    assert stored.count_waiting() == 0
    assert regrow(growth, NOW) == head
    require_leads_from(head)
    assert beat(NOW).size == 280


def test_leaves_that_do_not_lead_to_the_checkpoint_are_refused(log):
    point = transaction.savepoint()
    beat(NOW)
    growth = grown_since(256)
    transaction.savepoint_rollback(point)
    with pytest.raises(ConflictError, match="do not lead"):
        regrow(growth._replace(leaves=(bytes(32), *growth.leaves[1:])), NOW)
    with pytest.raises(ConflictError, match="are missing"):
        regrow(growth._replace(leaves=growth.leaves[1:]), NOW)
    with pytest.raises(RefusedError, match="does not match"):
        regrow(growth._replace(time=NOW.replace(year=2027)), NOW)
    with pytest.raises(ConflictError, match="another tree"):
        require_leads_from(TreeHead(256, bytes(32)))


def test_a_copy_that_is_behind_neither_writes_nor_signs(log):
    assert keeping.behind() is None
    keeping.fall_behind(512)
    try:
        with pytest.raises(UnavailableError, match=r"published \(size 512\), so it may be read only"):
            an_act()
        with pytest.raises(UnavailableError, match="read only"):
            beat(NOW)
        assert stored.count_leaves() == 256
    finally:
        (settings.WORKSPACE / "keys" / "log.behind").unlink()
    an_act()
