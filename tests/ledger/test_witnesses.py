"""The log asks its witnesses: real witness processes, and sick ones that answer whatever a machine can answer."""

import contextlib
import os
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import signals
from django.test import Client
from witness_runs import WitnessProcess, exchange, self_signed

from ninefold import clock
from ninefold.errors import InvalidError, NinefoldError, UnavailableError
from ninefold.jobs.queue import CLOCK, DEFAULT, OUTSIDE
from ninefold.jobs.worker import Worker
from ninefold.ledger import append_only, gathering, reads, stored, witnesses
from ninefold.ledger.beat import beat
from ninefold.ledger.check import check, steps
from ninefold.ledger.checkpoints import open_checkpoint
from ninefold.ledger.clocks import publish_when_due
from ninefold.ledger.cosignatures import Cosigner
from ninefold.ledger.gathering import gather
from ninefold.ledger.keys import Signer
from ninefold.ledger.models import Checkpoint, Cosignature, Tile, WitnessKey
from ninefold.ledger.notes import cosign, open_note, split_note
from ninefold.ledger.quorum import read_policy
from ninefold.ledger.submissions import read_submission
from ninefold.ledger.verify import verify_proof
from ninefold.web.ledger.head import head

from .conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_was_said():
    gathering._told.clear()


@pytest.fixture
def policy(settings, tmp_path, log_key):
    """Write the policy of this log: witnesses by name, as a key with a place to ask it, and the last lines."""

    def write(*lines, quorum="all", **named):
        text = f"log {log_key.verifier}\n" + "".join(f"{line}\n" for line in lines)
        text += "".join(f"witness {name} {key} {url}\n" for name, (key, url) in named.items())
        text += f"group g {quorum} {' '.join(named)}\nquorum g\n" if named else "quorum none\n"
        settings.WITNESS_POLICY = tmp_path / "policy"
        # A file of the same length written twice within one tick of the clock would not be told apart.
        settings.WITNESS_POLICY.unlink(missing_ok=True)
        settings.WITNESS_POLICY.write_text(text, encoding="utf-8")
        return text

    return write


@pytest.fixture
def witness(tmp_path, log_key):
    """Start witnesses of this log by name; what asks for one by its name gets key and address."""
    with contextlib.ExitStack() as end:

        def start(name, **options):
            made = WitnessProcess(tmp_path / name, str(log_key.verifier), name=f"witness.example/{name}", **options)
            end.enter_context(made)
            return made

        yield start


def at(process):
    return process.vkey, process.url


def test_without_a_policy_nobody_is_asked(small_log):
    assert witnesses.policy().witnesses == ()
    assert gather(clock.now()) == 0
    status = reads.status()
    assert (status.witnessed, status.witnesses, status.verified, status.policy_fault) == (0, 0, False, "")
    assert reads.checkpoint_note().count("— ") == 1


def test_without_a_policy_no_lines_are_looked_for(small_log, django_assert_num_queries):
    """The foot of every page asks."""
    last = stored.last_checkpoint()
    with django_assert_num_queries(0):
        assert reads.witnessing_at((last[0], last[2])) == reads.Witnessing()
    with django_assert_num_queries(1):
        seen = head()
    assert (seen.size, seen.witnessed, seen.witnesses) == (272, 0, 0)


def test_a_quorum_is_gathered_served_proved_and_told(small_log, log_key, policy, witness):
    edda, mila = witness("edda"), witness("mila", algorithm="ml-dsa-44")
    text = policy(edda=at(edda), mila=at(mila))
    assert gather(clock.now()) == 2
    status = reads.status()
    assert (status.witnessed, status.witnesses, status.verified) == (2, 2, True)
    assert [each.witness for each in status.cosigned] == ["edda", "mila"]
    served = reads.checkpoint_note()
    checkpoint, note = open_checkpoint(served, [str(log_key.verifier), edda.vkey, mila.vkey])
    assert (checkpoint.size, len(note.signatures), note.unverified) == (272, 3, ())
    report = verify_proof(reads.proof_of(small_log.entries[0]).text(), policy=read_policy(text.encode()))
    assert (report.state, report.size) == ("verified", 272)
    assert abs(report.cosigned[0].at - datetime.now(UTC)) < timedelta(minutes=1)
    # Asked again at once, nobody has anything to add.
    assert gather(clock.now()) == 0
    assert check().findings == []
    assert Cosignature.objects.count() == 2


def test_a_newest_checkpoint_that_was_dropped_shows_against_the_witness(small_log, policy, witness, caplog):
    """With all its rows and the note beside the key nothing here speaks of it; the witness has seen more."""
    edda = witness("edda")
    policy(edda=at(edda))
    older = Tile.objects.get(level=0, index=1)
    beat(clock.now())
    assert gather(clock.now()) == 1
    append_only.remove(connection)
    with connection.cursor() as cursor:
        for table, where in (("cosignature", "1 = 1"), ("leaf", '"index" >= 272'), ("checkpoint", "size > 272")):
            cursor.execute(f"DELETE FROM ledger_{table} WHERE {where}")
        cursor.execute('DELETE FROM ledger_tile WHERE level = 0 AND "index" = 1')
    Tile.objects.create(level=0, index=1, width=older.width, nodes=older.nodes)
    assert {finding.part for finding in check().findings} == {"database"}
    beat(clock.now())
    assert gather(clock.now()) == 0
    assert (reads.status().witnessed, reads.status().witnesses, reads.status().verified) == (0, 1, False)
    assert "edda" in caplog.text


def test_it_goes_on_from_beat_to_beat(small_log, policy, witness):
    edda = witness("edda")
    policy(edda=at(edda))
    for beats in range(1, 5):
        assert gather(clock.now()) == 1
        assert Cosignature.objects.count() == beats
        assert reads.status().verified
        beat(NOW + timedelta(hours=beats))
        assert (reads.status().witnessed, reads.status().verified) == (0, False)


def test_a_proof_takes_the_newest_tree_that_a_quorum_saw(small_log, policy, witness):
    edda = witness("edda")
    text = policy(edda=at(edda))
    gather(clock.now())
    late = small_log.act(77)
    for minutes in range(5):
        beat(NOW + timedelta(hours=1, minutes=minutes))
    early = verify_proof(reads.proof_of(small_log.entries[0]).text(), policy=read_policy(text.encode()))
    assert (early.state, early.size) == ("verified", 272)
    # An entry that no witnessed tree holds yet is proved with the newest, and is no more than consistent.
    after = verify_proof(reads.proof_of(late).text(), policy=read_policy(text.encode()))
    assert (after.state, after.size) == ("consistent", 312)
    gather(clock.now())
    for entry in (small_log.entries[0], late):
        assert verify_proof(reads.proof_of(entry).text(), policy=read_policy(text.encode())).size == 312


def test_a_part_of_a_quorum_is_counted_and_no_more(small_log, policy, witness, tmp_path):
    edda = witness("edda")
    absent = Cosigner("witness.example/absent", 4, bytes(32)).verifier
    policy(edda=at(edda), absent=(absent, "http://127.0.0.1:9"))
    assert gather(clock.now()) == 1
    status = reads.status()
    assert (status.witnessed, status.witnesses, status.verified) == (1, 2, False)
    policy(edda=at(edda), absent=(absent, "http://127.0.0.1:9"), quorum="any")
    assert (reads.status().witnessed, reads.status().verified) == (1, True)


def test_a_witness_that_has_seen_another_size_is_asked_from_there(small_log, policy, witness):
    edda = witness("edda")
    first = Checkpoint.objects.order_by("size").first()
    status, _, _ = edda.post(f"old 0\n\n{first.note}".encode())
    assert status == 200
    policy(edda=at(edda))
    assert gather(clock.now()) == 1
    assert Cosignature.objects.get().checkpoint_id == 272


def test_a_witness_that_was_away_is_asked_again_after_the_next_beat(small_log, policy, witness, caplog):
    edda = witness("edda")
    policy(edda=at(edda))
    gather(clock.now())
    edda.stop()
    beat(NOW + timedelta(hours=1))
    assert gather(clock.now()) == 0
    assert gather(clock.now()) == 0
    assert caplog.text.count("cannot be reached") == 1
    back = witness("edda", listen=f"127.0.0.1:{edda.port}")
    beat(NOW + timedelta(hours=2))
    assert gather(clock.now()) == 1
    assert "it cosigns again" in caplog.text
    assert back.vkey == edda.vkey
    assert Checkpoint.objects.filter(cosignatures=None).count() == 3


# ---- Sick ones


class Sick:
    """Somebody else's server, which answers as it is told."""

    def __init__(self, answer):
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with contextlib.suppress(OSError):
                    answer(self, body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/prefix/"

    def close(self):
        self._server.shutdown()
        self._server.server_close()


KEY = Cosigner("witness.example/sick", 4, bytes(range(32)))


def says(status, text, kind="text/plain"):
    def answer(handler, _body):
        content = text if isinstance(text, bytes) else text.encode()
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def line_by(key, change=lambda text: text, when=time.time):
    def answer(handler, body):
        text = change(split_note(read_submission(body).note).text)
        says(200, cosign(text, key, time=int(when())).line + "\n")(handler, body)

    return answer


def hangs(handler, _body):
    time.sleep(30)


def drips(handler, _body):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for letter in b"X-Long: " + b"y" * 99:
        handler.wfile.write(bytes([letter]))
        time.sleep(0.3)


def drips_slowly(handler, _body):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n")
    for _ in range(99):
        handler.wfile.write(b"x")
        time.sleep(0.5)


SICK = {
    "hangs": (hangs, "did not answer in time"),
    "drips its head": (drips, "did not answer in time"),
    "drips its body": (drips_slowly, "did not answer in time"),
    "hangs up": (lambda handler, _: handler.connection.shutdown(socket.SHUT_RDWR), "cannot be reached"),
    "speaks no HTTP": (lambda handler, _: handler.wfile.write(b"\0\1\2\3\r\n\r\n"), "cannot be reached"),
    "errs": (says(500, "no"), "it answered 500"),
    "redirects": (says(302, ""), "it answered 302"),
    "refuses": (says(403, ""), "give its keeper the key"),
    "knows nothing": (says(404, ""), "it was not told of this log"),
    "objects": (says(422, ""), "compare the checkpoints at once"),
    "is busy": (says(503, ""), "it answered 503"),
    "says nothing": (says(200, ""), "bears no cosignature"),
    "says rubbish": (says(200, "rubbish"), "not a signature line"),
    "says bytes": (says(200, b"\xff\xfe\n"), "not a signature line"),
    "says too much": (says(200, "— a AAAAAAAA\n" * 100_000), "bears no cosignature"),
    "is another": (line_by(Cosigner("witness.example/other", 4, bytes(32))), "bears no cosignature"),
    "has another key": (line_by(Cosigner(KEY.name, 4, bytes(32))), "bears no cosignature"),
    "signs another tree": (line_by(KEY, lambda text: text.replace("\n272\n", "\n273\n")), "does not match"),
    "is ahead": (line_by(KEY, when=lambda: time.time() + 3600), "its clock is wrong"),
    "is of the year 30000": (line_by(KEY, when=lambda: 900_000_000_000), "its clock is wrong"),
    "is far ahead": (line_by(KEY, when=lambda: 2**63 - 1), "its clock is wrong"),
    "has seen more": (says(409, "9999\n", "text/x.tlog.size"), "old copy of the database"),
    "conflicts for ever": (says(409, "264\n", "text/x.tlog.size"), "it answered 409"),
    "conflicts without a size": (says(409, "no"), "it answered 409"),
    "conflicts with a strange size": (says(409, "1" * 4_000 + "\n"), "it answered 409"),
}


@pytest.mark.parametrize("how", SICK)
def test_a_sick_witness_is_named_and_nothing_of_it_is_kept(small_log, policy, caplog, how):
    answer, reason = SICK[how]
    sick = Sick(answer)
    try:
        policy(sick=(KEY.verifier, sick.url))
        began = time.monotonic()
        assert gather(clock.now()) == 0
        assert time.monotonic() - began < 10
    finally:
        sick.close()
    assert reason in caplog.text
    assert "'sick'" in caplog.text
    assert (Cosignature.objects.count(), reads.status().witnessed) == (0, 0)


def test_a_sick_witness_does_not_delay_the_others(small_log, policy, witness):
    edda, sick = witness("edda"), [Sick(hangs) for _ in range(5)]
    keys = [Cosigner(f"witness.example/{n}", 4, bytes([n + 1]) * 32).verifier for n in range(5)]
    named = {f"sick{n}": (key, each.url) for n, (key, each) in enumerate(zip(keys, sick, strict=True))}
    policy(**named, edda=at(edda), quorum="any")
    began, kept = time.monotonic(), []

    def note(**_):
        kept.append(time.monotonic() - began)

    signals.post_save.connect(note, sender=Cosignature)
    assert gather(clock.now()) == 1
    assert time.monotonic() - began < 6
    assert reads.status().verified
    assert kept[0] < 2  # kept while the others still hang
    for each in sick:
        each.close()


def test_a_witness_that_lost_its_memory_is_not_helped_to_forget(small_log, policy, caplog):
    sizes = iter([None, "0\n", "264\n"])

    def answer(handler, body):
        size = next(sizes)
        (line_by(KEY) if size is None else says(409, size, "text/x.tlog.size"))(handler, body)

    sick = Sick(answer)
    policy(sick=(KEY.verifier, sick.url))
    assert gather(clock.now()) == 1
    for hours in (1, 2):
        beat(NOW + timedelta(hours=hours))
        assert gather(clock.now()) == 0
        assert "has lost its memory" in caplog.text
    sick.close()


def test_the_prefix_and_the_body_are_those_of_the_specification(small_log, policy):
    seen = []
    sick = Sick(lambda handler, body: seen.append((handler.command, handler.path, handler.headers, body)))
    policy(sick=(KEY.verifier, sick.url))
    gather(clock.now())
    sick.close()
    ((command, path, headers, body),) = seen
    assert (command, path) == ("POST", "/prefix/add-checkpoint")
    assert {name.lower() for name in headers} == {"host", "accept-encoding", "content-length"}
    assert read_submission(body).note == Checkpoint.objects.order_by("-size").first().note


def test_a_witness_behind_tls_is_asked_where_its_certificate_is_trusted(small_log, policy, witness, tmp_path, caplog):
    certificate, key = self_signed(tmp_path)
    edda = witness("edda", cert=certificate, key=key)
    policy(edda=(edda.vkey, f"https://localhost:{edda.port}"))
    assert gather(clock.now()) == 0
    assert "cannot be reached (SSLCertVerificationError)" in caplog.text
    os.environ["SSL_CERT_FILE"] = str(certificate)
    try:
        assert gather(clock.now()) == 1
    finally:
        del os.environ["SSL_CERT_FILE"]


# ---- The policy


def test_a_log_is_never_its_own_witness(small_log, policy, log_key, settings, tmp_path):
    own = Cosigner("witness.example/own", 4, log_key.private).verifier
    named = Cosigner(log_key.name, 4, bytes(32)).verifier
    for key in (own, named):
        policy(own=(key, "http://127.0.0.1:9"))
        with pytest.raises(InvalidError, match="its own witness"):
            witnesses.policy()
        settings.WITNESS_POLICY.write_text(f"witness own {key} http://127.0.0.1:9\nquorum own\n")
        with pytest.raises(InvalidError, match="its own witness"):
            witnesses.policy()
        assert (reads.status().witnesses, reads.status().verified) == (0, False)


@pytest.mark.parametrize("place", ["keys/witness.key", "keys/anything", "a/witness.key", "a/b/witness.key"])
def test_a_witness_run_from_this_workspace_is_neither_asked_nor_counted(small_log, policy, settings, place):
    key = Cosigner("witness.example/mine", 4, bytes([len(place)]) * 32)
    path = settings.WORKSPACE / place
    path.parent.mkdir(parents=True, exist_ok=True)
    key.to_file(path)
    path.chmod(0o644)
    asked = []
    mine = Sick(lambda *_: asked.append(1))
    try:
        policy(mine=(key.verifier, mine.url))
        assert gather(clock.now()) == 0
        line = cosign(split_note(reads.checkpoint_note()).text, key, time=1).line
        made, _ = WitnessKey.objects.get_or_create(key=str(key.verifier))
        Cosignature.objects.create(checkpoint_id=272, witness=made, line=line, time=datetime.fromtimestamp(1, UTC))
        status = reads.status()
        assert (asked, status.witnessed, status.witnesses, status.verified) == ([], 0, 0, False)
    finally:
        path.unlink()
        mine.close()
    assert (reads.status().witnessed, reads.status().verified) == (1, True)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"witness w {KEY.verifier}\nquorum w\n", "says of 'w' no address"),
        (f"witness w {KEY.verifier} ftp://w.example\nquorum w\n", "says of 'w' no address"),
        (f"witness w {KEY.verifier} w.example\nquorum w\n", "says of 'w' no address"),
        (f"witness w {KEY.verifier} https://\nquorum w\n", "says of 'w' no address"),
        (f"witness w {KEY.verifier} https://w.example:x/\nquorum w\n", "says of 'w' no address"),
        (f"witness w {KEY.verifier} https://w.example/?a=b\nquorum w\n", "says of 'w' no address"),
        (f"witness w {KEY.verifier} https://a:b@w.example/\nquorum w\n", "says of 'w' no address"),
        (f"witness w {KEY.verifier} https://w.exämple/\nquorum w\n", "says of 'w' no address"),
        (
            f"log {Signer('example.org/log', bytes(32)).verifier}\nquorum none\n",
            "leaves out this log; add the line: log",
        ),
        ("quorum\n", "does not hold: Line 1 of the policy must read: quorum NAME"),
    ],
    ids=lambda value: value[-40:],
)
def test_a_policy_that_cannot_be_followed_is_said_and_asks_nobody(small_log, settings, tmp_path, text, reason):
    settings.WITNESS_POLICY = tmp_path / "policy"
    settings.WITNESS_POLICY.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidError, match=reason):
        witnesses.policy()
    with pytest.raises(NinefoldError):
        gather(clock.now())
    assert reason.split(":")[0] in reads.status().policy_fault
    reads.checkpoint_note()
    assert reads.proof_of(small_log.entries[0]).index >= 0


def test_a_policy_that_was_named_must_be_there(small_log, settings, tmp_path):
    settings.WITNESS_POLICY = tmp_path / "none"
    assert witnesses.policy().witnesses == ()
    settings.WITNESS_POLICY_REQUIRED = True
    with pytest.raises(UnavailableError, match="is not there"):
        witnesses.policy()
    assert "is not there" in reads.status().policy_fault


def test_a_policy_is_read_again_when_it_changed(small_log, policy):
    policy(sick=(KEY.verifier, "http://127.0.0.1:9"))
    assert len(witnesses.policy().witnesses) == 1
    policy()
    assert witnesses.policy().witnesses == ()


# ---- The clock


def test_each_beat_asks_once_and_an_overtaken_question_is_not_asked(log_key, policy, witness):
    edda = witness("edda")
    worker = Worker(clock=clock.now, acts=())
    publish_when_due(NOW)
    assert worker.run_ready(OUTSIDE) == 0  # nobody is named yet
    policy(edda=at(edda))
    for minutes in range(1, 4):
        publish_when_due(NOW + timedelta(minutes=minutes))
        publish_when_due(NOW + timedelta(minutes=minutes))
    assert (worker.run_ready(DEFAULT), worker.run_ready(CLOCK)) == (0, 0)
    assert worker.run_ready(OUTSIDE) == 3
    assert [row.checkpoint_id for row in Cosignature.objects.all()] == [280]


# ---- The tables


@pytest.fixture
def cosigned(small_log, policy, log_key):
    """Two cosignatures, made here."""
    keys = [KEY, Cosigner("witness.example/mila", 6, bytes(32))]
    policy(sick=(KEY.verifier, "http://127.0.0.1:9"), mila=(keys[1].verifier, "http://127.0.0.1:9"))
    text = split_note(reads.checkpoint_note()).text
    for number, key in enumerate(keys):
        made = WitnessKey.objects.create(key=str(key.verifier))
        moment = datetime.fromtimestamp(1_795_248_000 + number, UTC)
        line = cosign(text, key, time=int(moment.timestamp())).line
        Cosignature.objects.create(checkpoint_id=272, witness=made, line=line, time=moment)
    return small_log


@pytest.mark.parametrize(("table", "column"), [("cosignature", "line"), ("witnesskey", "key")])
def test_the_database_refuses_to_change_or_delete_them(cosigned, table, column):
    statements = [f"UPDATE ledger_{table} SET {column} = {column}", f"DELETE FROM ledger_{table}"]
    if connection.vendor == "sqlite":
        statements.append(f"INSERT OR REPLACE INTO ledger_{table} SELECT * FROM ledger_{table}")
    else:
        statements.append(f"TRUNCATE ledger_{table} CASCADE")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for statement in statements:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Cosignature.objects.count() == 2


def test_an_honest_check_reads_them(cosigned):
    done = []
    assert check(done.append).findings == []
    assert sum(done) == steps()
    assert reads.status().verified


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE ledger_cosignature SET line = replace(line, 'AAAA', 'AAAB') WHERE id = {first}", 1),
        ("UPDATE ledger_cosignature SET line = 'rubbish' WHERE id = {first}", 1),
        ("UPDATE ledger_cosignature SET time = '2026-11-20 00:00:00' WHERE id = {first}", 1),
        ("UPDATE ledger_cosignature SET checkpoint_id = 264 WHERE id = {first}", 1),
        ("UPDATE ledger_cosignature SET line = (SELECT line FROM ledger_cosignature WHERE id = {first})", 1),
        ("UPDATE ledger_witnesskey SET key = replace(key, 'sick', 'sack')", 1),
    ],
)
def test_a_changed_one_is_found_and_never_called_verified(cosigned, statement, found):
    append_only.remove(connection)
    first = Cosignature.objects.order_by("pk").first().pk
    with connection.cursor() as cursor:
        cursor.execute(statement.format(first=first))
    findings = [each for each in check().findings if each.part != "database"]
    assert [each.part for each in findings] == ["cosignature"] * found
    assert "at size" in findings[0].name


def test_a_line_changed_in_the_database_is_told_on_the_state(cosigned):
    append_only.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_cosignature SET line = replace(line, 'AAAA', 'AAAB')")
    status = reads.status()
    assert (status.verified, status.witnessed) == (False, 0)
    assert "does not match" in status.policy_fault
    assert reads.proof_of(cosigned.entries[0]).checkpoint


def test_a_key_that_left_the_policy_is_served_and_checked_still(cosigned, policy):
    policy()
    assert reads.checkpoint_note().count("— ") == 3
    assert check().findings == []
    assert reads.status().witnesses == 0


def test_what_is_served_opens_under_any_of_the_keys(cosigned, log_key, static_files):
    text = Client().get("/tlog/checkpoint").content.decode()
    for key in (str(log_key.verifier), str(KEY.verifier)):
        assert len(open_note(text, key).signatures) == 1


def test_another_process_sees_the_same_over_the_wire(witness):
    """The exchange itself, as anybody may repeat it."""
    edda = witness("edda")
    assert exchange(edda.port, "POST", "/add-checkpoint", b"")[0] == 400
