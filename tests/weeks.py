"""Weeks of a log, and what somebody sees of them who stands outside.

The beat, its jobs, the pages below `/tlog/`, a witness and a time authority over HTTP are the real ones; only the clock
is set. Each week begins with the very same log, because all of it is taken back in the end: so what differs, the week
did. In the middle of each the key of the log is replaced.
"""

import json
import random
import shutil
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings
from time_authority import length_of_number

from ninefold import clock
from ninefold.jobs.queue import CLOCK, DEFAULT, OUTSIDE
from ninefold.jobs.schedule import Schedule, declared
from ninefold.jobs.worker import Worker
from ninefold.ledger import keeping, reads, stored
from ninefold.ledger.actions import append_many
from ninefold.ledger.beat import publish
from ninefold.ledger.clocks import ask_witnesses
from ninefold.ledger.enrolment import end_listing, list_key
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.models import Entry
from ninefold.ledger.refs import Ref
from ninefold.ledger.rotation import ROTATED, rotate_key
from ninefold.ledger.signatures import SigningKey
from ninefold.ledger.tiles import TileName, read_bundle
from ninefold.ledger.witness.cosigning import Witness
from ninefold.ledger.witness.memory import Memory
from ninefold.ledger.witness.server import Door
from ninefold.ledger.writing import NewEntry

EVERY = timedelta(seconds=settings.BEAT_SECONDS)
STAMPED_EVERY = 2 * EVERY
DONE = entry_kind("weeks.done", "did something")


class Seen(NamedTuple):
    """What an outsider notes of one beat; sizes in bytes."""

    size: int
    growth: int
    late: float  # seconds from the due moment to the published one
    checkpoint: int
    tile: int
    bundle: int
    clear: int  # the list of the open leaves
    openings: tuple[int, ...]  # what each of them opens
    keys: int  # how the key came down from the first one
    asked: tuple[int, ...]  # the requests that the witness got
    answered: tuple[tuple[int, int], ...]  # status and size of its answers
    stamped: tuple[int, ...]  # the requests that the time authority got, each without the random number in it
    bits: int  # set in the new leaves

    def without_chance(self):
        """All but what is random: the bits of the leaves."""
        return self._replace(bits=0)


class Week(NamedTuple):
    """What was seen of it; and what nobody outside may find out: how many acts there were, and how many still wait."""

    seen: tuple[Seen, ...]
    acts: int
    waiting: int


# ---- Inside: what happens in a week


def idle(_chance, _now):
    """Nothing at all."""


def busy(chance, now):
    """Now and then an act, sometimes hundreds at once; people enrol keys and change them."""
    acts = chance.choice([0, 2, 12, *(chance.randrange(50, 300) for _ in range(3))])
    with transaction.atomic():
        append_many([act(chance, now) for _ in range(acts)])
        for _ in range(chance.choice([0, 0, 1, 6])):
            _enrol(chance, now)


def act(chance, now):
    """One act, of somebody about something, of any length."""
    who = UUID(int=chance.getrandbits(128), version=4)
    body = {"number": chance.random(), "text": "x" * chance.randrange(2_000)}
    return NewEntry(DONE, f"access:person:{who}", Ref("weeks", "record", who), now, "tlp:amber", body)


def _enrol(chance, now):
    """A first key, which half of the people change at once."""
    label, actor = chance.randbytes(32), f"access:person:{UUID(int=chance.getrandbits(128), version=4)}"
    ends = now + timedelta(days=365)
    listed = list_key(actor=actor, label=label, key=_new_key(chance), now=now, ends=ends)
    if chance.random() < 0.5:
        end_listing(listed=listed, now=now, reason="replaced")
        list_key(actor=actor, label=label, key=_new_key(chance), now=now, ends=ends)


def _new_key(chance):
    public = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32)).public_key().public_bytes_raw()
    return SigningKey("ed25519", public, "")


# ---- The beat


def honest(worker, schedule, now):
    """What the worker of a workspace does when a moment is due."""
    schedule.tick(now)
    for lane in (CLOCK, DEFAULT, OUTSIDE):
        worker.run_ready(lane)


def leaky(worker, schedule, now):
    """A log such as this one is not: by one leaf more where there is anything to tell."""
    leaves = settings.BEAT_LEAVES + bool(stored.count_waiting())
    ask_witnesses.enqueue(size=publish(now, leaves=leaves).size)
    honest(worker, schedule, now)


# ---- Outside


class Heard(Witness):
    """A witness that keeps what it was asked and what it answered; its clock goes with that of the week."""

    def __init__(self, memory, log):
        super().__init__(memory, [log])
        self.moment = clock.now()
        self.asked, self.answered = [], []

    def learn(self, key):
        """Its keeper is given the new key of the log."""
        self._logs[key.name].append(key)

    def add_checkpoint(self, body, *, now):
        answer = super().add_checkpoint(body, now=int(self.moment.timestamp()))
        self.asked.append(len(body))
        self.answered.append((answer.status, len(answer.body)))
        return answer


def play(folder, week, *, authority, seed, beats, beat=honest):
    """What an outsider saw of so many beats of such a week, which is over by now. The authority answers meanwhile."""
    chance = random.Random(seed)
    with _outside(folder, authority) as witness, transaction.atomic():
        schedule = Schedule(tuple(_acts()))
        worker = Worker(clock=lambda: witness.moment, acts=())
        witness.moment -= beats * EVERY + timedelta(seconds=witness.moment.timestamp() % STAMPED_EVERY.total_seconds())
        start, visitor, seen = witness.moment, Client(SERVER_NAME="localhost"), []
        for number in range(beats):
            before = stored.count_leaves()
            if number == beats // 2:
                _rotate(witness, folder / "policy")
            week(chance, witness.moment)
            beat(worker, schedule, witness.moment)
            seen.append(_look(visitor, witness, authority, before))
            witness.moment += EVERY
        acts = Entry.objects.filter(time__gte=start).exclude(kind=ROTATED.name).count()
        lived = Week(tuple(seen), acts, stored.count_waiting())
        transaction.set_rollback(True)
    return lived


def _rotate(witness, policy):
    """Replace the key of the log, and hand the new one on."""
    new = rotate_key(stolen=False, now=witness.moment - EVERY / 2).new
    witness.learn(new)
    policy.write_text(f"log {new}\n{policy.read_text()}")


def _acts():
    """The beat, and time stamps more often than once an hour: a week here is short."""
    named = {act.name: act for act in declared()}
    return named["ledger.beat"], replace(named["ledger.time-stamps"], every=STAMPED_EVERY)


@contextmanager
def _outside(folder, authority):
    """A witness with a memory of its own and a policy that names it, an authority that is named, and a copy of keys."""
    shutil.copytree(settings.WORKSPACE / "keys", folder / "workspace" / "keys")
    log = keeping.log_signer().verifier
    memory = Memory(folder / "witness", name="witness.example/w")
    witness = Heard(memory, log)
    door = Door(("127.0.0.1", 0), witness)
    threading.Thread(target=door.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    named = f"witness w {memory.key.verifier} http://127.0.0.1:{door.server_port}/\ngroup g all w\nquorum g\n"
    (folder / "policy").write_text(f"log {log}\n{named}")
    (folder / "authorities").write_text(authority.named)
    authority.asked.clear()
    paths = {"WITNESS_POLICY": folder / "policy", "TIME_AUTHORITIES": str(folder / "authorities")}
    try:
        with override_settings(WORKSPACE=folder / "workspace", **paths):
            yield witness
    finally:
        door.shutdown()
        door.server_close()
        memory.close()


def _look(visitor, witness, authority, before):
    """Fetch what anybody may fetch, and ask the machines outside what came to them."""
    note = _fetch(visitor, "checkpoint")
    size = int(note.split(b"\n")[1])
    name = TileName(0, size >> 8, size & 255) if size & 255 else TileName(0, (size >> 8) - 1, 256)
    bundle = _fetch(visitor, name.entries_path)
    fresh = read_bundle(bundle, name.width)[-(size - before) :]
    asked, answered = tuple(witness.asked), tuple(witness.answered)
    stamped = tuple(len(body) - length_of_number(body) for _, body in authority.asked)
    for heard in (witness.asked, witness.answered, authority.asked):
        heard.clear()
    published, listed = reads.status().published, _fetch(visitor, "clear/")
    return Seen(
        size=size,
        growth=size - before,
        late=(published - witness.moment).total_seconds(),
        checkpoint=len(note),
        tile=len(_fetch(visitor, name.path)),
        bundle=len(bundle),
        clear=len(listed),
        openings=tuple(len(_fetch(visitor, f"clear/{index}")) for index in json.loads(listed)["indexes"]),
        keys=len(_fetch(visitor, "keys")),
        asked=asked,
        answered=answered,
        stamped=stamped,
        bits=int.from_bytes(b"".join(fresh)).bit_count(),
    )


def _fetch(visitor, path):
    answer = visitor.get(f"/tlog/{path}", secure=True)
    assert answer.status_code == 200, path
    return answer.content
