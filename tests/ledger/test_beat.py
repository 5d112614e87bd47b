"""The tree grows by the beat, tells nothing by its growth, and is never signed twice in two ways."""

import multiprocessing
import os
from datetime import timedelta
from itertools import pairwise

import pytest
from django.conf import settings as house
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ninefold.errors import ConflictError, InvalidError, RefusedError, UnavailableError
from ninefold.ledger import append_only, keeping
from ninefold.ledger.beat import beat, publish
from ninefold.ledger.check import check
from ninefold.ledger.checkpoints import open_checkpoint
from ninefold.ledger.growth import Tiles, edge
from ninefold.ledger.keys import Signer
from ninefold.ledger.merkle import consistency_nodes, leaf_hash, verify_consistency
from ninefold.ledger.models import Checkpoint, Entry, Leaf, Tile
from ninefold.ledger.tiles import build_nodes, tiles_at
from ninefold.ledger.tree import Tree

from .conftest import NOW

pytestmark = pytest.mark.django_db


def commitments():
    return [bytes(leaf) for leaf in Leaf.objects.order_by("index").values_list("commitment", flat=True)]


def test_the_founding_beat_fills_up_to_256(log_key):
    checkpoint = beat(NOW)
    assert checkpoint.size == 256 == len(set(commitments()))
    assert Tile.objects.count() == 2
    assert checkpoint.head == Tree(map(leaf_hash, commitments())).head()


def test_the_founding_beat_takes_all_that_waits(small_log, log_key):
    """A second log would begin with whatever waits; here the rule is asked directly."""
    from ninefold.ledger.beat import _planned

    assert len(_planned(None)) == 256
    for number in range(300):
        small_log.act(number)
    planned = _planned(None)
    assert len(planned) == 512
    assert sum(serial is not None for serial, _ in planned) == 301


def test_each_beat_grows_by_the_same_number_whatever_happened(small_log):
    sizes = [264, 272, 280, 288]
    for number in range(11):
        small_log.act(number)
    assert [beat(NOW).size for _ in sizes[2:]] == sizes[2:]
    assert house.BEAT_LEAVES == 8
    taken = Leaf.objects.filter(index__gte=272, entry__isnull=False).order_by("entry")
    assert [leaf.entry_id for leaf in taken] == list(range(7, 19))
    assert set(taken.filter(index__lt=280).values_list("entry_id", flat=True)) == set(range(7, 15))


def test_what_waits_longest_goes_first_and_order_within_a_beat_is_chance(small_log):
    orders = set()
    for _ in range(6):
        for number in range(8):
            small_log.act(number)
        while Entry.objects.filter(leaf=None).exists():
            size = publish(NOW, leaves=8).size
        taken = Leaf.objects.filter(index__gte=size - 8).order_by("index").values_list("entry", flat=True)
        orders.add(tuple(sorted(range(8), key=lambda at: taken[at] or 0)))
    assert len(orders) > 1


def test_a_cover_leaf_looks_like_any_other(small_log):
    lengths = {len(bytes(leaf.commitment)) for leaf in Leaf.objects.all()}
    assert lengths == {32}
    assert len(set(commitments())) == 272


def test_every_checkpoint_is_signed_and_leads_to_the_next(small_log, log_key):
    tree = Tree(map(leaf_hash, commitments()))
    heads = []
    for row in Checkpoint.objects.order_by("size"):
        checkpoint, _ = open_checkpoint(row.note, log_key.verifier)
        assert checkpoint.origin == house.LOG_ORIGIN
        assert checkpoint.head == tree.head(row.size)
        heads.append(checkpoint.head)
    for first, second in pairwise(heads):
        verify_consistency(first, second, tree.proof(consistency_nodes(first.size, second.size)))


@settings(max_examples=40)
@given(st.lists(st.integers(1, 700), min_size=1, max_size=6))
def test_growing_by_parts_gives_the_tiles_of_the_whole(parts):
    tiles, size, leaves = Tiles({}), 0, []
    for part in parts:
        fresh = [leaf_hash(bytes([at % 251]) * 3) for at in range(size, size + part)]
        kept = {(name.level, name.index) for name in edge(size)}
        tiles = Tiles({place: tiles.held[place] for place in kept})
        tiles.grow(size, fresh)
        leaves += fresh
        size += part
        assert tiles.head(size) == Tree(leaves).head()
    for name in edge(size):
        width, nodes = tiles.held[name.level, name.index]
        assert width == name.width
        assert build_nodes(nodes[: 32 * width]) == nodes


def test_the_stored_tiles_are_those_of_the_tree_and_no_others(small_log):
    publish(NOW, leaves=600)
    tree = Tree(map(leaf_hash, commitments()))
    stored = {(tile.level, tile.index): (tile.width, bytes(tile.nodes)) for tile in Tile.objects.all()}
    names = list(tiles_at(872))
    assert stored.keys() == {(name.level, name.index) for name in names}
    for name in names:
        hashes = b"".join(tree.node((8 * name.level, 256 * name.index + at)) for at in range(name.width))
        assert stored[name.level, name.index] == (name.width, build_nodes(hashes))


def broken(statement):
    append_only.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("statement", "error", "reason"),
    [
        ('DELETE FROM ledger_leaf WHERE "index" = 271', ConflictError, "does not lead to its checkpoint at size 272"),
        ("DELETE FROM ledger_checkpoint WHERE size = 272", ConflictError, "does not lead to its .* 264"),
        ("DELETE FROM ledger_checkpoint", ConflictError, "does not lead to its checkpoint at size 0"),
        ("UPDATE ledger_checkpoint SET size = 275 WHERE size = 272", ConflictError, "is not the one that was signed"),
        ("UPDATE ledger_checkpoint SET note = replace(note, '\n272\n', '\n271\n')", RefusedError, "does not match"),
        ("DELETE FROM ledger_tile WHERE level = 0 AND width < 256", RefusedError, "missing"),
        ("DELETE FROM ledger_tile WHERE level = 1", RefusedError, "missing"),
    ],
)
def test_a_tree_that_does_not_lead_to_its_checkpoint_is_not_signed(small_log, statement, error, reason):
    broken(statement)
    before = Checkpoint.objects.count(), Leaf.objects.count()
    with pytest.raises(error, match=reason):
        beat(NOW)
    assert before == (Checkpoint.objects.count(), Leaf.objects.count())


def test_a_changed_hash_in_the_open_tile_is_not_built_upon(small_log):
    tile = Tile.objects.get(level=0, width=16)
    broken("SELECT 1")
    changed = bytes([bytes(tile.nodes)[0] ^ 1]) + bytes(tile.nodes)[1:]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_tile SET nodes = %s WHERE width = 16 AND level = 0", [changed])
    with pytest.raises(RefusedError, match="does not lead"):
        beat(NOW)


@pytest.mark.django_db(transaction=True)
def test_acts_and_their_publication_stand_or_fall_together(small_log):
    def act_and_publish():
        with transaction.atomic():
            small_log.act(8)
            publish(NOW, leaves=8)

    keeping.remember("another note")
    with pytest.raises(InvalidError):
        act_and_publish()
    assert (Entry.objects.count(), Leaf.objects.count(), Checkpoint.objects.count()) == (7, 272, 3)
    keeping.remember(Checkpoint.objects.get(size=272).note)
    act_and_publish()
    assert (Entry.objects.count(), Leaf.objects.count(), Checkpoint.objects.count()) == (8, 280, 4)


@pytest.fixture
def restored(small_log):
    """A database put back from before the last publications: whoever saw size 288 still has it signed."""
    with transaction.atomic():
        publish(NOW, leaves=8)
        note = Checkpoint.objects.get(size=280).note
        transaction.set_rollback(True)
    keeping.remember(note)
    yield small_log
    (house.WORKSPACE / "keys" / "log.head").unlink()


def test_an_older_database_is_not_grown_into_a_second_history(restored):
    with pytest.raises(ConflictError, match=r"has signed a tree of size 280, and the database holds another .* 272"):
        beat(NOW)
    assert Checkpoint.objects.count() == 3


def test_another_history_of_the_same_size_is_noticed(restored):
    """The same number of leaves, but others: the note beside the key does not lead on to this tree."""
    signed = keeping.last_note()
    (house.WORKSPACE / "keys" / "log.head").unlink()
    publish(NOW, leaves=8)
    keeping.remember(signed)
    with pytest.raises(ConflictError, match="holds another one of size 280"):
        beat(NOW)
    (house.WORKSPACE / "keys" / "log.head").unlink()
    publish(NOW, leaves=8)
    keeping.remember(signed)
    with pytest.raises(RefusedError, match="does not lead"):
        beat(NOW)


@pytest.mark.django_db(transaction=True)
def test_the_last_note_is_kept_beside_the_key(small_log):
    path = house.WORKSPACE / "keys" / "log.head"
    assert keeping.last_note() == Checkpoint.objects.get(size=272).note
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_bytes(Checkpoint.objects.get(size=256).note.encode())
    assert beat(NOW).size == 280
    assert keeping.last_note() == Checkpoint.objects.get(size=280).note


def test_without_its_key_nothing_is_published(log_key, settings, tmp_path):
    (tmp_path / "keys").mkdir()
    settings.WORKSPACE = tmp_path
    with pytest.raises(UnavailableError, match="no key"):
        beat(NOW)
    Signer.generate("another.log/name").to_file(tmp_path / "keys" / "log.key")
    with pytest.raises(InvalidError, match=r"belongs to the log another\.log/name"):
        beat(NOW)


def test_a_key_that_others_may_read_is_refused(log_key, settings, tmp_path):
    (tmp_path / "keys").mkdir()
    settings.WORKSPACE = tmp_path
    keeping.create_log_key(tmp_path, house.LOG_ORIGIN)
    path = tmp_path / "keys" / "log.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert keeping.log_signer().name == house.LOG_ORIGIN
    path.chmod(0o640)
    with pytest.raises(RefusedError, match="chmod 600"):
        keeping.log_signer()
    with pytest.raises(ConflictError, match="already"):
        keeping.create_log_key(tmp_path, house.LOG_ORIGIN)


def _beat_at_once(start, times):
    connections.close_all()
    start.wait()
    for number in range(times):
        beat(NOW + timedelta(seconds=number))
    connections.close_all()
    os._exit(0)


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_beat_at_once_grow_one_tree(small_log):
    processes = multiprocessing.get_context("fork")
    start = processes.Barrier(2)
    connections.close_all()
    both = [processes.Process(target=_beat_at_once, args=(start, 10)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    assert [process.exitcode for process in both] == [0, 0]
    assert Checkpoint.objects.order_by("size").last().size == 272 + 20 * 8
    assert check().findings == []


@pytest.mark.django_db
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 40)), max_size=8))
def test_any_life_of_a_log_checks(small_log, life):
    for acts, leaves in life:
        for number in range(acts):
            small_log.act(number)
        publish(NOW, leaves=leaves)
    report = check()
    assert report.findings == []
    assert report.waiting == Entry.objects.filter(leaf=None).count()
