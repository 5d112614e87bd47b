"""The pace of the ledger, each figure beside the limit of the same machine in the same run.

    .venv/bin/python benchmarks/ledger.py [--entries 1000000] [--rounds 15]

Prints JSON: for each measure what was reached, the limit, their ratio (or the time) and the promise. Limit and measure
take turns, and `ratio` is the median over the rounds; let nothing else run meanwhile. It writes a workspace of its own
in the folder for temporary files (about 1.3 GB for 1,000,000 entries) and takes it away again: set TMPDIR to the disk
that is meant. With NINEFOLD_DATABASE set, a test database is made on PostgreSQL instead.
"""

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

BATCH = 256
BATCHES, APPENDS = 32, 900  # in a round: as many as fill SQLite's write-ahead log, so that each bears its emptying
SUBJECTS = 16  # records that the acts are about; each touches a page of its own in one of the indexes
NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
NOTE = "Fighting near the border, expected within weeks; two observers, one of them on the spot."


def main():
    asked = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    asked.add_argument("--entries", type=int, default=1_000_000, help="how large the log is when proofs are measured")
    asked.add_argument("--rounds", type=int, default=15, help="how often limit and measure take turns")
    wanted = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, log_in(Path(folder)):
        found = {
            "in_memory_batches": in_memory(wanted.rounds),
            "durable_batches": durable_batches(wanted.rounds),
            "single_durable_appends": single_appends(wanted.rounds, Path(folder)),
        }
        fill(wanted.entries)
        found["inclusion_proof"] = inclusion_proofs()
        found["proof_file"] = proof_files()
    print(json.dumps(found, indent=1))


@contextmanager
def log_in(folder):
    """A workspace with an empty log, its tables made as for a user."""
    from ninefold.web import workspace

    workspace.create(folder / "workspace", sample=False, address=os.environ.get("NINEFOLD_DATABASE", ""))
    os.environ["NINEFOLD_WORKSPACE"] = str(folder / "workspace")
    os.environ["DJANGO_SETTINGS_MODULE"] = "ninefold.web.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from ninefold.ledger.beat import beat
    from ninefold.ledger.keeping import create_log_key

    if not (settings.WORKSPACE / "keys" / "log.key").exists():
        create_log_key(settings.WORKSPACE, settings.LOG_ORIGIN)
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        beat(NOW)
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def rate(work, times):
    """How often a second."""
    began = time.perf_counter()
    for _ in range(times):
        work()
    return times / (time.perf_counter() - began)


def beside(rounds, limit, measured, promise, **more):
    """The ratio of two rates that were taken in turns: the median, and that of the least disturbed round of each."""
    limits, reached = zip(*[(limit(), measured()) for _ in range(rounds)], strict=True)
    return {
        "per_second": round(statistics.median(reached)),
        "limit_per_second": round(statistics.median(limits)),
        "ratio": round(statistics.median(one / other for one, other in zip(reached, limits, strict=True)), 2),
        "ratio_of_the_best": round(max(reached) / max(limits), 2),
        "promise": promise,
        **{name: round(statistics.median(each() for _ in range(5))) for name, each in more.items()},
    }


def in_memory(rounds):
    """Entries of 32 bytes into a tree, 256 at a time; the limit is one leaf hash and one node hash an entry."""
    from ninefold.ledger.merkle import leaf_hash
    from ninefold.ledger.tree import Tree

    entries = [os.urandom(32) for _ in range(BATCH)]
    left, right = os.urandom(32), os.urandom(32)

    def hashes():
        sha256(b"\x00" + left).digest()
        sha256(b"\x01" + left + right).digest()

    def batches():
        tree = Tree()
        return BATCH * rate(lambda: tree.extend([leaf_hash(entry) for entry in entries]), 100)

    return beside(rounds, lambda: rate(hashes, 20_000), batches, "ratio at least 0.6")


def new_entries(chance, subjects, number):
    from ninefold.ledger.writing import NewEntry

    kind = kind_of_entry()
    actor = f"access:person:{UUID(int=chance.getrandbits(128), version=4)}"
    return [
        NewEntry(
            kind,
            actor,
            chance.choice(subjects),
            NOW,
            "tlp:green",
            {"country": "Mali", "horizon": at % 12 + 1, "number": number + at, "note": NOTE, "seen": True},
        )
        for at in range(BATCH)
    ]


def kind_of_entry():
    from ninefold.ledger.kinds import entry_kind

    return entry_kind("warning.benchmark", "measured the pace")


def some_subjects(chance):
    from ninefold.ledger.refs import Ref

    return [Ref("warning", "warning", UUID(int=chance.getrandbits(128), version=4)) for _ in range(SUBJECTS)]


def durable_batches(rounds):
    """256 acts given as values: canonical, committed, inserted, with one signed checkpoint and one durable commit."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from django.db import transaction

    from ninefold.ledger.actions import append_many
    from ninefold.ledger.beat import publish

    chance = random.Random(1)
    subjects = some_subjects(chance)
    key = Ed25519PrivateKey.generate()
    message = os.urandom(32)
    signature = key.sign(message)
    batches = (new_entries(chance, subjects, number) for number in range(10**9))

    def write():
        ready = [next(batches) for _ in range(BATCHES)]

        def batch():
            with transaction.atomic():
                append_many(ready.pop())
                publish(NOW, leaves=BATCH)

        return BATCH * rate(batch, len(ready))

    write()  # the write-ahead log gets its full length once
    return beside(
        rounds,
        lambda: rate(lambda: key.sign(message), 2_000),
        write,
        "ratio at least 0.7",
        signatures_verified_per_second=lambda: rate(lambda: key.public_key().verify(signature, message), 1_000),
    )


def single_appends(rounds, folder):
    """One act, one durable commit; the limit is one page and one fdatasync."""
    from django.db import transaction

    from ninefold.ledger.actions import append

    chance = random.Random(2)
    subjects = some_subjects(chance)
    page = os.urandom(4096)
    handle = os.open(folder / "page", os.O_RDWR | os.O_CREAT)
    os.pwrite(handle, page, 0)
    os.fsync(handle)

    def sync():
        os.pwrite(handle, page, 0)
        os.fdatasync(handle)

    def one():
        act = {"kind": kind_of_entry(), "actor": "node", "subject": chance.choice(subjects), "marking": "tlp:green"}
        with transaction.atomic():
            append(**act, now=NOW, body={"country": "Mali", "note": NOTE})

    try:
        return beside(rounds, lambda: rate(sync, 300), lambda: rate(one, APPENDS), "ratio at least 0.3")
    finally:
        os.close(handle)


def fill(entries):
    """Grow the log to so many entries."""
    from django.db import transaction

    from ninefold.ledger.actions import append_many
    from ninefold.ledger.beat import publish
    from ninefold.ledger.stored import count_leaves, count_waiting

    chance = random.Random(3)
    subjects = some_subjects(chance)
    while (missing := entries - count_leaves()) > 0:
        with transaction.atomic():
            for number in range(0, min(missing, 8_192), BATCH):
                append_many(new_entries(chance, subjects, number))
            publish(NOW, leaves=max(1, min(missing, count_waiting())))


def inclusion_proofs():
    """From the database, one after the other, at random places; the time of 99 in 100."""
    from ninefold.ledger import reads
    from ninefold.ledger.stored import count_leaves

    chance, size = random.Random(4), count_leaves()
    times = [taken(lambda: reads.inclusion(chance.randrange(size), size)) for _ in range(5_000)]
    return {**percentiles(times), "entries": size, "promise": "p99 at most 1 ms"}


def proof_files():
    """Opened and checked as `ninefold verify` does."""
    from ninefold.ledger import reads
    from ninefold.ledger.models import Entry
    from ninefold.ledger.verify import verify_proof

    files = [reads.proof_of(entry).text() for entry in Entry.objects.filter(leaf__isnull=False)[:50]]
    times = [taken(lambda data=data: verify_proof(data)) for _ in range(20) for data in files]
    return {**percentiles(times), "bytes": len(files[0]), "promise": "at most 3 ms"}


def taken(work):
    """Milliseconds on the wall, and of this thread's own work: the first also counts what others do meanwhile."""
    began, worked = time.perf_counter(), time.thread_time()
    work()
    return 1_000 * (time.perf_counter() - began), 1_000 * (time.thread_time() - worked)


def percentiles(times):
    wall, own = (sorted(each[which] for each in times) for which in (0, 1))
    return {
        **{f"p{part}_ms": round(wall[len(wall) * part // 100], 3) for part in (50, 99)},
        "p99_of_own_work_ms": round(own[len(own) * 99 // 100], 3),
    }


if __name__ == "__main__":
    main()
