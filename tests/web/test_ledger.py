"""The ledger's pages: acts as the reader may see them, an entry matched with its leaf, a broken copy, a proof file."""

import re
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from ninefold import clock
from ninefold.errors import InvalidError, RefusedError
from ninefold.ledger.actions import append
from ninefold.ledger.canonical import canonical_json
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.merkle import inclusion_nodes, leaf_hash
from ninefold.ledger.models import Entry, Leaf
from ninefold.ledger.openings import Opening, commit, new_key, seal_body
from ninefold.ledger.refs import Ref
from ninefold.ledger.tree import Tree
from ninefold.ledger.verify import verify_proof
from ninefold.web.ledger import acts, head, matching


def text(answer):
    return answer.content.decode()


def still(answer):
    """A page without what is drawn anew for each answer."""
    return re.sub(r'nonce="[^"]*"|csrf[^>]*|value="[^"]{64}"', "", text(answer))


def ids_on(page):
    return re.findall(r'href="/ledger/([0-9a-f-]{36})/"', page)


def everything_read_by(browser):
    """All entry ids, page after page."""
    address, found = "/ledger/", []
    while address:
        page = text(browser.get(address))
        found += ids_on(page)
        after = re.search(r'href="(/ledger/\?room=&amp;before=[^"]+)"', page)
        address = after[1].replace("&amp;", "&") if after else None
    return found


def test_each_reader_reads_his_acts_once_and_no_others(stranger, reader, sealed_entry):
    seen = {key: everything_read_by(reader(key)) for key in ("teya-orvane", "daro-helmin", "velune-sarn")}
    public = everything_read_by(stranger)
    marks = dict(Entry.objects.values_list("id", "marking"))
    assert public
    assert {marks[id_] for id_ in map(_uuid, public)} == {"tlp:clear"}
    for found in seen.values():
        assert len(found) == len(set(found))
        assert set(public) <= set(found)
    assert str(sealed_entry) in seen["daro-helmin"]
    assert str(sealed_entry) not in seen["velune-sarn"]


def test_no_address_or_page_tells_how_many_acts_there_are(stranger):
    """Nothing on it changes by acts that he does not see; that no number is theirs, no chance can spoil."""
    before = still(stranger.get("/ledger/"))
    assert "serial" not in before
    hidden = entry_kind("warning.hidden", "did what few may see")
    with transaction.atomic():
        for _ in range(3):
            subject = Ref("warning", "warning", uuid4())
            append(kind=hidden, actor="node", subject=subject, now=clock.now(), marking="tlp:red", body={})
    assert still(stranger.get("/ledger/")) == before


def test_a_room_can_be_chosen(reader):
    page = text(reader("daro-helmin").get("/ledger/?room=warning"))
    kinds = set(Entry.objects.filter(id__in=ids_on(page)).values_list("kind", flat=True))
    assert kinds
    assert all(kind.startswith("warning.") for kind in kinds)
    assert reader("daro-helmin").get("/ledger/?room=attic").status_code == 404


@pytest.mark.parametrize("before", ["planted", str(UUID(int=7)), "7"])
def test_a_page_begins_after_an_entry_that_he_sees(stranger, before):
    assert stranger.get(f"/ledger/?before={before}").status_code == 404


def test_a_page_cannot_begin_after_a_hidden_entry(stranger, sealed_entry):
    assert stranger.get(f"/ledger/?before={sealed_entry}").status_code == 404


def test_the_state_is_consistent_and_never_verified(stranger):
    page = text(stranger.get("/ledger/"))
    assert "It is consistent" in page
    assert "Witnessed by 0 of 0" in page
    assert "is verified" not in page


def test_names_are_for_readers_with_an_account(stranger, reader):
    assert "Teya Orvane" not in re.search(r"<main.*?</main>", text(stranger.get("/ledger/")), re.DOTALL)[0]
    assert "Teya Orvane" in text(reader("daro-helmin").get("/ledger/"))
    assert "A person" in text(stranger.get("/ledger/")) or "a person" in text(stranger.get("/ledger/"))


def test_an_entry_is_matched_with_its_leaf_by_its_real_hashes(reader, sealed_entry):
    page = text(reader("daro-helmin").get(f"/ledger/{sealed_entry}/"))
    entry = Entry.objects.select_related("leaf", "body").get(id=sealed_entry)
    for expected in (
        bytes(entry.commitment).hex(),
        leaf_hash(bytes(entry.commitment)).hex(),
        seal_body(bytes(entry.body.text), bytes(entry.body.key)).hex(),
        bytes(entry.key).hex(),
    ):
        assert expected in page
    assert page.count("SHA-256(01") == 8
    assert "TLP:AMBER+STRICT" in page


def test_a_hidden_entry_is_a_sealed_leaf(stranger, reader, sealed_entry):
    index = Leaf.objects.get(entry__id=sealed_entry).index
    sealed = text(stranger.get(f"/ledger/leaf/{index}/"))
    assert "Sealed" in sealed
    assert str(sealed_entry) not in sealed
    got = reader("daro-helmin").get(f"/ledger/leaf/{index}/")
    assert (got.status_code, got.headers["Location"]) == (302, f"/ledger/{sealed_entry}/")


def test_a_cover_leaf_looks_like_a_hidden_one(stranger, sealed_entry):
    hidden = Leaf.objects.get(entry__id=sealed_entry).index
    cover = Leaf.objects.filter(entry=None).first().index

    def words(index):
        page = re.search(r"<main.*?</main>", text(stranger.get(f"/ledger/leaf/{index}/")), re.DOTALL)[0]
        return re.sub(r"[0-9a-f]{64}|\d+", "", page)

    assert words(hidden) == words(cover)
    assert stranger.get("/ledger/leaf/99999/").status_code == 404


def test_the_proof_file_is_checked_offline_and_refused_when_a_byte_changes(reader, sealed_entry):
    got = reader("daro-helmin").get(f"/ledger/{sealed_entry}/proof/")
    assert got.headers["Content-Disposition"].startswith('attachment; filename="tracks.circle-entered-')
    report = verify_proof(got.content)
    assert report.entry["id"] == str(sealed_entry)
    flipped = bytearray(got.content)
    flipped[len(flipped) // 2] ^= 1
    with pytest.raises((InvalidError, RefusedError)):
        verify_proof(bytes(flipped))


def test_nobody_else_gets_the_proof(stranger, reader, sealed_entry):
    assert stranger.get(f"/ledger/{sealed_entry}/proof/").status_code == 404
    assert reader("velune-sarn").get(f"/ledger/{sealed_entry}/proof/").status_code == 404


@pytest.mark.parametrize("part", ["body", "envelope"])
def test_one_changed_byte_of_a_copy_is_found_and_named(reader, sealed_entry, part):
    browser = reader("daro-helmin")
    page = text(browser.get(f"/ledger/{sealed_entry}/?part={part}&byte=40"))
    assert "one broke, this entry" in page
    assert f"The changed {part} gives" in page
    assert "Change it and check" in page
    assert "one broke" not in text(browser.get(f"/ledger/{sealed_entry}/"))


@pytest.mark.parametrize(
    "asked", ["part=body&byte=", "part=body&byte=-1", "part=body&byte=9999999", "part=key&byte=1", "part=body&byte=٣"]
)
def test_a_byte_that_is_not_there_is_refused(reader, sealed_entry, asked):
    got = reader("daro-helmin").get(f"/ledger/{sealed_entry}/?{asked}")
    assert got.status_code == 422
    assert "Choose" in text(got)


def test_an_entry_that_waits_has_no_proof_yet(reader, sample, db):
    from ninefold import clock
    from ninefold.access import actions
    from ninefold.words.text import in_one

    by = sample.people["hobren-tolvane"]
    actions.open_audience(by=by, now=clock.now(), name=in_one("en", "Later"), custodian=sample.people["daro-helmin"])
    waiting = Entry.objects.order_by("-serial").first()
    browser = reader("daro-helmin")
    assert "waits for the next publication" in text(browser.get(f"/ledger/{waiting.id}/"))
    assert browser.get(f"/ledger/{waiting.id}/proof/").status_code == 409
    assert '<td data-label="Leaf">waits</td>' in text(browser.get("/ledger/"))


def opened(body):
    text, key, body_key = canonical_json(body), new_key(), new_key()
    envelope = canonical_json({"body": seal_body(text, body_key).hex(), "id": "x"})
    return Opening(envelope, key, text, body_key), commit(envelope, key)


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=4), st.data())
def test_any_changed_byte_is_found_and_only_it(body, data):
    whole = [matching.Copy.of(*_with_leaf(opened(body), at)) for at in range(3)]
    part = data.draw(st.sampled_from(["body", "envelope"]))
    size = len(whole[1].body if part == "body" else whole[1].envelope)
    changed = matching.flipped(whole[1], part=part, place=data.draw(st.integers(0, size - 1)))
    assert matching.broken(whole) == []
    ((copy, fault),) = matching.broken([whole[0], changed, whole[2]])
    assert copy is changed
    assert fault.what == part
    assert fault.found != fault.wanted


@given(st.integers(1, 70), st.data())
def test_the_climb_ends_at_the_root(size, data):
    tree = Tree([leaf_hash(bytes([at])) for at in range(size)])
    index = data.draw(st.integers(0, size - 1))
    proof = tree.proof(inclusion_nodes(index, size))
    steps = matching.climb(leaf_hash(bytes([index])), index, size, proof)
    root = steps[-1].above if steps else leaf_hash(bytes([index]))
    assert root == tree.head().root


def test_a_changed_byte_inside_a_letter_shows_the_letter():
    old = "وادي كيش".encode()
    new = old[:4] + bytes([old[4] ^ 1]) + old[5:]
    shown = matching.around(old, new, 4)
    assert shown.was == "د"
    assert shown.before == "وا"
    assert (shown.before + shown.was + shown.after) == "وادي كيش"


def _with_leaf(made, leaf):
    opening, commitment = made
    return opening, leaf, commitment


def _uuid(text):
    from uuid import UUID

    return UUID(text)


def test_every_act_of_the_sample_is_told_in_words(sample, db):
    told = acts.told(sample.people["daro-helmin"], clock.now(), Entry.objects.annotate(leaf_index=F("leaf__index")))
    assert all(" " in act.words for act in told)
    assert all(":" not in act.about for act in told)


def test_a_log_that_does_not_hold_says_so(stranger, published):
    from ninefold.ledger.checkpoints import Checkpoint as Head
    from ninefold.ledger.checkpoints import sign_checkpoint
    from ninefold.ledger.keys import Signer
    from ninefold.ledger.models import Checkpoint

    assert head.fault() == ""
    forged = Checkpoint.objects.order_by("-size").first()
    forged.size += 8
    other = Head(published.origin, forged.size, bytes(32))
    forged.note = sign_checkpoint(other, Signer.generate(published.origin))
    forged.save(force_insert=True)
    page = text(stranger.get("/ledger/"))
    assert '<strong class="fault">' in page
    assert "It is consistent" not in page
