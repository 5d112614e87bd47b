"""The log's key is replaced in one act; whatever breaks it off, the log goes on with exactly one key."""

import json
import re
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from ninefold import clock
from ninefold.cli.main import house
from ninefold.errors import ConflictError, RefusedError
from ninefold.ledger import append_only, keeping, reads, stored, switching
from ninefold.ledger.beat import beat
from ninefold.ledger.check import check
from ninefold.ledger.keys import Signer
from ninefold.ledger.models import Checkpoint, Entry, KeyChange, Leaf
from ninefold.ledger.notes import split_note
from ninefold.ledger.rotation import rotate_key
from ninefold.ledger.succession import open_link
from ninefold.ledger.verify import verify_proof
from ninefold.web.ledger.head import fault

from .conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    """Keys of this test alone: they are replaced."""
    (tmp_path / "keys").mkdir()
    settings.WORKSPACE = tmp_path


@pytest.fixture
def keys():
    return settings.WORKSPACE / "keys"


@pytest.fixture
def rotated(small_log, log_key):
    """A log whose key was replaced once, with one more beat behind it."""
    before = reads.proof_of(small_log.entries[0]).text()
    link = rotate_key(stolen=False, now=clock.now())
    at_once = reads.proof_of(small_log.entries[0]).text()
    beat(clock.now())
    return SimpleNamespace(
        old=log_key.verifier, new=link.new, link=link, before=before, at_once=at_once, entry=small_log.entries[0]
    )


def findings():
    return [str(found) for found in check().findings]


def files(keys):
    return sorted(path.name for path in keys.iterdir() if path.name.startswith("log.key"))


def test_a_new_key_signs_from_there_on(rotated, keys):
    assert keeping.log_signer().verifier == rotated.new != rotated.old
    assert rotated.new.name == settings.LOG_ORIGIN
    assert files(keys) == ["log.key"]
    assert (keys / "log.key").stat().st_mode & 0o777 == 0o600
    signed = [
        [line.key_id for line in split_note(note).unverified]
        for note in Checkpoint.objects.order_by("size").values_list("note", flat=True)
    ]
    old, new = rotated.old.key_id, rotated.new.key_id
    assert signed == [[old], [old], [old], [old, new], [new]]
    assert rotated.link.size == 280
    assert findings() == []
    assert fault() == ""


@pytest.mark.parametrize(("leaves", "with_it"), [(8, True), (2, True), (1, False)])
def test_its_leaf_does_not_tell_how_much_waits(small_log, settings, leaves, with_it):
    """It comes in before all that waits, of which nothing is left behind; a beat of one leaf has none to spare."""
    settings.BEAT_LEAVES = leaves
    crowd = [small_log.act(number) for number in range(20)]
    link = rotate_key(stolen=False, now=clock.now())
    late = small_log.act(21)
    entry = Entry.objects.get(kind="ledger.key-rotated")
    assert Leaf.objects.filter(entry=entry, index__lt=link.size).exists() is with_it
    assert stored.count_waiting() == 1 + len(crowd) + 2 - leaves
    assert findings() == []
    while stored.count_waiting():
        beat(clock.now())
    assert not Entry.objects.filter(leaf=None).exists()
    in_turn = Entry.objects.exclude(pk=entry.pk).order_by("leaf__index").values_list("pk", flat=True)
    assert in_turn[len(in_turn) - 1] == late.pk or leaves > 1
    assert stored.last_in_turn() == late.serial
    assert findings() == []


def test_it_is_an_act_that_anybody_may_read(rotated, client, static_files):
    entry = Entry.objects.get(kind="ledger.key-rotated")
    assert (entry.actor, entry.marking, entry.subject_kind) == ("node", "tlp:clear", "ledger:key")
    opening = client.get(f"/tlog/clear/{entry.leaf.index}").json()
    assert opening["body"] == {"old": str(rotated.old), "new": str(rotated.new), "stolen": False}
    assert client.get("/tlog/key").content.decode() == f"{rotated.new}\n"
    assert open_link(client.get("/tlog/keys").content.decode()) == rotated.link


def test_a_log_with_its_first_key_has_no_chain(small_log, client, static_files):
    assert client.get("/tlog/keys").content == b""


def test_a_file_of_before_is_still_signed_by_the_old_key(rotated):
    assert verify_proof(rotated.before, [str(rotated.old)]).followed is False
    with pytest.raises(RefusedError, match="not a key that you gave"):
        verify_proof(rotated.before, [str(rotated.new)])


def test_whoever_has_the_old_key_is_led_to_the_new_one(rotated):
    for text in (rotated.at_once, reads.proof_of(rotated.entry).text()):
        report = verify_proof(text, [str(rotated.old)])
        assert (report.followed, report.trusted_key, report.key) == (True, True, str(rotated.new))
        assert verify_proof(text, [str(rotated.new)]).followed is False
        assert verify_proof(text).trusted_key is False
        with pytest.raises(RefusedError, match="not a key that you gave"):
            verify_proof(text, [str(Signer.generate("another.log").verifier)])


def test_a_chain_in_a_file_leads_too(rotated, client, static_files, tmp_path):
    rotate_key(stolen=False, now=clock.now())
    file, chain = tmp_path / "a.tlog-proof", tmp_path / "keys.txt"
    proof = reads.proof_of(rotated.entry)
    claim = json.loads(proof.extra)
    del claim["chain"]
    file.write_bytes(
        type(proof)(
            proof.index,
            proof.hashes,
            proof.checkpoint,
            json.dumps(claim, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(),
        ).text()
    )
    chain.write_bytes(client.get("/tlog/keys").content)
    words = ["verify", str(file), "--key", str(rotated.old)]
    refused = CliRunner().invoke(house, words).exception
    assert isinstance(refused, RefusedError)
    assert "not a key that you gave" in str(refused)
    said = CliRunner().invoke(house, [*words, "--chain", str(chain)]).stdout
    assert f"Signed by a key to which the one that you gave leads:\n  {keeping.log_signer().verifier}" in said


def test_a_stolen_key_leads_nowhere_and_its_files_count_no_more(small_log, log_key):
    before = reads.proof_of(small_log.entries[0]).text()
    link = rotate_key(stolen=True, now=clock.now())
    with pytest.raises(RefusedError, match=r"was stolen\. A thief could have named the next one"):
        verify_proof(reads.proof_of(small_log.entries[0]).text(), [str(log_key.verifier)])
    assert verify_proof(reads.proof_of(small_log.entries[0]).text(), [str(link.new)]).trusted_key
    with pytest.raises(RefusedError, match="The key that signed this was stolen"):
        verify_proof(before, [str(log_key.verifier)], chain=stored.key_changes())
    assert findings() == []


def test_what_a_stolen_key_signs_afterwards_is_found(rotated, log_key, keys):
    """The thief grows the log in the database with the old key."""
    (keys / "log.key").unlink()
    log_key.to_file(keys / "log.key")
    with pytest.raises(RefusedError, match="do not lead to the key that signs now"):
        beat(clock.now())
    assert findings() == [
        "No signature can be checked: The changes of the log's key do not lead to the key that signs now."
    ]
    assert "do not lead" in fault()


def test_the_command_says_what_to_hand_on(small_log, log_key):
    said = CliRunner().invoke(house, ["ledger", "rotate-key", "--stolen", "--yes"]).stdout
    new = keeping.log_signer().verifier
    assert f"From size 280 on the log signs with this key; hand it on, and back it up:\n  {new}" in said
    assert "must have the new one from you by hand" in said
    kept = CliRunner().invoke(house, ["ledger", "rotate-key"], input="n\n")
    assert kept.exit_code == 1
    assert keeping.log_signer().verifier == new


def test_a_log_that_cannot_sign_keeps_its_key(small_log, log_key, keys):
    append_only.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute('DELETE FROM ledger_leaf WHERE "index" = 271')
    with pytest.raises(ConflictError, match="run the check"):
        rotate_key(stolen=False, now=clock.now())
    assert keeping.log_signer().verifier == log_key.verifier
    assert KeyChange.objects.count() == 0


def test_a_change_broken_off_before_its_transaction_is_taken_up_again(small_log, log_key, keys):
    begun = switching.next_signer(keys, log_key.name)
    assert keeping.log_signer().verifier == log_key.verifier
    assert beat(clock.now()).size == 280
    assert rotate_key(stolen=False, now=clock.now()).new == begun.verifier
    assert files(keys) == ["log.key"]


@pytest.mark.parametrize("ended", [False, True])
def test_a_change_broken_off_after_its_transaction_is_finished(small_log, log_key, keys, ended):
    new = switching.next_signer(keys, log_key.name)
    saved = (keys / "log.key.next").read_bytes()
    rotate_key(stolen=False, now=clock.now())
    # As they stood when the transaction was done.
    (keys / "log.key").unlink()
    log_key.to_file(keys / "log.key")
    if ended:
        log_key.to_file(keys / "log.key.ended")
    new.to_file(keys / "log.key.next")
    assert (keys / "log.key.next").read_bytes() == saved
    assert keeping.log_signer().verifier == new.verifier
    assert files(keys) == ["log.key"]
    assert beat(clock.now()).size == 288
    assert findings() == []


def test_an_old_key_that_was_left_over_is_deleted_at_the_next_start(rotated, log_key, keys):
    log_key.to_file(keys / "log.key.ended")
    assert files(keys) == ["log.key", "log.key.ended"]
    switching.finish(keys, stored.current_key())
    assert files(keys) == ["log.key"]


def test_the_memory_of_what_was_signed_survives(small_log, log_key):
    """The note beside the key may be older than the change, and is then one of the old key."""
    note = Checkpoint.objects.get(size=272).note
    rotate_key(stolen=False, now=clock.now())
    keeping.remember(note)
    assert beat(clock.now()).size == 288
    assert findings() == []
    assert fault() == ""


CHANGED = [
    (
        "UPDATE ledger_keychange SET note = replace(note, 'ended', 'stolen')",
        "No signature can be checked: .* not match",
    ),
    ("DELETE FROM ledger_keychange", "tells of a change of the key of which there is no note"),
    ("UPDATE ledger_keychange SET size = 281", "says something else than its entry"),
    ("UPDATE ledger_keychange SET entry_id = 1", "says something else than its entry"),
]


@pytest.mark.parametrize(("statement", "words"), CHANGED)
def test_a_changed_change_is_found(rotated, statement, words):
    append_only.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert any(re.search(words, found) for found in findings())


@pytest.mark.parametrize("statement", [statement for statement, _ in CHANGED])
def test_the_database_lets_no_change_be_changed(rotated, statement):
    with (
        pytest.raises(DatabaseError, match="The ledger only grows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_founding_beat_may_be_that_of_a_change(log_key):
    assert rotate_key(stolen=False, now=NOW).size == 256
    assert beat(clock.now()).size == 264
    assert findings() == []
