"""A restore asks the witnesses of the policy in its copy: one is up to date, one lags, one is dead."""

import contextlib
import shutil

import pytest
from witness_runs import WitnessProcess

from ninefold import clock
from ninefold.errors import InvalidError, UnavailableError
from ninefold.keeping import backup
from ninefold.keeping.asking import POLICY, ask_witnesses, policy_of
from ninefold.keeping.opening import open_backup
from ninefold.ledger import keeping
from ninefold.ledger.beat import beat
from ninefold.ledger.checkpoints import Checkpoint, sign_checkpoint
from ninefold.ledger.cosignatures import Cosigner
from ninefold.ledger.keys import Signer
from ninefold.ledger.quorum import read_policy
from ninefold.sealing import age
from ninefold.sealing.age import read_identities
from ninefold.web import config

from .node import Node

pytestmark = pytest.mark.faults
LOG = Signer.generate("ninefold.node/asked")
DEAD = "http://127.0.0.1:9/"


def note(size):
    return sign_checkpoint(Checkpoint(LOG.name, size, bytes(range(32))), LOG)


def first_seen(witness, text):
    status, _, _ = witness.post(f"old 0\n\n{text}".encode())
    assert status == 200


@pytest.fixture(scope="module")
def witnesses(tmp_path_factory):
    """Two processes, both of the log here; and the key of a third that is dead."""
    folder = tmp_path_factory.mktemp("witnesses")
    with contextlib.ExitStack() as end:
        made = [
            end.enter_context(WitnessProcess(folder / name, str(LOG.verifier), name=f"witness.example/{name}"))
            for name in ("ahead", "lagging")
        ]
        first_seen(made[0], note(280))
        first_seen(made[1], note(256))
        yield made


def policy(witnesses, quorum, *, dead=("lost",)):
    ahead, lagging = witnesses
    told = [f"log {LOG.verifier}", f"witness ahead {ahead.vkey} {ahead.url}"]
    told += [f"witness lagging {lagging.vkey} {lagging.url if 'lagging' not in dead else DEAD}"]
    told += [f"witness lost {Cosigner.generate('witness.example/lost').verifier} {DEAD}"]
    return "\n".join([*told, "group two 2 ahead lagging lost", f"quorum {quorum}", ""])


def test_one_that_is_dead_is_made_up_for_by_the_others(witnesses):
    answers = ask_witnesses(read_policy(policy(witnesses, "two").encode()), LOG.verifier, note(264))
    assert sorted(seen.size for seen in answers.seen) == [256, 280]
    assert answers.silent == ("lost",)


@pytest.mark.parametrize(("quorum", "dead"), [("two", ("lost", "lagging")), ("lost", ("lost",)), ("none", ("lost",))])
def test_where_the_silent_could_be_a_quorum_nothing_is_known(witnesses, quorum, dead):
    asked = read_policy(policy(witnesses, quorum, dead=dead).encode())
    with pytest.raises(UnavailableError, match=r"could be a quorum by themselves: .*'lost'"):
        ask_witnesses(asked, LOG.verifier, note(264))


@pytest.mark.django_db(transaction=True)
def test_the_copy_holds_the_policy_and_another_one_may_be_named(settings, tmp_path, witnesses):
    settings.WORKSPACE = tmp_path / "workspace"
    (settings.WORKSPACE / "keys").mkdir(parents=True)
    keeping.create_log_key(settings.WORKSPACE, settings.LOG_ORIGIN)
    log = keeping.log_signer().verifier
    text = policy(witnesses, "two").replace(str(LOG.verifier), str(log))
    (settings.WORKSPACE / POLICY).write_text(text)
    beat(clock.now())
    identity = age.new_identity()
    backup.make(to=tmp_path / "b", now=clock.now(), custodians=backup.Custodians((age.recipient_of(identity),), 1))
    opened = open_backup(tmp_path / "b", [identity])
    kept = policy_of(opened, opened.manifest(), None)
    assert [witness.name for witness in kept.witnesses] == ["ahead", "lagging", "lost"]
    (tmp_path / "other").write_text("quorum none\n")
    assert policy_of(opened, opened.manifest(), tmp_path / "other").witnesses == ()
    (tmp_path / "wrong").write_text(policy(witnesses, "two"))
    with pytest.raises(InvalidError, match="leaves out the log of this copy"):
        policy_of(opened, opened.manifest(), tmp_path / "wrong")


def test_a_restore_signs_nothing_where_a_witness_has_seen_more(backed_up, custodians, tmp_path, opening, new_database):
    """The list beside the copy is lost; the witness that is up to date tells, the one that lags does not hide it."""
    newest, oldest = ((backed_up / name).read_text().rstrip("\n") + "\n" for name in ("newest", "oldest"))
    keys = [read_identities(file.read_text())[0] for file in custodians[1][:2]]
    log = open_backup(backed_up / "without-list", keys).manifest().key
    with contextlib.ExitStack() as end:
        made = [end.enter_context(WitnessProcess(tmp_path / name, log, name=f"w.example/{name}")) for name in "ab"]
        first_seen(made[0], newest)
        first_seen(made[1], oldest)
        (tmp_path / "policy").write_text(policy(made, "two").replace(str(LOG.verifier), log))
        shutil.copy(backed_up / "about.json", tmp_path)
        node = Node(tmp_path / "new", new_database() if config.text("NINEFOLD_DATABASE") else "")
        words = ["restore", backed_up / "without-list", "--workspace", node.folder, *opening]
        said = node.ninefold(*words, "--policy", tmp_path / "policy", "--alone", status=2)
        assert "leave out --alone" in said
        said = node.ninefold(*words, "--policy", tmp_path / "policy")
    assert "2 witnesses of the policy answered; these did not: 'lost'." in said
    assert "READING ONLY: others have seen 280 leaves" in said
