"""What the pages say of the log's witnesses: how many, which, and "verified" with a quorum only."""

from datetime import UTC, datetime

import pytest

from ninefold.ledger import reads
from ninefold.ledger.cosignatures import Cosigner
from ninefold.ledger.models import Cosignature, Entry, WitnessKey
from ninefold.ledger.notes import cosign, split_note

NOWHERE = "http://127.0.0.1:9"
EDDA = Cosigner("witness.example/edda", 4, bytes(range(32)))
MILA = Cosigner("witness.example/mila", 4, bytes(range(1, 33)))
MOMENT = datetime(2026, 11, 21, 8, 32, tzinfo=UTC)
PAGES = ("/", "/ledger/", "/never/")


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def asked(published, settings, tmp_path):
    """The policy asks for one of two witnesses, or for both."""

    def write(quorum):
        settings.WITNESS_POLICY = tmp_path / quorum
        lines = [f"witness {name} {key.verifier} {NOWHERE}" for name, key in (("edda", EDDA), ("mila", MILA))]
        settings.WITNESS_POLICY.write_text("\n".join([*lines, f"group g {quorum} edda mila", "quorum g"]))

    return write


@pytest.fixture
def cosigned(published):
    """One of them cosigned the last checkpoint."""
    checkpoint = split_note(reads.checkpoint_note()).text
    line = cosign(checkpoint, EDDA, time=int(MOMENT.timestamp())).line
    made = WitnessKey.objects.create(key=str(EDDA.verifier))
    Cosignature.objects.create(checkpoint_id=published.size, witness=made, line=line, time=MOMENT)


def test_without_witnesses_nothing_is_called_verified(stranger, published):
    for page in PAGES:
        shown = text(stranger.get(page))
        assert "Witnessed by 0 of 0" in shown
        assert "Verified" not in shown


def test_with_a_quorum_the_log_is_verified_and_says_by_whom_and_when(stranger, asked, cosigned):
    asked("any")
    assert all("Witnessed by 1 of 2" in text(stranger.get(page)) for page in PAGES)
    shown = text(stranger.get("/ledger/"))
    assert "Verified: 1 of 2 outside witnesses saw this very tree, which is a quorum of the policy." in shown
    assert "<bdi>edda</bdi> · " in shown
    assert "2026-11-21T08:32Z" in shown


def test_without_a_quorum_it_is_not(stranger, asked, cosigned):
    asked("all")
    shown = text(stranger.get("/ledger/"))
    assert "Witnessed by 1 of 2: that is no quorum of the policy, so nothing here is called verified." in shown
    assert "Verified" not in shown


def test_an_entry_says_what_its_proof_file_proves(reader, asked, cosigned):
    browser = reader("teya-orvane")
    entry = Entry.objects.filter(marking="tlp:clear").first()
    asked("any")
    assert "Verified: 1 of 2 outside witnesses saw this very tree." in text(browser.get(f"/ledger/{entry.id}/"))
    assert "— witness.example/edda " in text(browser.get(f"/ledger/{entry.id}/proof/"))
    asked("all")
    shown = text(browser.get(f"/ledger/{entry.id}/"))
    assert "Witnessed by 1 of 2." in shown
    assert "Verified" not in shown


def test_a_policy_that_cannot_be_followed_is_told_on_the_page_of_the_log(stranger, published, settings, tmp_path):
    settings.WITNESS_POLICY, settings.WITNESS_POLICY_REQUIRED = tmp_path / "none", True
    shown = text(stranger.get("/ledger/"))
    assert f"The witness policy {tmp_path}/none is not there." in shown
    assert "Witnessed by 0 of 0" in shown
