"""What a backup costs, against copying the same bytes file by file to the same disk, durably.

    .venv/bin/python benchmarks/keeping.py [ENTRIES]

A workspace of its own with so many entries (20,000 if left out) is backed up twice; between the two, one act.
"""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="ninefold-keeping-"))
os.environ["NINEFOLD_WORKSPACE"] = str(FOLDER / "workspace")
os.environ["DJANGO_SETTINGS_MODULE"] = "ninefold.web.settings"


def timed(act):
    began = time.perf_counter()
    done = act()
    return time.perf_counter() - began, done


def fill(entries):
    from uuid import uuid4

    from django.db import transaction

    from ninefold.clock import now
    from ninefold.ledger.actions import append_many
    from ninefold.ledger.beat import publish
    from ninefold.ledger.kinds import entry_kind
    from ninefold.ledger.refs import Ref
    from ninefold.ledger.writing import NewEntry

    raised = entry_kind("warning.raised", "raised a warning")
    for _ in range(0, entries, 1_000):
        with transaction.atomic():
            body = {"text": "What a person wrote in a few words. " * 4}
            append_many(
                [
                    NewEntry(raised, "node", Ref("warning", "warning", uuid4()), now(), "tlp:amber", body)
                    for _ in range(1_000)
                ]
            )
        publish(now(), leaves=1_000)


def copied(source, target):
    """The same bytes, copied and on the disk."""
    for path in sorted(source.rglob("*")):
        if path.is_file():
            to = target / path.relative_to(source)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, to)
            handle = os.open(to, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)


def main(entries):
    from ninefold.web import config, workspace

    workspace.create(FOLDER / "workspace", sample=False, address=config.text("NINEFOLD_DATABASE"))
    import django

    django.setup()
    from ninefold.clock import now
    from ninefold.keeping import backup
    from ninefold.sealing import age
    from ninefold.web.preparing import prepare_database

    prepare_database()
    fill(entries)
    custodians = backup.Custodians((age.recipient_of(age.new_identity()),), 1)
    first, made = timed(lambda: backup.make(to=FOLDER / "backup", now=now(), custodians=custodians))
    plain, _ = timed(lambda: copied(FOLDER / "backup", FOLDER / "plain"))
    fill(1_000)
    again, more = timed(lambda: backup.make(to=FOLDER / "backup", now=now()))
    size = sum(path.stat().st_size for path in (FOLDER / "workspace").rglob("*") if path.is_file())
    print(f"{made.rows} rows, workspace {size / 1e6:.0f} MB, backup {made.written / 1e6:.0f} MB in {made.fresh} pieces")
    print(f"the first copy: {first:.2f} s; copying what it wrote: {plain:.2f} s; ratio {plain / first:.2f}")
    print(f"rows a second: {made.rows / first:,.0f}")
    print(f"the next copy after 1,000 acts: {again:.2f} s, {again / first:.2f} of the first; ", end="")
    print(f"{more.written / made.written:.3f} of its bytes, {more.fresh} of {more.pieces} pieces")


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
