"""Steps in a workspace of its own, each a process: `python acting.py STEP [WORD …]`, on NINEFOLD_WORKSPACE.

`begin` makes people and a token; `enqueue` queues jobs; `look` tells what stands. Each prints one line of JSON.
"""

import json
import os
import sys
from datetime import timedelta
from pathlib import Path

import django

from ninefold.web import config, workspace

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "jobs")]
os.environ["DJANGO_SETTINGS_MODULE"] = "ninefold.web.settings"

FOLDER = Path(os.environ["NINEFOLD_WORKSPACE"])


def begin():
    workspace.create(FOLDER, sample=True, address=config.text("NINEFOLD_DATABASE"))
    django.setup()
    from world import build

    from ninefold import clock
    from ninefold.access import actions
    from ninefold.web.preparing import prepare_assets, prepare_database

    prepare_database()
    prepare_assets()
    now = clock.now()
    world = build(now)
    made = actions.issue_token(
        by=world.analyst, now=now, name="t", scopes=["read", "act"], ends=now + timedelta(days=1)
    )
    return {"token": made.secret, "audience": str(world.audience.pk)}


def enqueue(gate):
    django.setup()
    import sample_jobs

    return [str(job.enqueue(gate).id) for job in (sample_jobs.dawdle, sample_jobs.ask)]


def look():
    django.setup()
    from django.db.models import Count
    from django_tasks_db.models import DBTaskResult

    from ninefold.ledger.check import check
    from ninefold.ledger.models import Checkpoint, Entry
    from ninefold.tracks.models import Situation

    told = Entry.objects.filter(kind="tracks.situation-opened").values_list("subject_id", flat=True)
    report = check()
    return {
        "situations": [str(pk) for pk in Situation.objects.values_list("pk", flat=True)],
        "told": [str(pk) for pk in told],
        "findings": [str(finding) for finding in report.findings],
        "leaves": report.leaves,
        "trees": {size: bytes(root).hex() for size, root in Checkpoint.objects.values_list("size", "root")},
        "jobs": dict(DBTaskResult.objects.order_by().values_list("status").annotate(Count("id"))),
    }


if __name__ == "__main__":
    STEPS = {step.__name__: step for step in (begin, enqueue, look)}
    print(json.dumps(STEPS[sys.argv[1]](*sys.argv[2:])))
