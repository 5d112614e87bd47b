"""How a witness decides: each answer of the specification, in its order, and never two trees of one size."""

import base64
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from witness_runs import GrowingLog

from ninefold.errors import ConflictError, InvalidError, NotThereError, RefusedError, UnavailableError
from ninefold.ledger.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from ninefold.ledger.cosignatures import Cosigner, cosignature_time
from ninefold.ledger.keys import Signer
from ninefold.ledger.merkle import EMPTY_ROOT
from ninefold.ledger.notes import Signature, cosign, open_note, read_signature, sign_note, write_note
from ninefold.ledger.submissions import Submission
from ninefold.ledger.witness.cosigning import SIZE, TEXT, Witness
from ninefold.ledger.witness.memory import Memory, Remembered, key_of

NOW = 1_795_248_000
LOG = GrowingLog()
FORK = GrowingLog(fork=10)
OTHER = GrowingLog("example.org/other", 40)
STRANGER = GrowingLog("example.org/stranger", 20)
PQ_LOG = Cosigner("example.org/pq-log", 6, bytes(range(32)))


class House:
    """A witness on a folder, whose answers are checked as they come."""

    def __init__(self, folder, algorithm=4):
        self.memory = Memory(folder, name="witness.example/w", algorithm=algorithm)
        self.key = self.memory.key.verifier
        self.witness = Witness(self.memory, [LOG.signer.verifier, OTHER.signer.verifier, PQ_LOG.verifier])

    def ask(self, body, now=NOW):
        answer = self.witness.add_checkpoint(body, now=now)
        if answer.status == 200:
            assert answer.kind == TEXT
        elif answer.status == 409:
            assert answer.kind == SIZE
        # A refusal may quote what it got, within a line; a signature line begins one.
        assert any(line.startswith("— ") for line in answer.body.splitlines()) == (answer.status == 200)
        return answer

    def cosigned(self, old, size, log=LOG, now=NOW):
        answer = self.ask(log.submission(old, size), now)
        assert answer.status == 200, answer
        note = open_note(log.note(size) + answer.body, [log.vkey, str(self.key)])
        assert [line.name for line in note.signatures] == [log.signer.name, self.key.name]
        return cosignature_time(note.signatures[1].signature)


@pytest.fixture(params=[4, 6], ids=["Ed25519", "ML-DSA-44"])
def house(tmp_path, request):
    made = House(tmp_path / "state", request.param)
    yield made
    made.memory.close()


def test_it_cosigns_what_grew_from_what_it_cosigned(house):
    assert house.cosigned(0, 7) == NOW
    assert house.cosigned(7, 7, now=NOW + 5) == NOW + 5
    assert house.cosigned(7, 8) == NOW + 5
    assert house.cosigned(8, 300, now=NOW + 9) == NOW + 9
    house.cosigned(0, 40, OTHER)
    house.cosigned(300, 301)


def test_any_first_size_is_taken_also_none(house):
    empty = sign_checkpoint(Checkpoint(LOG.signer.name, 0, EMPTY_ROOT), LOG.signer)
    for _ in range(2):
        assert house.ask(Submission(0, (), empty).text()).status == 200
    house.cosigned(0, 399)


def status(house, old, size, **other):
    return house.ask(LOG.submission(old, size, **other)).status


def test_400(house):
    house.cosigned(0, 7)
    assert status(house, 8, 7, proof=()) == 400
    assert status(house, 2**63 - 1, 7, proof=()) == 400
    # The old size is compared with the checkpoint before it is compared with the memory.
    assert status(house, 20, 8, proof=()) == 400
    for note in (
        LOG.note(9).replace("\n9\n", "\n09\n"),
        sign_note("example.org/log\n9\n", LOG.signer),
        sign_note("example.org/log\nAAAA\n", LOG.signer),
        sign_note(f"example.org/log\n9\n{base64.b64encode(bytes(31)).decode()}\n", LOG.signer),
        sign_note(f"\nexample.org/log\n9\n{base64.b64encode(bytes(32)).decode()}\n", LOG.signer),
    ):
        assert status(house, 7, 9, note=note) == 400
    assert house.ask(b"old 7\n\n").status == 400
    assert house.ask(b"").status == 400
    house.cosigned(7, 9)


def test_404(house):
    assert house.ask(STRANGER.submission(0, 5)).status == 404
    # Unknown comes before unsigned: whoever asks for another log is told so, whatever he signs with.
    forger = Signer(STRANGER.signer.name, bytes(32))
    assert house.ask(STRANGER.submission(0, 5, note=STRANGER.note(5, forger))).status == 404


def test_403(house):
    forger = Signer(LOG.signer.name, bytes(32))
    assert status(house, 0, 9, note=LOG.note(9, forger)) == 403
    assert status(house, 0, 9, note=LOG.note(9).replace("\n9\n", "\n10\n")) == 403
    alone = write_note(LOG.note(9).partition("\n\n")[0] + "\n", [Signature("example.org/x", b"1234", bytes(64))])
    assert status(house, 0, 9, note=alone) == 403
    text = LOG.note(9).partition("\n\n")[0] + "\n"
    witnessed = write_note(text, [cosign(text, house.memory.key, time=NOW)])
    assert status(house, 0, 9, note=witnessed) == 403
    # One true signature beside one that claims the same key and fails: such a note is broken.
    broken = LOG.note(9) + Signature(LOG.signer.name, LOG.signer.verifier.key_id, bytes(64)).line + "\n"
    assert status(house, 0, 9, note=broken) == 403
    # 403 comes before 400, 409 and 422.
    assert status(house, 99, 9, proof=(bytes(32),), note=LOG.note(9, forger)) == 403
    house.cosigned(0, 9)


def test_signatures_of_unknown_keys_do_no_harm_and_are_not_kept(house):
    others = (
        Signature("example.org/x", b"1234", bytes(2420)).line + "\n" + Signature("x", b"1234", bytes(9)).line + "\n"
    )
    assert status(house, 0, 9, note=LOG.note(9) + others) == 200
    assert house.memory.last(LOG.signer.name).note.count("— ") == 2


def test_409_carries_the_size(house):
    assert house.ask(LOG.submission(5, 9)) == (409, "0\n", SIZE)
    house.cosigned(0, 7)
    for old in (0, 6):
        assert house.ask(LOG.submission(old, 7)) == (409, "7\n", SIZE)
        assert house.ask(LOG.submission(old, 300)) == (409, "7\n", SIZE)
    assert house.ask(LOG.submission(3, 5)) == (409, "7\n", SIZE)
    # Also where the tree is another one: the size comes first.
    assert house.ask(FORK.submission(0, 20)) == (409, "7\n", SIZE)
    assert house.ask(LOG.submission(0, 9, proof=(bytes(32),))) == (409, "7\n", SIZE)


def test_422(house):
    assert status(house, 0, 9, proof=(bytes(32),)) == 422
    house.cosigned(0, 7)
    honest = LOG.proof(7, 300)
    for proof in ((), honest[:-1], (*honest, bytes(32)), (bytes(32), *honest[1:]), honest[::-1], (bytes(32),) * 63):
        assert status(house, 7, 300, proof=proof) == 422
    assert status(house, 7, 7, proof=(bytes(32),)) == 422
    wrong_empty = sign_checkpoint_unchecked(0, bytes(32))
    other = House(house.memory._folder.with_name("other"))
    assert other.ask(Submission(0, (), wrong_empty).text()).status == 422
    other.memory.close()
    house.cosigned(7, 300)


def sign_checkpoint_unchecked(size, root):
    return sign_note(f"{LOG.signer.name}\n{size}\n{base64.b64encode(root).decode()}\n", LOG.signer)


def test_the_same_size_with_another_root_is_refused_and_kept_as_evidence(house, capsys):
    house.cosigned(0, 20)
    answer = house.ask(FORK.submission(20, 20))
    assert answer.status == 422
    evidence = [path.read_text() for path in (house.memory._folder / "evidence").iterdir()]
    assert evidence == [FORK.note(20)]
    assert "signed two different trees of size 20" in capsys.readouterr().err
    house.ask(FORK.submission(20, 20))
    assert len(list((house.memory._folder / "evidence").iterdir())) == 1
    # A proof that fails accuses nobody: anybody can send one.
    house.ask(LOG.submission(20, 30, proof=()))
    house.ask(LOG.submission(20, 20, proof=(bytes(32),)))
    assert len(list((house.memory._folder / "evidence").iterdir())) == 1


def test_a_fork_is_never_cosigned(house):
    house.cosigned(0, 20)
    for size in (20, 21, 64, 300):
        assert house.ask(FORK.submission(20, size)).status == 422
        assert house.ask(FORK.submission(20, size, proof=LOG.proof(20, size))).status == 422


def test_a_log_with_two_keys_and_one_with_an_ml_dsa_key(tmp_path):
    second = Signer(LOG.signer.name, bytes(range(1, 33)))
    memory = Memory(tmp_path / "w", name="witness.example/w")
    witness = Witness(memory, [LOG.signer.verifier, second.verifier, PQ_LOG.verifier])
    ask = lambda body: witness.add_checkpoint(body, now=NOW).status  # noqa: E731
    assert ask(LOG.submission(0, 5)) == 200
    assert ask(LOG.submission(5, 6, note=LOG.note(6, second))) == 200
    assert (
        ask(LOG.submission(6, 7, note=sign_note(LOG.note(7).partition("\n\n")[0] + "\n", [LOG.signer, second]))) == 200
    )
    text = Checkpoint(PQ_LOG.name, 9, bytes(32)).text()
    by_pq = Submission(0, (), write_note(text, [cosign(text, PQ_LOG, time=NOW)])).text()
    assert ask(by_pq) == 200
    memory.close()


def test_lines_behind_the_root_must_be_signed_by_the_log(house):
    text = Checkpoint(PQ_LOG.name, 9, bytes(32), ("whatever anybody adds",)).text()
    by_pq = Submission(0, (), write_note(text, [cosign(text, PQ_LOG, time=NOW)])).text()
    assert house.ask(by_pq).status == 403
    extended = Checkpoint(LOG.signer.name, 9, LOG.head(9).root, ("signed",)).text()
    assert status(house, 0, 9, note=sign_note(extended, LOG.signer)) == 200


def test_a_clock_that_goes_back(house):
    house.cosigned(0, 5, now=NOW)
    assert house.cosigned(5, 6, now=NOW - 30) == NOW
    answer = house.ask(LOG.submission(6, 7), NOW - 3600)
    assert (answer.status, house.memory.last(LOG.signer.name).head.size) == (503, 6)
    house.cosigned(6, 7, now=NOW + 1)


# ---- The memory


def test_what_it_cosigned_survives_the_process(tmp_path):
    first = House(tmp_path)
    first.cosigned(0, 20)
    first.memory.close()
    again = House(tmp_path)
    assert again.key == first.key
    assert again.ask(LOG.submission(0, 20)) == (409, "20\n", SIZE)
    assert again.ask(FORK.submission(20, 21)).status == 422
    assert again.cosigned(20, 30, now=NOW - 30) == NOW
    again.memory.close()


def test_two_processes_never_share_a_folder(tmp_path):
    first = House(tmp_path)
    with pytest.raises(ConflictError, match=r"runs on .* already"):
        House(tmp_path)
    assert key_of(tmp_path) == first.key
    first.memory.close()
    House(tmp_path).memory.close()


def test_the_folder_is_for_its_owner_only(house):
    house.cosigned(0, 5)
    folder = house.memory._folder
    assert folder.stat().st_mode & 0o777 == 0o700
    for path in folder.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
    assert [path.name for path in (folder / "logs").iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-1],
        lambda text: text.replace("\n20\n", "\n21\n"),
        lambda text: LOG.note(20),
        lambda text: "",
        lambda text: OTHER.note(20),
    ],
    ids=["cut", "another size", "no cosignature", "empty", "another log"],
)
def test_a_damaged_memory_is_noticed_and_nothing_is_cosigned(tmp_path, damage):
    house = House(tmp_path)
    house.cosigned(0, 20)
    house.memory.close()
    (path,) = (tmp_path / "logs").iterdir()
    path.write_text(damage(path.read_text()))
    with pytest.raises(UnavailableError, match="not as this witness wrote it"):
        House(tmp_path)


def test_a_lost_key_and_a_lost_memory_are_told_apart_from_a_new_witness(tmp_path):
    with pytest.raises(NotThereError, match="no witness in"):
        Memory(tmp_path / "new")
    assert not (tmp_path / "new").exists()
    house = House(tmp_path / "w")
    house.cosigned(0, 20)
    house.memory.close()
    (tmp_path / "w" / "logs").rename(tmp_path / "w" / "elsewhere")
    with pytest.raises(UnavailableError, match="no longer knows what it cosigned"):
        House(tmp_path / "w")
    (tmp_path / "w" / "elsewhere").rename(tmp_path / "w" / "logs")
    (tmp_path / "w" / "witness.key").unlink()
    with pytest.raises(NotThereError, match="has lost its key"):
        House(tmp_path / "w")


def test_another_name_or_kind_than_the_keys_is_refused(tmp_path):
    Memory(tmp_path, name="witness.example/w").close()
    for other in ({"name": "witness.example/v"}, {"algorithm": 6}):
        with pytest.raises(InvalidError, match=r"belongs to the witness witness\.example/w"):
            Memory(tmp_path, **other)
    Memory(tmp_path).close()


def test_a_witness_never_witnesses_itself(tmp_path):
    memory = Memory(tmp_path, name="witness.example/w")
    twin = Signer("example.org/x", memory.key.seed).verifier
    namesake = Signer(memory.key.name, bytes(32)).verifier
    for log in (twin, namesake):
        with pytest.raises(RefusedError, match="none witnesses itself"):
            Witness(memory, [log])
    memory.close()


def test_what_cannot_be_kept_is_not_cosigned(house):
    house.cosigned(0, 5)
    logs = house.memory._folder / "logs"
    if os.geteuid() == 0:
        logs.rename(logs.with_name("gone"))
    else:
        logs.chmod(0o500)
    answer = house.ask(LOG.submission(5, 6))
    assert (answer.status, answer.body[:25]) == (503, "The witness cannot write ")
    if os.geteuid() == 0:
        logs.with_name("gone").rename(logs)
    else:
        logs.chmod(0o700)
    assert house.ask(LOG.submission(0, 6)) == (409, "5\n", SIZE)
    house.cosigned(5, 6)


def test_the_latest_is_served_to_monitors(house):
    from hashlib import sha256

    at = sha256(LOG.signer.name.encode()).hexdigest()
    assert house.witness.latest(at) is None
    house.cosigned(0, 20)
    checkpoint, note = open_checkpoint(house.witness.latest(at), [LOG.vkey, str(house.key)])
    assert (checkpoint.size, len(note.signatures)) == (20, 2)
    assert house.witness.latest(sha256(b"example.org/unknown").hexdigest()) is None


# ---- At once, and at random


def test_many_at_once_give_one_history(house):
    """Two histories of one log, thirty threads: whatever is cosigned is one growing tree."""
    told, barrier = [], threading.Barrier(30)

    def ask(number):
        log = (LOG, FORK)[number % 2]
        barrier.wait()
        for size in range(11 + number, 60, 7):
            answer = house.ask(log.submission(0, size))
            for _ in range(5):
                if answer.status == 409 and int(answer.body) <= size:
                    answer = house.ask(log.submission(int(answer.body), size))
            if answer.status == 200:
                told.append((size, log.head(size).root))

    with ThreadPoolExecutor(30) as pool:
        list(pool.map(ask, range(30)))
    roots = dict(told)
    assert len({(size, root) for size, root in told}) == len(roots) > 0
    grown = {(LOG if root == LOG.head(size).root else FORK) for size, root in told if size > 10}
    assert len(grown) == 1


class Requests(RuleBasedStateMachine):
    """Any requests in any order, with restarts: the memory only grows, along one tree, and answers are as specified."""

    def __init__(self):
        super().__init__()
        import tempfile
        from pathlib import Path

        self.folder = Path(tempfile.mkdtemp(prefix="ninefold-witness-"))
        self.house = House(self.folder)
        self.size, self.root = 0, None

    def teardown(self):
        import shutil

        self.house.memory.close()
        shutil.rmtree(self.folder)

    @rule(log=st.sampled_from([LOG, FORK]), old=st.integers(0, 40), size=st.integers(1, 40), right=st.booleans())
    def ask(self, log, old, size, right):
        old = self.size if right else old
        answer = self.house.ask(log.submission(old, size))
        fits = self.size == 0 or log.head(self.size).root == self.root
        if old > size:
            assert answer.status == 400
        elif old != self.size:
            assert answer == (409, f"{self.size}\n", SIZE)
        elif not fits:
            assert answer.status == 422
        else:
            assert answer.status == 200
            self.size, self.root = size, log.head(size).root

    @rule()
    def restart(self):
        self.house.memory.close()
        self.house = House(self.folder)

    @invariant()
    def it_remembers(self):
        assert self.house.memory.last(LOG.signer.name).head.size == self.size


TestRequests = Requests.TestCase
TestRequests.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)


@settings(max_examples=200)
@given(st.data())
def test_the_door_answers_whatever_comes(fuzzed, data):
    truth = LOG.submission(5, 9)
    body = data.draw(st.binary(max_size=300))
    if data.draw(st.booleans()):
        body = truth
        for _ in range(data.draw(st.integers(1, 4))):
            start = data.draw(st.integers(0, len(body)))
            end = data.draw(st.integers(start, min(len(body), start + 12)))
            body = body[:start] + data.draw(st.binary(max_size=12) | st.just(body[start:end] * 2)) + body[end:]
    answer = fuzzed.ask(body)
    assert answer.status in (200, 400, 403, 404, 409, 422)
    assert len(answer.body) < 2_000
    if answer.status == 200:
        read_signature(answer.body.removesuffix("\n"))


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory):
    made = House(tmp_path_factory.mktemp("fuzz") / "state")
    made.memory.keep(LOG.signer.name, Remembered(LOG.head(5), NOW, LOG.note(5)))
    yield made
    made.memory.close()
