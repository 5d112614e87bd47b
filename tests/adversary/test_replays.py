"""A link or a confirmation used twice: by two browsers at once, after its end, and after a copy was put back."""

from datetime import timedelta

import pytest
from at_once import at_once
from world import build

from ninefold import clock
from ninefold.access import actions
from ninefold.access.endings import end_every_way_in
from ninefold.access.models import Link, Person
from ninefold.errors import ConflictError, NotThereError
from ninefold.keeping import actions as keeping
from ninefold.ledger.models import Entry
from ninefold.sealing import age
from ninefold.words.text import in_one

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("log_key")]
USED = "has been used, has ended, or never was"


def invited():
    now = clock.now()
    root = actions.found(now=now, email="root@example.org", name=in_one("en", "Root")).person
    return actions.invite(by=root, now=now, email="ada@example.org", name=in_one("en", "Ada"))


def taking(handover, purpose="invitation", now=None):
    return lambda: actions.take_link(secret=handover.secret, purpose=purpose, now=now or clock.now())


def joined():
    return Entry.objects.filter(kind="access.joined").count()


def test_two_browsers_at_once_take_an_invitation_once():
    handover = invited()
    told = at_once(*[taking(handover)] * 4)
    assert [one for one in told if isinstance(one, Person)] == [handover.person]
    assert all(isinstance(one, NotThereError) for one in told if not isinstance(one, Person))
    assert joined() == 1


def test_an_invitation_is_taken_neither_twice_nor_late_nor_for_another_purpose():
    handover = invited()
    for act in (taking(handover, now=clock.now() + timedelta(days=15)), taking(handover, "sample")):
        with pytest.raises(NotThereError, match=USED):
            act()
    assert joined() == 0
    assert taking(handover)() == handover.person
    with pytest.raises(NotThereError, match=USED):
        taking(handover)()
    assert joined() == 1


def test_a_used_link_that_an_old_copy_brings_back_opens_nothing():
    """Its row says again that nobody used it; a restore ends every way in."""
    handover = invited()
    taking(handover)()
    Link.objects.update(used=False)
    end_every_way_in(clock.now())
    with pytest.raises(NotThereError, match=USED):
        taking(handover)()


def confirming(world, row, person):
    return lambda: keeping.confirm_node_export(by=person, now=clock.now(), export=row.pk)


def test_an_export_of_the_whole_node_is_confirmed_once_by_two_browsers_at_once():
    world = build(clock.now())
    told = {"recipients": age.recipient_of(age.new_identity()), "need": 1, "reason": "handover"}
    row = keeping.request_node_export(by=world.administrator, now=clock.now(), **told)
    results = at_once(*[confirming(world, row, world.analyst)] * 2)
    assert sum(isinstance(one, ConflictError) for one in results) == 1, results
    assert Entry.objects.filter(kind="keeping.export-confirmed").count() == 1
