"""The public log, fetched by a stranger, is one tree; and it tells him nothing else."""

import json

import pytest
from django.test import Client

from ninefold.ledger.actions import erase
from ninefold.ledger.beat import publish
from ninefold.ledger.checkpoints import open_checkpoint
from ninefold.ledger.merkle import leaf_hash
from ninefold.ledger.models import Entry, Leaf
from ninefold.ledger.openings import read_opening
from ninefold.ledger.tiles import read_bundle, tiles_at
from ninefold.ledger.tree import Tree

from .conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]


def fetch(address, status=200):
    response = Client().get(f"/tlog/{address}")
    assert response.status_code == status, address
    return response


def test_a_stranger_rebuilds_the_tree_and_finds_the_signed_root(small_log):
    publish(NOW, leaves=700)
    key = fetch("key").content.decode().strip()
    checkpoint, _ = open_checkpoint(fetch("checkpoint").content, key)
    leaves = []
    for name in tiles_at(checkpoint.size):
        hashes = fetch(name.path).content
        assert len(hashes) == 32 * name.width
        if name.level == 0:
            bundle = read_bundle(fetch(name.entries_path).content, name.width)
            assert b"".join(map(leaf_hash, bundle)) == hashes
            leaves += bundle
    assert Tree(map(leaf_hash, leaves)).head() == checkpoint.head


def test_how_long_each_resource_may_be_kept(small_log):
    assert fetch("tile/0/000").headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert fetch("tile/entries/001.p/16").headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert fetch("checkpoint").headers["Cache-Control"] == "public, no-cache"
    assert fetch("checkpoint").headers["Content-Type"] == "text/plain; charset=utf-8"
    assert fetch("tile/0/000").headers["Content-Type"] == "application/octet-stream"
    assert fetch("tile/0/000").headers["Access-Control-Allow-Origin"] == "*"


def test_a_partial_tile_stays_when_it_has_grown_wider(small_log):
    narrow = fetch("tile/0/001.p/8").content
    assert fetch("tile/0/001.p/16").content.startswith(narrow)
    publish(NOW, leaves=240)
    assert fetch("tile/0/001.p/8").content == narrow
    assert fetch("tile/0/001").content.startswith(narrow)


@pytest.mark.parametrize(
    "address",
    [
        "tile/0/001", "tile/0/001.p/17", "tile/0/001.p/0", "tile/0/001.p/256", "tile/0/1", "tile/0/x000/001",
        "tile/00/000",
        "tile/2/000", "tile/64/000", "tile/entries/001", "tile/entries/002.p/1", "tile/0/000/", "tile/", "tile/0/-01",
        "tile/0/x999/x999/x999/x999/x999/x999/999", "clear/99999", "clear/99999999999999999999999999",
        "clear/?from=x", "clear/?from=-1", "nothing",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_there(small_log, address):
    fetch(address, 404)


def test_an_empty_log_has_no_checkpoint(log_key):
    fetch("checkpoint", 404)
    fetch("tile/0/000.p/1", 404)
    assert json.loads(fetch("clear/").content) == {"indexes": [], "next": None}


def test_only_what_is_clear_is_opened(small_log):
    entry = Entry.objects.get(marking="tlp:clear")
    index = entry.leaf.index
    assert json.loads(fetch("clear/").content) == {"indexes": [index], "next": None}
    assert json.loads(fetch(f"clear/?from={index + 1}").content) == {"indexes": [], "next": None}
    opening = read_opening(fetch(f"clear/{index}").content)
    assert opening.commitment() == bytes(Leaf.objects.get(index=index).commitment)
    assert opening.says() == {"number": 3, "text": "héllo"}
    for leaf in Leaf.objects.exclude(index=index)[::9]:
        fetch(f"clear/{leaf.index}", 404)


def test_an_erased_body_is_no_longer_published(small_log):
    entry = Entry.objects.get(marking="tlp:clear")
    erase(entry=entry, reason="asked for", by="node", now=NOW)
    assert read_opening(fetch(f"clear/{entry.leaf.index}").content).says() is None


def test_it_is_read_only(small_log):
    for method in ("post", "put", "delete", "patch"):
        assert getattr(Client(), method)("/tlog/checkpoint").status_code == 405
    assert Client().head("/tlog/checkpoint").status_code == 200


def test_the_tree_tells_nobody_who_acted_about_what_or_when(small_log):
    everything = fetch("checkpoint").content + b"".join(
        fetch(name.path).content + (fetch(name.entries_path).content if name.level == 0 else b"")
        for name in tiles_at(272)
    )
    for entry in Entry.objects.all():
        for word in (entry.actor, entry.marking, entry.kind, str(entry.id), entry.id.hex, str(entry.subject_id)):
            assert word.encode() not in everything
        for word in (entry.id.bytes, bytes(entry.key), entry.subject_id.bytes):
            assert word not in everything
