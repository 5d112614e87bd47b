"""Whoever holds a label sees from outside what stands under it; a log that hides or rewrites something is found out."""

import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from signing import FileKey

from ninefold.cli.watch import command
from ninefold.errors import ConflictError, InvalidError, NinefoldError, NotThereError, UnavailableError
from ninefold.ledger import keeping, reads
from ninefold.ledger.beat import beat
from ninefold.ledger.checkpoints import Checkpoint, sign_checkpoint
from ninefold.ledger.enrolment import end_listing, list_key
from ninefold.ledger.keys import Signer
from ninefold.ledger.listings import tag_of
from ninefold.ledger.merkle import leaf_hash
from ninefold.ledger.models import Leaf
from ninefold.ledger.tiles import read_path, write_bundle
from ninefold.ledger.tree import Tree
from ninefold.ledger.watching import Place, place_from, read_on, unknown

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
LABEL, OTHER = bytes(range(32)), bytes(range(1, 33))
LOG = Signer("example.org/log", bytes(range(32)))


class Log:
    """A log as it is published, of leaves that the test chooses."""

    def __init__(self, leaves):
        self.leaves, self.asked = list(leaves), 0
        self.head = Tree(map(leaf_hash, self.leaves)).head()

    def note(self, signer=LOG):
        return sign_checkpoint(Checkpoint(LOG.name, self.head.size, self.head.root), signer).encode()

    def fetch(self, path):
        name, entries = read_path(path)
        assert entries
        self.asked += 1
        return write_bundle(self.leaves[name.index * 256 :][: name.width])

    def read(self, place=None, label=LABEL):
        return read_on(place or Place(LOG.verifier), label, self.note(), self.fetch)


def cover(count, start=0):
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(start, start + count)]


@given(st.lists(st.integers(0, 700), min_size=1, max_size=4), st.integers(0, 699))
def test_reading_on_in_any_steps_finds_what_reading_at_once_finds(sizes, at):
    leaves = cover(700)
    leaves[at] = tag_of(LABEL, 3)
    place = Place(LOG.verifier)
    for size in sorted(sizes):
        if size:
            place = Log(leaves[:size]).read(place)
            place = place_from(json.loads(json.dumps(place.value())))
    if max(sizes):
        assert place == Log(leaves[: max(sizes)]).read()
        assert place.found == (((3, at),) if at < max(sizes) else ())


def test_a_tag_of_any_number_is_found_and_one_of_another_label_is_not():
    log = Log([*cover(9), tag_of(LABEL, 0), tag_of(LABEL, 999), tag_of(OTHER, 1)])
    assert log.read().found == ((0, 9), (999, 10))
    assert unknown(log.read(), 1) == [(999, 10)]
    assert unknown(log.read(), 0) == [(0, 9), (999, 10)]
    assert log.read(label=OTHER).found == ((1, 11),)


def test_only_what_is_new_is_fetched():
    place = Log(cover(1_000)).read()
    later = Log(cover(1_010))
    assert later.read(place).size == 1_010
    assert later.asked == 1


def test_a_log_that_is_smaller_another_or_unsigned_is_found_out():
    place = Log(cover(300)).read()
    with pytest.raises(ConflictError, match="smaller than it was"):
        Log(cover(299)).read(place)
    for other in (cover(299) + cover(1, 900), cover(10, 500) + cover(400)):
        with pytest.raises(ConflictError, match="do not lead"):
            Log(other).read(place)
    log = Log(cover(300))
    with pytest.raises(NinefoldError):
        read_on(place, LABEL, log.note(Signer(LOG.name, bytes(range(1, 33)))), log.fetch)


def test_a_log_that_hides_a_leaf_is_found_out():
    log = Log([*cover(9), tag_of(LABEL, 0)])
    log.leaves[9] = leaf_hash(b"something else")
    with pytest.raises(ConflictError, match="do not lead"):
        log.read()


@pytest.mark.parametrize("change", [{"size": "3"}, {"size": 4}, {"roots": ["x"]}, {"log": "x"}, {"more": 1}], ids=str)
def test_a_place_in_another_form_is_refused(change):
    with pytest.raises(InvalidError):
        place_from(Log(cover(3)).read().value() | change)


# ---- The command


@pytest.fixture
def served():
    """A log on the wire; `served.log` is what it shows now."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            log, path = self.server.log, self.path.removeprefix("/tlog/")
            texts = {"checkpoint": log.note, "key": lambda: str(LOG.verifier).encode() + b"\n"}
            body = self.server.lie or texts.get(path, lambda: log.fetch(path))()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.lie, server.log = b"", Log(cover(300))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def watch(served, tmp_path):
    (tmp_path / "label.txt").write_text(f"{LABEL.hex()}\n")

    def run(*words, port=None):
        url = f"http://127.0.0.1:{port or served.server_port}/tlog/"
        told = ["--label-file", str(tmp_path / "label.txt"), "--url", url, "--state", str(tmp_path / "state"), *words]
        result = CliRunner().invoke(command, told)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.output

    return run


def test_the_command_remembers_its_place_and_alarms(watch, served):
    assert "Nothing beyond the 0" in watch()
    served.log = Log([*cover(300), tag_of(LABEL, 0)])
    for _ in range(2):
        with pytest.raises(ConflictError, match=r"ALARM.*number 0 at leaf 300.*--known 1"):
            watch()
    assert "Nothing beyond the 1" in watch("--known", "1")
    assert "Nothing beyond the 1" in watch()
    assert json.loads(watch("--json"))["found"] == [{"number": 0, "leaf": 300}]
    assert "number 1 is not in the log, or not yet" in watch("--known", "2")
    served.log = Log(cover(200))
    with pytest.raises(ConflictError, match="smaller than it was"):
        watch()


def test_the_command_takes_the_key_from_elsewhere(watch, served):
    other = str(Signer(LOG.name, bytes(range(1, 33))).verifier)
    with pytest.raises(NinefoldError):
        watch("--key", other)
    assert watch("--key", str(LOG.verifier))
    with pytest.raises(ConflictError, match="under another key"):
        watch("--key", other)


def test_the_command_reads_no_more_than_a_log_sends(watch, served, tmp_path):
    served.lie = b"x" * 2_000_000
    with pytest.raises(InvalidError, match="longer than anything"):
        watch()
    with pytest.raises(UnavailableError, match="does not answer"):
        watch(port=1)
    (tmp_path / "state").write_text("{}")
    with pytest.raises(InvalidError, match="no place"):
        watch()
    (tmp_path / "label.txt").write_text("xyz")
    with pytest.raises(InvalidError, match="the label"):
        watch()
    (tmp_path / "label.txt").unlink()
    with pytest.raises(NotThereError):
        watch()


# ---- Against a real log


@pytest.mark.django_db
def test_who_may_write_into_the_database_lists_no_key_unseen(log_key):
    """An administrator with database access and the program's own functions adds a key in somebody's name."""
    actor = "access:person:ada"
    with transaction.atomic():
        first = list_key(actor=actor, label=LABEL, key=FileKey().key, now=NOW, ends=NOW + timedelta(days=9))
    beat(NOW)

    def fetch(path):
        return reads.bundle(read_path(path)[0])

    place = read_on(Place(keeping.log_signer().verifier), LABEL, reads.checkpoint_note().encode(), fetch)
    assert unknown(place, 1) == []
    with transaction.atomic():
        list_key(actor=actor, label=LABEL, key=FileKey().key, now=NOW, ends=NOW + timedelta(days=9))
    beat(NOW + timedelta(minutes=1))
    place = read_on(place, LABEL, reads.checkpoint_note().encode(), fetch)
    assert [number for number, _ in unknown(place, 1)] == [1]
    with transaction.atomic():
        end_listing(listed=first, now=NOW, reason="lost")
    beat(NOW + timedelta(minutes=2))
    place = read_on(place, LABEL, reads.checkpoint_note().encode(), fetch)
    assert [number for number, _ in unknown(place, 2)] == [2]
    assert place.size == Leaf.objects.count()
