"""An act that its actor signs: drawn up, signed, written as drawn up; proved offline; refused in every other case."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from signing import PASSKEYS, FileKey

from ninefold.errors import ConflictError, InvalidError, NinefoldError, RefusedError
from ninefold.ledger import reads
from ninefold.ledger.actions import append, append_many, erase
from ninefold.ledger.beat import beat
from ninefold.ledger.check import check
from ninefold.ledger.directory import living_keys
from ninefold.ledger.drafts import LIFE, Draft, DrawnUp, Seal, draft_from
from ninefold.ledger.enrolment import end_listing, list_key
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.listings import tag_of
from ninefold.ledger.models import Entry, Leaf, Planted
from ninefold.ledger.proofs import read_claim, read_proof
from ninefold.ledger.refs import Ref
from ninefold.ledger.signatures import statement_of
from ninefold.ledger.verify import verify_proof
from ninefold.ledger.writing import NewEntry

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
LATER, YEAR = NOW + timedelta(minutes=5), NOW + timedelta(days=365)
GRANTED = entry_kind("test.granted", "granted something", consequential=True)
NOTED = entry_kind("test.noted", "noted something")
ADA, BOB = "access:person:ada", "access:person:bob"
LABEL, OTHER_LABEL = bytes(range(32)), bytes(range(1, 33))
SUBJECT = Ref("test", "record", uuid4())


class Holder:
    """Ada, with her key in her hand."""

    def __init__(self, key, actor=ADA, label=LABEL):
        self.key, self.actor = key, actor
        with transaction.atomic():
            self.listed = list_key(actor=actor, label=label, key=key.key, now=NOW, ends=YEAR)
        self.listing = bytes(self.listed.entry.commitment).hex()

    def draw_up(self, now=NOW, **more):
        with pytest.raises(DrawnUp) as drawn, transaction.atomic():
            act(Seal(Draft.new(self.actor, now)), now, actor=self.actor, **more)
        return drawn.value

    def sign(self, drawn, at=LATER):
        signature = self.key.sign(statement_of(drawn.envelope), self.listing)
        return Seal(drawn.draft, signature, at)


def act(seal=None, now=NOW, *, actor=ADA, number=1, kind=GRANTED):
    with transaction.atomic():
        return append(
            kind=kind, actor=actor, subject=SUBJECT, now=now, marking="tlp:green", body={"number": number}, seal=seal
        )


@pytest.fixture(params=["file", *PASSKEYS])
def ada(request, log_key):
    return Holder(FileKey() if request.param == "file" else PASSKEYS[request.param])


@pytest.fixture
def holder(log_key):
    return Holder(FileKey())


def published(entry, now=NOW):
    beat(now)
    beat(now + timedelta(minutes=1))
    return reads.proof_of(entry).text()


def test_a_signed_act_is_written_as_it_was_drawn_up_and_proved_offline(ada):
    drawn = ada.draw_up()
    assert not Entry.objects.filter(kind=GRANTED.name).exists()
    entry = act(ada.sign(drawn))
    assert entry.id == drawn.draft.id
    report = verify_proof(published(entry), signer=LABEL.hex())
    assert report.signed.label == LABEL.hex()
    assert report.signed.kind == ada.key.key.kind
    assert report.signed.leaf == Leaf.objects.get(entry=ada.listed.entry).index
    assert verify_proof(published(entry), signer=ada.key.key.public.hex()).signed
    with pytest.raises(RefusedError, match="somebody else"):
        verify_proof(published(entry), signer=OTHER_LABEL.hex())
    assert check().findings == []


def test_whoever_has_a_key_signs_what_matters_and_nothing_else(holder):
    with pytest.raises(RefusedError, match="only with your signature"):
        act()
    with pytest.raises(RefusedError, match="only with your signature"), transaction.atomic():
        append_many([NewEntry(GRANTED, ADA, SUBJECT, NOW, "tlp:green", {})])
    assert act(kind=NOTED)
    assert act(actor=BOB)
    assert verify_proof(published(act(actor=BOB))).signed is None


def test_a_proof_of_an_unsigned_entry_names_no_signer(holder):
    with pytest.raises(RefusedError, match="no signature"):
        verify_proof(published(act(actor=BOB)), signer=LABEL.hex())


def test_what_would_be_written_is_what_was_signed(holder):
    seal = holder.sign(holder.draw_up())
    with pytest.raises(ConflictError, match="look at it again"):
        act(seal, number=2)
    with pytest.raises(RefusedError, match="another act"):
        act(seal, now=NOW + timedelta(seconds=1))
    with pytest.raises(RefusedError, match="another act"):
        act(seal, actor=BOB)
    assert not Entry.objects.filter(kind=GRANTED.name).exists()


def test_one_signature_is_for_one_act(holder):
    seal = holder.sign(holder.draw_up())
    act(seal)
    with pytest.raises(IntegrityError):
        act(seal)
    other = holder.draw_up()
    with pytest.raises(RefusedError, match="does not match"):
        act(replace(seal, draft=other.draft))


def test_a_draft_lives_ten_minutes_and_no_clock_runs_back(holder):
    drawn = holder.draw_up()
    for at in (NOW - timedelta(seconds=1), NOW + LIFE + timedelta(seconds=1)):
        with pytest.raises(ConflictError, match="ten minutes"):
            act(holder.sign(drawn, at=at))
    assert act(holder.sign(drawn, at=NOW + LIFE))


def test_another_person_s_key_signs_nothing(holder):
    bob = Holder(FileKey(), BOB, OTHER_LABEL)
    drawn = holder.draw_up()
    with pytest.raises(RefusedError, match="not yours"):
        act(bob.sign(drawn))
    with pytest.raises(RefusedError, match="not yours"):
        act(replace(holder.sign(drawn), signature=replace(holder.sign(drawn).signature, key="00" * 32)))


def test_what_was_signed_before_an_end_stays_and_nothing_comes_after(holder):
    before = act(holder.sign(holder.draw_up()))
    ended, after = LATER + timedelta(minutes=1), LATER + timedelta(minutes=2)
    late = holder.sign(holder.draw_up(now=LATER), at=after)
    with transaction.atomic():
        end = end_listing(listed=holder.listed, now=ended, reason="lost")
    # Drawn up while the key lived, and signed by whoever found it.
    with pytest.raises(RefusedError, match="has ended"):
        act(late, now=LATER)
    with pytest.raises(RefusedError, match="has ended"):
        act(holder.sign(holder.draw_up(now=after), at=after), now=after)
    assert verify_proof(published(before)).signed.number == 0
    assert end.entry.body.text.decode().count('"at":"2026-11-21T08:36:00.000000Z"') == 1
    assert act(now=after)  # no key left: he may act without one
    assert check().findings == []


def test_a_key_ends_once_and_for_a_reason(holder):
    with transaction.atomic(), pytest.raises(InvalidError, match="one of the reasons"):
        end_listing(listed=holder.listed, now=LATER, reason="whim")
    with transaction.atomic():
        end_listing(listed=holder.listed, now=LATER, reason="replaced")
    with pytest.raises(ConflictError, match="ended already"), transaction.atomic():
        end_listing(listed=holder.listed, now=LATER, reason="replaced")
    assert not living_keys(ADA, LATER).exists()


def test_a_label_is_one_person_s(holder):
    with pytest.raises(ConflictError, match="another person"), transaction.atomic():
        list_key(actor=BOB, label=LABEL, key=FileKey().key, now=NOW, ends=YEAR)


def test_a_listing_names_nobody_and_cannot_be_erased(holder):
    entry = holder.listed.entry
    # Not the bare letters: the digits of a digest may spell them.
    assert not re.search(rb"person|\bada\b", bytes(entry.envelope) + bytes(entry.body.text))
    assert b'"time":"2026-11-21T00:00:00.000000Z"' in bytes(entry.envelope)
    with pytest.raises(RefusedError, match="cannot be erased"):
        erase(entry=entry, reason="asked", by="node", now=NOW)


# ---- Tags


def test_the_tag_of_each_number_stands_in_the_tree_and_looks_like_a_cover_leaf(holder):
    with transaction.atomic():
        list_key(actor=ADA, label=LABEL, key=FileKey().key, now=NOW, ends=YEAR)
    beat(NOW)
    leaves = {bytes(leaf.commitment): leaf for leaf in Leaf.objects.all()}
    assert {leaves[tag_of(LABEL, number)].entry_id for number in (0, 1)} == {None}
    assert tag_of(LABEL, 2) not in leaves
    assert len(leaves) == 256


@pytest.mark.parametrize("leaves", [1, 2, 8])
def test_tags_wait_their_turn_and_none_comes_before_its_entry(log_key, settings, leaves):
    settings.BEAT_LEAVES = leaves
    beat(NOW)
    with transaction.atomic():
        for _ in range(3):
            list_key(actor=ADA, label=LABEL, key=FileKey().key, now=NOW, ends=YEAR)
    for minute in range(1, 20):
        beat(NOW + timedelta(minutes=minute))
        assert check().findings == []
        planted = set(Planted.objects.values_list("listed_id", flat=True))
        assert planted <= set(Leaf.objects.exclude(entry=None).values_list("entry_id", flat=True))
    assert Leaf.objects.count() == 256 + 19 * leaves
    assert Planted.objects.count() == 3


def tamper(statement, *values):
    from ninefold.ledger import append_only

    append_only.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
    append_only.install(connection)


@pytest.mark.parametrize(
    ("statement", "values", "reason"),
    [
        ("UPDATE ledger_listed SET label = %s", [OTHER_LABEL], "not what its entry says"),
        ("UPDATE ledger_listed SET tag = %s", [bytes(32)], "not what its entry says"),
        ("UPDATE ledger_listed SET public = %s", [bytes(32)], "not what its entry says"),
        ("UPDATE ledger_listed SET number = 4", [], "a number is missing"),
        ("DELETE FROM ledger_planted", [], "left out of the tree"),
        ("UPDATE ledger_planted SET leaf_id = (leaf_id + 1) %% 256", [], "not at its leaf"),
    ],
)
def test_the_check_names_a_listing_that_is_not_as_it_was_written(holder, statement, values, reason):
    for minute in range(4):
        beat(NOW + timedelta(minutes=minute))
    assert check().findings == []
    tamper(statement, *values)
    assert any(reason in str(found) for found in check().findings)


@pytest.mark.parametrize("table", ["listed", "planted"])
@pytest.mark.parametrize("act", ["DELETE FROM ledger_{}", "UPDATE ledger_{0} SET {0}_id = 1"])
def test_the_tables_of_the_directory_only_grow(holder, table, act):
    beat(NOW)
    statement = act.format(table).replace("SET listed_id", "SET number")
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.replace("planted_id", "leaf_id"))


# ---- Proof files


def test_every_changed_byte_of_a_signed_proof_is_refused(holder):
    file = published(act(holder.sign(holder.draw_up())))
    for at in range(0, len(file), 7):
        with pytest.raises(NinefoldError):
            verify_proof(file[:at] + bytes([file[at] ^ 1]) + file[at + 1 :])


def lied(file, **changes):
    proof = read_proof(file)
    claim = read_claim(proof.extra)
    return replace(proof, extra=replace(claim, **changes(claim) if callable(changes) else changes).canonical()).text()


def test_a_listing_without_its_tag_in_the_tree_proves_nothing(holder):
    file = published(act(holder.sign(holder.draw_up())))
    signer = read_claim(read_proof(file).extra).signer
    with pytest.raises(NinefoldError, match="does not lead"):
        verify_proof(lied(file, signer=replace(signer, tag=signer.way)))
    with pytest.raises(InvalidError, match="does not carry the key"):
        verify_proof(lied(file, signer=None))


def test_the_listing_of_another_key_proves_nothing(holder):
    bob = Holder(FileKey(), BOB, OTHER_LABEL)
    hers, his = act(holder.sign(holder.draw_up())), act(bob.sign(bob.draw_up()), actor=BOB)
    noted = act(kind=NOTED)
    beat(NOW)
    signer = read_claim(read_proof(reads.proof_of(his).text()).extra).signer
    with pytest.raises(RefusedError, match="with another key"):
        verify_proof(lied(reads.proof_of(hers).text(), signer=signer))
    with pytest.raises(InvalidError, match="nobody signed"):
        verify_proof(lied(reads.proof_of(noted).text(), signer=signer))
    lie = replace(signer, opening=reads.opening_of(noted))
    with pytest.raises(InvalidError, match="no entry of the key directory"):
        verify_proof(lied(reads.proof_of(his).text(), signer=lie))


def test_an_act_outside_the_life_of_its_key_is_told_by_its_proof(holder):
    """Also when the node wrote it all the same."""
    when = YEAR + timedelta(days=1)
    tamper("UPDATE ledger_listed SET ends = %s", when + timedelta(days=9))
    entry = act(holder.sign(holder.draw_up(now=when), at=when), now=when)
    with pytest.raises(RefusedError, match="was listed from"):
        verify_proof(published(entry, when))


def test_a_draft_keeps_its_form():
    draft = Draft.new(ADA, NOW)
    drawn = DrawnUp(draft, b"{}", b"{}").draft
    assert draft_from(drawn.value()) == drawn
    for value in (None, {}, drawn.value() | {"more": 1}, drawn.value() | {"key": "x"}):
        with pytest.raises(InvalidError):
            draft_from(value)
