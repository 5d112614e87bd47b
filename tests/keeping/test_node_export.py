"""The whole node leaves only sealed, by two people together, and every audience reads of it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from ninefold.access import actions as access
from ninefold.access.models import Item
from ninefold.access.notices.post import Post
from ninefold.access.reads import entries_visible_to
from ninefold.errors import ConflictError, InvalidError, NotThereError, RefusedError
from ninefold.keeping import actions
from ninefold.keeping.models import NodeExport
from ninefold.keeping.reads import node_exports
from ninefold.keeping.rules import LIFE, may_make
from ninefold.sealing import age

from .node import Node, every_byte

RECIPIENT = age.recipient_of(age.new_identity())


def request(world, **changes):
    told = {"by": world.administrator, "now": world.now, "recipients": RECIPIENT, "need": 1, "reason": "handover"}
    return actions.request_node_export(**told | changes)


def test_two_people_and_every_audience_reads_of_it(world):
    row = request(world)
    confirmed = actions.confirm_node_export(by=world.analyst, now=world.now, export=row.pk)
    assert confirmed.pk == row.pk
    assert NodeExport.objects.get().confirmed_by == world.analyst
    for reader in (world.analyst, world.head, world.envoy):
        told = entries_visible_to(reader, world.now).filter(subject_kind="keeping:export")
        assert {entry.kind for entry in told} == {"keeping.export-requested", "keeping.export-confirmed"}
        assert list(node_exports(reader, world.now)) == [row]
    assert list(node_exports(world.outsider, world.now)) == []


def test_it_is_told_whatever_an_audience_wants(world, settings):
    """One custodian's wish for no notices keeps nobody from learning that the whole node leaves."""
    settings.POST = Post("localhost", 9, "n@talks.example", "starttls", "talks.example")
    for person in (world.head, world.outsider):
        channel = access.ask_by_mail(by=person, now=world.now, address=f"{person.pk}@home.example")
        access.confirm_mail(by=person, now=world.now, code=access.code_of(channel))
    access.hush_audience(by=world.analyst, now=world.now, audience=world.audience, notices=False)
    request(world)
    assert list(Item.objects.values_list("person", flat=True)) == [world.head.pk]
    assert len(access.gather(now=world.now)) == 1


def test_nobody_does_it_alone(world):
    row = request(world)
    with pytest.raises(RefusedError, match="nobody exports the whole node alone"):
        actions.confirm_node_export(by=world.administrator, now=world.now, export=row.pk)
    with pytest.raises(IntegrityError, match="keeping_two_people"), transaction.atomic():
        NodeExport.objects.update(confirmed_by=world.administrator, confirmed_at=world.now)


def test_who_may_do_neither_is_refused(world):
    with pytest.raises(RefusedError, match="Only an administrator asks"):
        request(world, by=world.analyst)
    row = request(world)
    with pytest.raises(RefusedError, match="An administrator or the custodian"):
        actions.confirm_node_export(by=world.head, now=world.now, export=row.pk)
    with pytest.raises(NotThereError):
        actions.confirm_node_export(by=world.outsider, now=world.now, export=row.pk)


def test_a_request_waits_for_a_day(world):
    row = request(world)
    with pytest.raises(ConflictError, match="older than a day"):
        actions.confirm_node_export(by=world.analyst, now=world.now + LIFE, export=row.pk)
    actions.confirm_node_export(by=world.analyst, now=world.now + LIFE - timedelta(seconds=1), export=row.pk)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"reason": " "}, "Say in a few words"), ({"need": 2}, "2 of 1 recipients"), ({"recipients": "x"}, "age1")],
)
def test_what_is_asked_for_is_looked_at(world, changes, reason):
    with pytest.raises(InvalidError, match=reason):
        request(world, **changes)


@pytest.mark.parametrize(
    ("hours", "confirmed", "made", "reason"),
    [(0, False, False, "has not confirmed"), (25, True, False, "older than a day"), (1, True, True, "made already")],
)
def test_it_is_made_once_and_soon(world, hours, confirmed, made, reason):
    moment = {"confirmed": world.now if confirmed else None, "made": world.now if made else None}
    decision = may_make(now=world.now + timedelta(hours=hours), **moment)
    assert not decision.allowed
    assert reason in decision.reason
    assert may_make(now=world.now, confirmed=world.now, made=None).allowed


@pytest.mark.faults
def test_it_is_ciphertext_and_becomes_a_node_of_its_own(tmp_path, custodians):
    node = Node(tmp_path / "workspace")
    node.step("begin")
    node.step("take")
    admin, analyst = ({"config": tmp_path / name} for name in ("administrator", "analyst"))
    words = ["node-export", "request", "--keys", custodians[0], "--need", "2", "--reason", "handover"]
    export = node.ninefold(*words, **admin).split()[-1]
    out = tmp_path / "out"
    assert "has not confirmed" in node.ninefold("node-export", "make", export, "--out", out, status=3, **admin)
    node.ninefold("node-export", "confirm", export, **analyst)
    node.ninefold("node-export", "make", export, "--out", out, **admin)
    assert "made already" in node.ninefold("node-export", "make", export, "--out", out, status=3, **admin)
    assert b"Fighting may reach" not in every_byte(out)

    new = Node(tmp_path / "new")
    identities = ["--identity", custodians[1][0], "--identity", custodians[1][1], "--alone"]
    said = new.ninefold("restore", out, "--workspace", new.folder, *identities, status=2)
    assert "without the key of its log" in said
    new.ninefold("restore", out, "--workspace", new.folder, *identities, "--successor")
    seen = new.step("look")
    assert (seen["warnings"], seen["findings"], seen["behind"]) == (1, [], None)
    assert (new.folder / "keys" / "log.key").read_bytes() != (node.folder / "keys" / "log.key").read_bytes()
    assert b"PRIVATE+KEY" not in every_byte(out)
