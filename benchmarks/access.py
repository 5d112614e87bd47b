"""The pace of a list that is filtered for its reader, against the same list unfiltered.

100,000 warnings, released to 200 audiences (one to three each), read by people in few and in many of them, page by
page of 50. Prints JSON: for each reader and page the queries beyond session and person, both warm medians in
milliseconds, and their ratio; the promise is at most 3 queries and a ratio of at most 2. Run it as

    .venv/bin/python benchmarks/access.py [RECORDS]

on SQLite, or on PostgreSQL with NINEFOLD_DATABASE set (a test database is made there and dropped again).
"""

import gc
import json
import os
import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

RECORDS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
AUDIENCES, SIZE, ROUNDS = 200, 50, 41
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LONG = timedelta(days=900)


def main():
    with tempfile.TemporaryDirectory() as folder:
        start(Path(folder) / "workspace")
        from django.db import connection

        name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            print(json.dumps(measure(connection), indent=1))
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


def start(folder):
    from ninefold.web import workspace

    workspace.create(folder, sample=True, address=os.environ.get("NINEFOLD_DATABASE", ""))
    os.environ["NINEFOLD_WORKSPACE"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "ninefold.web.settings"
    import django

    django.setup()


def measure(connection):
    chance = random.Random(7)
    people, audiences = fill(connection, chance)
    with connection.cursor() as cursor:
        # The unfiltered list gets the index that it would have; without one it would be slow and flatter us.
        cursor.execute("CREATE INDEX unfiltered ON warning_earlywarning (raised_at DESC, id DESC)")
        cursor.execute("ANALYZE")
    from ninefold.access.reads import Place

    deep = Place(NOW - timedelta(seconds=RECORDS // 2), UUID(int=0))
    readers = [compare(connection, name, person, after) for name, person in people.items() for after in (None, deep)]
    return {
        "engine": connection.vendor,
        "records": RECORDS,
        "audiences": len(audiences),
        "readers": readers,
        "most_queries": max(reader["queries"] for reader in readers),
        "worst_ratio": max(reader["ratio"] for reader in readers),
    }


def fill(connection, chance):
    """People in 1 to 200 audiences, one in 50 that hold little and old, a stranger; one record in 1,000 is clear."""
    from ninefold.access.models import Audience, Membership, Person, Release
    from ninefold.warning.models import EarlyWarning, Vintage
    from ninefold.words.text import in_one

    def person(name):
        return Person.objects.joining(
            email=f"{name}@example.org", name=in_one("en", name), language="en", roles=[], day=NOW.date()
        )

    keeper = person("keeper")
    audiences = Audience.objects.bulk_create(
        Audience(name=in_one("en", f"audience {n}"), custodian=keeper, starts=NOW) for n in range(AUDIENCES)
    )
    dusty = Audience.objects.bulk_create(
        Audience(name=in_one("en", f"old {n}"), custodian=keeper, starts=NOW) for n in range(50)
    )
    people = {f"in {n} of {AUDIENCES}": (person(f"p{n}"), audiences[:n]) for n in (1, 5, 10, 20, 50, AUDIENCES)}
    people["in 50 that hold little, all old"] = (person("dusty"), dusty)
    Membership.objects.bulk_create(
        Membership(audience=audience, person=one, starts=NOW - LONG, ends=NOW + LONG)
        for one, mine in people.values()
        for audience in mine
    )
    vintage = Vintage.objects.create(
        name="v", attribution="a", licence="l", unit="u", vintage="v", digest="0" * 64, first="2020-01", last="2024-01",
        marking="tlp:clear", loaded_at=NOW,
    )  # fmt: skip
    text = in_one("en", "A warning as long as a sentence usually is in such a list.")
    for begin in range(0, RECORDS, 5_000):
        rows = EarlyWarning.objects.bulk_create(
            EarlyWarning(
                country="AAA", first="2024-02", last="2024-07", title=text, summary=text, forecast={}, vintage=vintage,
                marking="tlp:amber", raised_by=keeper, raised_at=NOW - timedelta(seconds=begin + n),
            )
            for n in range(5_000)
        )  # fmt: skip
        Release.objects.bulk_create(
            Release(
                kind="warning:warning", record=row.pk, audience=audience, marking=f"tlp:{'amber' if rank else 'clear'}",
                rank=rank, listed=row.raised_at, starts=NOW - LONG, ends=NOW + LONG,
            )
            for row in rows
            for audience, rank in given(row, chance, audiences, dusty)
        )  # fmt: skip
    return {name: one for name, (one, _) in people.items()} | {"stranger": None}, [*audiences, *dusty]


def given(row, chance, audiences, dusty):
    """To whom a record goes, under what rank (2: TLP:AMBER, 0: TLP:CLEAR)."""
    chosen = chance.sample(audiences, chance.choice([1, 1, 2, 3]))
    if NOW - row.raised_at > timedelta(seconds=RECORDS * 0.95):
        chosen.append(chance.choice(dusty))
    return [(audience, 0 if chance.random() < 0.001 else 2) for audience in chosen]


def compare(connection, name, person, after):
    """Both lists in turn, warm; the median of each."""
    from django.test.utils import CaptureQueriesContext

    from ninefold.warning.models import EarlyWarning
    from ninefold.warning.reads import newest_warnings

    everything = EarlyWarning.objects.select_related("raised_by", "vintage").order_by("-raised_at", "-id")
    if after:
        everything = everything.filter(raised_at__lt=after.listed)

    def unfiltered():
        return list(everything.all()[: SIZE + 1])

    def filtered():
        return newest_warnings(person, NOW, after=after, size=SIZE)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        shown, _ = filtered()
    times = {unfiltered: [], filtered: []}
    for round_ in range(ROUNDS + 5):
        for act, taken in times.items():
            gc.disable()
            began = time.perf_counter()
            act()
            taken.append(time.perf_counter() - began)
            gc.enable()
            if round_ < 5:
                taken.clear()
    medians = {act: statistics.median(taken) * 1000 for act, taken in times.items()}
    return {
        "reader": name,
        "page": "deep" if after else "first",
        "shown": len(shown),
        "queries": len(asked),
        "unfiltered_ms": round(medians[unfiltered], 2),
        "filtered_ms": round(medians[filtered], 2),
        "ratio": round(medians[filtered] / medians[unfiltered], 2),
    }


if __name__ == "__main__":
    main()
