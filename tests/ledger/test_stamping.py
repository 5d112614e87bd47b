"""Checkpoints are stamped by real authorities over HTTP; what does not hold is not kept, and nobody waits for long."""

import json
import re
import subprocess
import time
from contextlib import ExitStack
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from django.conf import settings as house_settings
from django.db import DatabaseError, connection, transaction
from django_tasks_db.models import DBTaskResult
from time_authority import Authority, openssl, serving

from ninefold import clock
from ninefold.cli.main import house
from ninefold.errors import ConflictError, InvalidError, NotThereError, RefusedError, UnavailableError
from ninefold.jobs import schedule
from ninefold.ledger import append_only, reads
from ninefold.ledger.beat import beat
from ninefold.ledger.check import check
from ninefold.ledger.clocks import have_it_stamped
from ninefold.ledger.models import Checkpoint, TimeStamp
from ninefold.ledger.named import authorities
from ninefold.ledger.notes import split_note
from ninefold.ledger.stamping import stamp, stamp_last
from ninefold.ledger.stamps import new_request
from ninefold.ledger.time_asking import ask

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two authorities with roots of their own."""
    folder = tmp_path_factory.mktemp("authorities")
    pair = [Authority(folder / name, f"{name}.example") for name in ("one", "two")]
    for tsa in pair:
        tsa.make()
    return pair


@pytest.fixture
def tsas(made, settings, tmp_path):
    """Both are named and answer; `one` and `two` can be made to fail."""
    fresh = [Authority(tsa.folder, tsa.name) for tsa in made]
    with ExitStack() as stack:
        for tsa in fresh:
            stack.enter_context(serving(tsa))
        name_them(settings, tmp_path, *fresh)
        yield SimpleNamespace(one=fresh[0], two=fresh[1])


def name_them(settings, folder, *named):
    settings.TIME_AUTHORITIES = str(folder / "authorities.toml")
    (folder / "authorities.toml").write_text("".join(tsa.named for tsa in named))


def run_stamp():
    stamp_last.func(clock.now())


def kept():
    return list(TimeStamp.objects.order_by("checkpoint_id", "authority").values_list("checkpoint_id", "authority"))


def findings():
    return [str(found) for found in check().findings]


def test_every_authority_stamps_the_last_checkpoint(small_log, tsas):
    run_stamp()
    assert kept() == [(272, "one.example"), (272, "two.example")]
    assert findings() == []
    run_stamp()
    assert len(tsas.one.asked) == 1, "not asked twice about the same checkpoint"
    beat(clock.now())
    run_stamp()
    assert kept()[2:] == [(280, "one.example"), (280, "two.example")]


def test_what_leaves_the_machine(small_log, tsas):
    """A hash, a random number, and nothing of who runs this."""
    run_stamp()
    (headers, first), (_, second) = *tsas.one.asked, *tsas.two.asked
    assert first != second
    assert headers["User-Agent"] == "Ninefold"
    said = openssl("ts", "-query", "-in", "/dev/stdin", "-text", data=first).decode()
    assert "Hash Algorithm: sha256" in said
    assert "Certificate required: yes" in said
    assert "Nonce: 0x" in said


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ("nonce", "answers another request"),
        ("hash", "that of another text"),
        ("expired", "was not valid at its time"),
        ("purpose", "not made for time stamps"),
        ("truncated", "This is not a time stamp"),
        ("changed", "was changed"),
        ("rejected", "gave no time stamp"),
        ("html", "This is not a time stamp"),
        ("page", "It answered with 'text/html', which is no time stamp"),
        ("huge", "It answered with more than 65536 bytes"),
        ("redirect", "It answered with status 302"),
        ("error", "It answered with status 500"),
    ],
)
def test_what_does_not_hold_is_not_kept_and_the_other_is(small_log, tsas, fault, why):
    tsas.one.fault = fault
    with pytest.raises(UnavailableError, match=f"No time stamp for size 272: one.example: .*{why}"):
        run_stamp()
    assert kept() == [(272, "two.example")]
    tsas.one.fault = ""
    run_stamp()
    assert kept() == [(272, "one.example"), (272, "two.example")]


@pytest.mark.parametrize("fault", ["slow", "silent"])
def test_one_that_does_not_come_to_an_end_is_left(small_log, tsas, fault):
    tsas.one.fault = fault
    request = new_request(b"text").as_bytes()
    began = time.monotonic()
    answers = ask({t.name: (t.address, request) for t in (tsas.one, tsas.two)}, seconds=1.0)
    assert time.monotonic() - began < 5
    assert "did not answer within 1 seconds" in str(answers["one.example"])
    assert isinstance(answers["two.example"], bytes)


def test_one_that_is_not_there_is_told(small_log, tsas, settings, tmp_path):
    tsas.one.address = "http://127.0.0.1:9/tsr"
    name_them(settings, tmp_path, tsas.one, tsas.two)
    with pytest.raises(UnavailableError, match=r"one\.example: It cannot be reached \(ConnectError\)"):
        run_stamp()
    assert kept() == [(272, "two.example")]


def test_an_answer_of_the_other_authority_does_not_count(small_log, tsas, settings, tmp_path):
    tsas.one.address = tsas.two.address
    name_them(settings, tmp_path, tsas.one)
    with pytest.raises(UnavailableError, match="does not lead to a certificate that you named"):
        run_stamp()


def test_it_falls_due_on_a_steady_cadence(small_log, tsas, settings):
    (due,) = [each for each in schedule.declared() if each.name == "ledger.time-stamps"]
    assert due.every.total_seconds() == 60 * house_settings.TIME_STAMP_MINUTES == 3600
    have_it_stamped(clock.now())
    settings.TIME_AUTHORITIES = ""
    have_it_stamped(clock.now())
    assert [row.queue_name for row in DBTaskResult.objects.filter(task_path__endswith="stamp_last")] == ["default"]
    assert authorities() == ()


def test_a_log_without_a_checkpoint_asks_nobody(log_key, tsas):
    run_stamp()
    assert tsas.one.asked == []


def test_a_file_that_is_not_there_is_told(log_key, settings, tmp_path):
    settings.TIME_AUTHORITIES = "nowhere.toml"
    with pytest.raises(NotThereError, match=r"no file of time authorities .*/workspace/nowhere\.toml"):
        authorities()
    (tmp_path / "binary").write_bytes(b"\xff")
    settings.TIME_AUTHORITIES = str(tmp_path / "binary")
    with pytest.raises(InvalidError, match="is not text in UTF-8"):
        authorities()


# ---- What a stranger holds


def command(*words):
    done = CliRunner().invoke(house, [str(word) for word in words])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout


def test_openssl_says_the_same(small_log, tsas, tmp_path):
    run_stamp()
    (tmp_path / "roots.pem").write_text(tsas.one.roots)
    out = tmp_path / "a.tsr"
    with pytest.raises(InvalidError, match="Several authorities stamped size 272"):
        command("ledger", "timestamp", 272, "--out", out)
    said = command("ledger", "timestamp", 272, "--out", out, "--authority", "one.example")
    assert "by one.example" in said
    words = said.splitlines()[-1].replace("ROOTS.pem", str(tmp_path / "roots.pem")).split()
    assert "Verification: OK" in subprocess.run(words, capture_output=True, text=True).stdout
    (tmp_path / "a.txt").write_bytes((tmp_path / "a.txt").read_bytes().replace(b"272", b"273"))
    assert subprocess.run(words, capture_output=True, text=True).returncode != 0
    with pytest.raises(ConflictError, match="There is a file"):
        command("ledger", "timestamp", 272, "--out", out, "--authority", "one.example")
    with pytest.raises(NotThereError, match="no such time stamp of size 264"):
        command("ledger", "timestamp", 264, "--out", tmp_path / "b.tsr")


@pytest.fixture
def proof(small_log, tsas, tmp_path):
    """A proof file with two time stamps, and roots to check them by."""
    run_stamp()
    beat(clock.now())
    (tmp_path / "roots.pem").write_text(tsas.one.roots + tsas.two.roots)
    (tmp_path / "one.pem").write_text(tsas.one.roots)
    (tmp_path / "a.tlog-proof").write_bytes(reads.stamped_proof_of(small_log.entries[0]).text())
    return tmp_path / "a.tlog-proof"


def test_a_proof_file_says_before_which_time_it_was_published(proof, tmp_path):
    said = command("verify", proof, "--time-roots", tmp_path / "roots.pem")
    assert f"Published before {clock.now():%Y-%m-%d}T" in said
    assert "Z by CN=Stamping unit 1,O=one.example." in said
    assert "Z by CN=Stamping unit 1,O=two.example." in said
    told = json.loads(command("verify", proof, "--time-roots", tmp_path / "roots.pem", "--json"))
    assert len(told["stamps"]) == 2
    assert told["size"] == 272
    assert "Published before" not in command("verify", proof)


def test_a_proof_file_is_refused_with_other_roots_or_without_stamps(proof, small_log, tmp_path):
    with pytest.raises(RefusedError, match="does not lead to a certificate that you named"):
        command("verify", proof, "--time-roots", tmp_path / "one.pem")
    (tmp_path / "none.pem").write_text("none")
    with pytest.raises(InvalidError, match="no certificate in PEM"):
        command("verify", proof, "--time-roots", tmp_path / "none.pem")
    (tmp_path / "b.tlog-proof").write_bytes(reads.proof_of(small_log.entries[0]).text())
    with pytest.raises(InvalidError, match="carries no time stamp"):
        command("verify", tmp_path / "b.tlog-proof", "--time-roots", tmp_path / "roots.pem")


def test_an_entry_that_was_not_stamped_yet_says_so(small_log, tsas):
    with pytest.raises(ConflictError, match="has been time-stamped yet"):
        reads.stamped_proof_of(small_log.entries[0])
    run_stamp()
    late = small_log.act(8)
    beat(clock.now())
    with pytest.raises(ConflictError, match="has been time-stamped yet"):
        reads.stamped_proof_of(late)


# ---- What the node says


def test_status_page_and_api_show_the_last_time_stamp(small_log, tsas, client, static_files):
    assert "time stamp" not in command("ledger", "status")
    run_stamp()
    assert re.search(r"UTC by (one|two)\.example, at size 272", command("ledger", "status"))
    told = json.loads(command("ledger", "status", "--json"))
    assert told["stamped_size"] == 272
    assert told["stamped_by"] in ("one.example", "two.example")
    page = client.get("/ledger/", headers={"accept-language": "en"}).content.decode()
    assert "Last time stamp" in page
    assert f"by {told['stamped_by']}, at size" in page


def rewrite(statement, *values):
    append_only.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_a_changed_time_stamp_is_found(small_log, tsas):
    run_stamp()
    row = TimeStamp.objects.get(authority="one.example")
    response, where = bytes(row.response), "WHERE authority = 'one.example'"
    changed = response[:-5] + bytes([response[-5] ^ 1]) + response[-4:]
    for statement, value, why in [
        (f"UPDATE ledger_timestamp SET response = %s {where}", changed, "does not hold: The time stamp was changed"),
        (f"UPDATE ledger_timestamp SET response = %s {where}", b"", "does not hold: This is not a time stamp"),
        (
            f"UPDATE ledger_timestamp SET time = %s {where}",
            "2026-01-01 00:00:00",
            "does not hold: It says another time",
        ),
        (
            f"UPDATE ledger_timestamp SET checkpoint_id = %s {where}",
            264,
            "264 by one.example does not hold: .* another t",
        ),
    ]:
        with transaction.atomic():
            rewrite(statement, value)
            (found,) = findings_of_stamps()
            assert re.search(why, found)
            transaction.set_rollback(True)


def findings_of_stamps():
    return [str(found) for found in check().findings if found.part == "time stamp"]


def test_one_of_an_authority_that_is_named_no_more_is_held_against_its_checkpoint(small_log, tsas, settings, tmp_path):
    run_stamp()
    name_them(settings, tmp_path, tsas.two)
    assert findings() == []
    rewrite("UPDATE ledger_timestamp SET checkpoint_id = 264 WHERE authority = 'one.example'")
    assert "another text" in findings_of_stamps()[0]
    settings.TIME_AUTHORITIES = "nowhere.toml"
    assert "No time stamp can be checked to its end" in findings_of_stamps()[0]


@pytest.mark.parametrize("statement", ["UPDATE ledger_timestamp SET size = 1", "DELETE FROM ledger_timestamp"])
def test_the_database_lets_no_time_stamp_be_changed(small_log, tsas, statement):
    run_stamp()
    statement = statement.replace("size", "authority")
    with (
        pytest.raises(DatabaseError, match="The ledger only grows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_two_workers_keep_one_time_stamp(small_log, tsas):
    last = Checkpoint.objects.get(size=272)
    assert stamp(last, list(authorities())) == {}
    assert stamp(last, list(authorities())) == {}
    assert len(kept()) == 2
    assert split_note(last.note).text.startswith(house_settings.LOG_ORIGIN)
