"""The campaign: faults in a drawn order befall one workspace, and after each the log is one and holds what it promised.

Every run draws other faults; `NINEFOLD_TEST_SEED=… pytest tests/faults/test_campaign.py` draws those of a run that
failed once more (the moments of kills differ: the machine has its own chance).
"""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings as house
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection, connections, transaction
from run.running import environment
from world import build

from ninefold import clock
from ninefold.access import actions
from ninefold.access.models import Key, Membership, Person, Token
from ninefold.keeping import afterwards, backup
from ninefold.keeping.opening import open_backup
from ninefold.ledger import endings, keeping
from ninefold.ledger.actions import erase
from ninefold.ledger.beat import beat
from ninefold.ledger.check import check
from ninefold.ledger.merkle import TreeHead
from ninefold.ledger.models import Body, Entry
from ninefold.ledger.regrowing import require_leads_from
from ninefold.ledger.signatures import possession_statement
from ninefold.sealing import age
from ninefold.words.text import in_one

from .conftest import Witness, act_alone, child, live, rest_of
from .postgres import Postgres
from .test_full_disk import until_full
from .test_kill_rotation import rotate_until
from .test_moved_clock import ACT, LIBRARY

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
FAULTS = 12
DAY = timedelta(days=1)


class Campaign(Witness):
    """One workspace, its newest copy, and everything that was ever acknowledged or published."""

    def __init__(self, folder, chance, postgres):
        super().__init__()
        self.folder, self.chance, self.postgres = folder, chance, postgres
        self.number, self.ended = 0, []
        self.identity = age.new_identity()
        (folder / "identity").write_text(f"{self.identity}\n")
        (folder / "identity").chmod(0o600)

    @property
    def place(self):
        return self.folder / f"w{self.number}"

    @property
    def copies(self):
        return self.folder / f"backup{self.number}"

    def back_up(self):
        told = None if self.copies.exists() else backup.Custodians((age.recipient_of(self.identity),), 1)
        backup.make(to=self.copies, now=clock.now(), custodians=told)

    def look(self):
        """No acknowledged entry is lost but those that a restore named; every tree ever published leads to this one."""
        there = {str(found) for found in Entry.objects.values_list("id", flat=True)}
        assert self.entries <= there
        assert [str(finding) for finding in check().findings] == []
        for size, root in self.trees.items():
            require_leads_from(TreeHead(size, bytes.fromhex(root)))
        assert not Person.objects.filter(pk__in=[one["account"] for one in self.ended], is_active=True).exists()
        for model, name in ((Token, "token"), (Membership, "membership"), (Key, "key")):
            ended = model.objects.filter(pk__in=[one[name] for one in self.ended])
            assert not ended.filter(ends__gt=clock.now()).exists(), name
        assert not Body.objects.filter(entry__id__in=[one["erased"] for one in self.ended]).exists()

    def publish(self):
        published = beat(clock.now())
        self.hear(f"tree {published.size} {published.root.hex()}\n")

    # ---- Faults

    def kill(self):
        """Two processes append; one is killed, the other goes on for a while, then it is killed too."""
        with writers(self.chance) as (one, other):
            time.sleep(self.chance.random() * 0.3)
            for process, hear in (one, other):
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)
                self.hear(rest_of(hear))
                time.sleep(self.chance.random() * 0.1)

    def rotation(self):
        """A change of the log's key is killed at some step; whoever changed the key makes a copy, which holds it."""
        with child(rotate_until(self.chance.randrange(1_500))) as (process, hear):
            said = rest_of(hear)
            assert os.waitpid(process, 0)[1] in (0, signal.SIGKILL), said
        self.publish()
        self.back_up()

    def moved_clock(self):
        """By a clock that went back, or leaped ahead, nothing is taken down."""
        self.publish()
        for off in ("-1h", "+40d"):
            moved = {"LD_PRELOAD": str(LIBRARY), "FAKETIME": off, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
            done = self.process("-c", ACT, DJANGO_SETTINGS_MODULE="ninefold.web.settings", **moved)
            assert (done.returncode, "nothing is signed" in done.stderr) == (1, True), done.stderr
        self.publish()

    def full_disk(self):
        """The files of SQLite may grow no further; what was refused left nothing behind."""

        def work(say):
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            room = Path(connection.settings_dict["NAME"]).stat().st_size + 200_000
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
            until_full(say)

        with child(work) as (process, hear):
            said = rest_of(hear)
            assert os.waitpid(process, 0)[1] == 0, said
        assert said.endswith("full\n")
        self.hear(said.removesuffix("full\n"))

    def restart(self):
        """PostgreSQL crashes, or is restarted, while two processes append; both go on."""
        with writers(self.chance) as both:
            time.sleep(self.chance.random() * 0.3)
            self.postgres.restart(self.chance.choice(["immediate", "fast"]))
            time.sleep(0.5)
            for process, hear in both:
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)
                self.hear(rest_of(hear))
        connections.close_all()

    def restore(self):
        """The machine is lost; yesterday's copy is restored. What had ended has ended; what is lost is named."""
        self.end_things()
        self.kill()
        connections.close_all()
        self.publish()
        assert afterwards.write_where_due(clock.now()) == []
        copy = open_backup(self.copies, [self.identity]).manifest()
        lost = {str(one) for one in Entry.objects.filter(serial__gt=copy.serial).values_list("id", flat=True)}
        old = self.place
        said = self.bring_back(old / "keys" / "log.head")
        assert f"Lost: {len(lost)} entries" in said
        assert (keeping.behind(), "READING ONLY" in said, "NOT KNOWN" in said) == (None, False, False)
        self.entries -= lost
        self.publish()
        self.back_up()

    def end_things(self):
        """A token, a membership, a signing key, an account and a text, all in the copy; then they end."""
        now = clock.now()
        who = {name: Person.objects.get(email=f"{name}@kesh.example") for name in ("admin", "analyst", "head")}
        made = actions.issue_token(by=who["head"], now=now, name="t", scopes=["read"], ends=now + DAY)
        name, email = in_one("en", "Guest"), f"guest{len(self.ended)}@kesh.example"
        guest = actions.invite(by=who["admin"], now=now, email=email, name=name, roles=(), invented=True).person
        audience = who["analyst"].audiences_kept.first()
        member = actions.add_member(by=who["analyst"], now=now, audience=audience, person=guest, ends=now + DAY)
        secret, challenge = Ed25519PrivateKey.generate(), os.urandom(32)
        proof = actions.Possession(challenge, secret.sign(possession_statement(challenge)))
        public = secret.public_key().public_bytes_raw()
        key = actions.enrol_key(by=guest, now=now, name="k", ends=now + DAY, public=public, proof=proof)
        with transaction.atomic():
            told = act_alone(0)
        self.back_up()
        now = clock.now()
        actions.revoke_token(by=who["head"], now=now, token=made.token.pk)
        actions.end_membership(by=who["analyst"], now=now, membership=member)
        actions.end_key(by=guest, now=now, key=key.pk)
        actions.close_account(by=who["admin"], now=now, person=guest, reason="left")
        with transaction.atomic():
            erase(entry=told, reason="asked for", by="node", now=now)
        ids = {"token": made.token.pk, "account": guest.pk, "membership": member.pk, "key": key.pk, "erased": told.id}
        self.ended.append(ids)

    def bring_back(self, seen):
        """Restore into the next workspace, by the real command, and go on there."""
        copies = self.copies
        self.number += 1
        if self.postgres:
            self.postgres.new(f"w{self.number}")
        words = ["restore", copies, "--workspace", self.place, "--identity", self.folder / "identity"]
        done = self.process("-m", "ninefold", *words, "--checkpoint", seen)
        assert done.returncode == 0, done.stdout + done.stderr
        shutil.rmtree(seen.parents[1])
        self.move_in()
        return done.stdout

    def process(self, *words, **more):
        """Another process on the workspace, which is waited for."""
        address = f"postgresql://ninefold@/w{self.number}?host={self.postgres.folder}" if self.postgres else ""
        mine = environment() | {"NINEFOLD_WORKSPACE": str(self.place), "NINEFOLD_DATABASE": address} | more
        line = [sys.executable, *map(str, words)]
        return subprocess.run(line, env=mine, capture_output=True, text=True, timeout=180)

    def move_in(self):
        """From now on this process, and those forked from it, live in the workspace."""
        connections.close_all()
        house.WORKSPACE = self.place
        name = f"w{self.number}" if self.postgres else str(self.place / "ninefold.sqlite3")
        connection.settings_dict["NAME"] = name


@contextmanager
def writers(chance):
    """Two processes that append for as long as they live, whatever happens to their connections."""
    seeds = [chance.random(), chance.random()]
    with child(lambda say: steadily(say, seeds[0])) as one, child(lambda say: steadily(say, seeds[1])) as other:
        yield one, other


def steadily(say, seed):
    own = random.Random(seed)
    while True:
        try:
            live(say, own, pause=0.03)
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(0.05)


@pytest.fixture
def campaign(settings, tmp_path):
    seed = int(os.environ.get("NINEFOLD_TEST_SEED") or random.randrange(1 << 32))
    print(f"NINEFOLD_TEST_SEED={seed}")
    before, origin = dict(connection.settings_dict), settings.WORKSPACE
    postgres = Postgres() if connection.vendor == "postgresql" else None
    made = Campaign(tmp_path, random.Random(seed), postgres)
    try:
        (made.place / "keys").mkdir(parents=True)
        for name in ("workspace.toml", "keys/session.key"):
            shutil.copy(origin / name, made.place / name)
        connections.close_all()
        if postgres:
            postgres.new("w0")
            connection.settings_dict.update(HOST=str(postgres.folder), PORT="", USER="ninefold", PASSWORD="")
        else:
            shutil.copy(before["NAME"], made.place / "ninefold.sqlite3")
        settings.WORKSPACE = made.place
        made.move_in()
        if postgres:
            call_command("migrate", interactive=False, verbosity=0)
        keeping.create_log_key(settings.WORKSPACE, settings.LOG_ORIGIN)
        endings.discover()
        build(clock.now())
        made.publish()
        made.back_up()
        yield made
    finally:
        connections.close_all()
        connection.settings_dict.update(before)
        if postgres:
            postgres.end()


def test_a_dozen_faults_in_a_row(campaign):
    quick = [campaign.kill, campaign.rotation, campaign.restart if campaign.postgres else campaign.full_disk]
    kinds = [*quick, campaign.restore, *([campaign.moved_clock] if LIBRARY else [])]
    # Each kind at least once, and the rest by chance, in an order by chance.
    drawn = [*kinds, campaign.restore, *campaign.chance.choices(quick, k=FAULTS - len(kinds) - 1)]
    campaign.chance.shuffle(drawn)
    for number, fault in enumerate(drawn, start=1):
        began = time.monotonic()
        fault()
        campaign.look()
        print(f"{number}. {fault.__name__}: {time.monotonic() - began:.1f} s")
    print(f"{len(campaign.entries)} entries acknowledged, {len(campaign.trees)} trees published")
