"""What a custodian opens is held against the log's own proof files: it is what the log holds, or it is told why not."""

import io
import zipfile

import pytest
from django.urls import reverse

from ninefold import clock
from ninefold.access.vaults import items
from ninefold.cli.vault_items import Against, open_all
from ninefold.errors import NotThereError
from ninefold.ledger import keeping
from ninefold.ledger.beat import beat
from ninefold.ledger.keys import Signer
from ninefold.ledger.models import Entry
from ninefold.ledger.reads import proof_of

from .vault_scene import Scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
HELD = "as the log holds it"


class Taken:
    """What a custodian took from the server, as a folder that can be changed before it is opened."""

    def __init__(self, scene, client, folder):
        self.scene, self.folder = scene, folder
        client.force_login(scene.people[0])
        packed = client.get(reverse("access:vault_sealed", args=[scene.vault.pk])).content
        zipfile.ZipFile(io.BytesIO(packed)).extractall(folder / "taken")
        self.log = str(keeping.key_line().current)

    def opened(self, **against):
        """The lines told, and how many faults."""
        out = self.folder / f"out{len(list(self.folder.iterdir()))}"
        done = open_all(self.scene.vault.pk, self.scene.key(), self.folder / "taken", out, Against(**against))
        return "\n".join(done.lines), done.faults

    def file(self, row, suffix):
        return self.folder / "taken" / f"{row.pk}{suffix}"


@pytest.fixture
def scene(house, log_key):
    made = Scene(house, now=clock.now())
    made.row, made.other = made.put(b"what was said"), made.put(b"what else was said")
    beat(clock.now())
    return made


@pytest.fixture
def taken(scene, client, tmp_path):
    return Taken(scene, client, tmp_path)


def test_each_item_is_as_the_log_holds_it(taken):
    told, faults = taken.opened(keys=[taken.log])
    assert (told.count(HELD), told.count("under a key that you gave"), faults) == (2, 2, 0)
    told, faults = taken.opened()
    assert (told.count(HELD), faults) == (2, 0)
    assert f"if '{taken.log}' is its key: compare it" in told


def test_without_a_proof_file_it_says_whose_word_the_list_is(taken, scene):
    taken.file(scene.row, ".tlog-proof").unlink()
    told, faults = taken.opened()
    assert (told.count(HELD), told.count("only somebody's word"), faults) == (1, 1, 0)


def test_a_proof_file_may_come_from_elsewhere(taken, scene, tmp_path):
    elsewhere = tmp_path / "from the page.tlog-proof"
    taken.file(scene.row, ".tlog-proof").rename(elsewhere)
    told, faults = taken.opened(proofs=[elsewhere])
    assert (told.count(HELD), faults) == (2, 0)
    with pytest.raises(NotThereError, match="nowhere"):
        taken.opened(proofs=[tmp_path / "nowhere"])


def test_an_item_that_was_exchanged_with_its_list_is_not_what_the_log_holds(taken, scene):
    lie = items.seal(items.Item(scene.vault.pk, scene.row.pk, "Note", "text/plain", b"lie"), scene.file.recipient)
    taken.file(scene.row, ".age").write_bytes(lie.age)
    listed = taken.folder / "taken" / "items.json"
    text = listed.read_text().replace(scene.row.commitment.hex(), lie.commitment.hex())
    listed.write_text(text.replace(scene.row.digest.hex(), lie.digest.hex()))
    told, faults = taken.opened(keys=[taken.log])
    assert ("NOT what the log holds as leaf" in told, faults) == (True, 1)


def test_an_item_that_was_taken_away_with_its_line_is_named(taken, scene):
    taken.file(scene.row, ".age").unlink()
    (taken.folder / "taken" / "items.json").unlink()
    told, faults = taken.opened(keys=[taken.log])
    assert (f"{scene.row.pk}: stands in the log and did not open" in told, faults) == (True, 1)


def test_a_proof_of_something_else_or_of_another_log_is_told(taken, scene, tmp_path):
    founded = Entry.objects.get(kind="access.vault-registered")
    taken.file(scene.row, ".tlog-proof").write_bytes(proof_of(founded).text())
    told, faults = taken.opened(keys=[taken.log])
    assert ("another act than putting an item into this vault" in told, faults) == (True, 1)
    told, faults = taken.opened(keys=[str(Signer.generate("another.example/log").verifier)])
    assert ("not a key that you gave" in told, faults) == (True, 2)
    taken.file(scene.row, ".tlog-proof").write_bytes(b"no proof")
    told, faults = taken.opened()
    assert (f"{scene.row.pk}.tlog-proof: " in told, faults) == (True, 1)


def test_what_waits_for_the_next_beat_has_no_proof_yet(scene, client, tmp_path):
    late = scene.put(b"late")
    taken = Taken(scene, client, tmp_path)
    assert not taken.file(late, ".tlog-proof").exists()
    told, faults = taken.opened(keys=[taken.log])
    assert (told.count(HELD), told.count("only somebody's word"), faults) == (2, 1, 0)
