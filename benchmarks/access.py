"""The pace of lists that are filtered for their reader, against the same lists unfiltered.

100,000 warnings, released to 200 audiences (one to three each), read by people in few and in many of them, page by
page of 50; and 100,000 entries of the ledger about them, read page by page as on the ledger's page, of one room, the
newest alone (as every page asks for it), and as a board that comes back asks for what it missed. Prints JSON: for each
reader and page the queries beyond session and person, both warm medians in milliseconds, and their ratio; the promise
is at most 3 queries and, for a page, a ratio of at most 2. Run it as

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
ENTRIES_A_PAGE, MISSED = 30, 100  # as on the ledger's page, and as a board that comes back may ask for
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
    from django.conf import settings

    from ninefold.ledger.keeping import create_log_key

    create_log_key(settings.WORKSPACE, settings.LOG_ORIGIN)


def measure(connection):
    chance = random.Random(7)
    people, audiences = fill(connection, chance)
    write(chance, people)
    with connection.cursor() as cursor:
        # The unfiltered list gets the index that it would have; without one it would be slow and flatter us.
        cursor.execute("CREATE INDEX unfiltered ON warning_earlywarning (raised_at DESC, id DESC)")
        # What a database that has stood for a while has done by itself.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    records = [row for name, person in people.items() for row in of_records(connection, name, person)]
    entries = [row for name, person in people.items() for row in of_entries(connection, name, person)]
    append(new_acts(chance, people)[:8])
    late = [row for name, person in people.items() for row in of_entries(connection, name, person)]
    return {
        "engine": connection.vendor,
        "records": RECORDS,
        "audiences": len(audiences),
        "of_records": records,
        "of_entries": entries,
        "of_entries_while_8_are_not_filed": late,
        "most_queries": max(row["queries"] for row in records + entries + late),
        "worst_ratio_of_records": worst(records),
        "worst_ratio_of_entries": worst(entries),
        "worst_ratio_of_entries_while_8_are_not_filed": worst(late),
    }


def worst(rows):
    """The worst ratio of each kind of page."""
    return {page: max(row["ratio"] for row in rows if row["page"] == page) for page in {row["page"]: 0 for row in rows}}


def fill(connection, chance):
    """People in 1 to 200 audiences, one in 50 that hold little and old, a stranger; one record in 1,000 is clear."""
    from ninefold.access.models import Audience, Membership, Person, Release
    from ninefold.warning.models import EarlyWarning, Vintage
    from ninefold.words.text import in_one

    def person(name, roles=()):
        return Person.objects.joining(
            email=f"{name}@example.org", name=in_one("en", name), language="en", roles=roles, day=NOW.date()
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
    people["in none"] = (person("none"), [])
    people["with acts of access only"] = (person("custodian"), [])
    people["keeper of 250"] = (keeper, [])
    people["administrator"] = (person("root", ["administrator"]), [])
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


def write(chance, people):
    """As many entries as records, in the order of the records, each in its leaf and filed."""
    from django.db import transaction

    from ninefold.access.actions import file_entries
    from ninefold.ledger.beat import publish

    acts = new_acts(chance, people)
    for begin in range(0, RECORDS, 5_000):
        append(acts[begin : begin + 5_000])
        with transaction.atomic():
            publish(NOW, leaves=5_000)
    while file_entries(now=NOW):
        pass


def append(acts):
    from django.db import transaction

    from ninefold.ledger.actions import append_many

    with transaction.atomic():
        append_many(acts)


def new_acts(chance, people):
    """Two of three are the first on a record, the others on one of the last 2,000; one in 50 is an act of access."""
    from ninefold.access.models import Release
    from ninefold.ledger.kinds import entry_kind
    from ninefold.ledger.refs import Ref
    from ninefold.ledger.writing import NewEntry

    rooms = [entry_kind(f"{room}.measured", "measured the pace") for room in ("warning", "warning", "tracks")]
    invited = entry_kind("access.measured", "measured the pace")
    analyst, custodian = (f"access:person:{people[name].pk}" for name in ("in none", "with acts of access only"))
    marks = dict(Release.objects.order_by("listed", "-rank").values_list("record", "marking"))
    records, at, acts = list(marks), 0, []
    for number in range(RECORDS):
        record = records[at] if chance.random() < 2 / 3 or not at else chance.choice(records[max(0, at - 2_000) : at])
        at += record == records[at]
        if number % 50:
            act = chance.choice(rooms), analyst, Ref("warning", "warning", record), marks[record]
        else:
            act = invited, custodian, Ref("access", "person", UUID(int=chance.getrandbits(128), version=4)), "tlp:red"
        kind, actor, subject, marking = act
        acts.append(NewEntry(kind, actor, subject, NOW, marking, {"number": number}))
    return acts


def of_records(connection, name, person):
    """The first page of the warnings, and one in the middle."""
    from ninefold.access.reads import Place
    from ninefold.warning.models import EarlyWarning
    from ninefold.warning.reads import newest_warnings

    everything = EarlyWarning.objects.select_related("raised_by", "vintage").order_by("-raised_at", "-id")

    def page(after):
        def unfiltered():
            rows = everything.filter(raised_at__lt=after.listed) if after else everything.all()
            return list(rows[: SIZE + 1])

        return unfiltered, lambda: newest_warnings(person, NOW, after=after, size=SIZE)[0]

    pages = {"first": page(None), "deep": page(Place(NOW - timedelta(seconds=RECORDS // 2), UUID(int=0)))}
    return [{"reader": name, "page": called} | beside(connection, *both) for called, both in pages.items()]


def of_entries(connection, name, person):
    """The ledger's first page, a middle and the last of what he sees, one of a room, the newest alone, and what a board
    that comes back has missed.
    """
    from ninefold.access.reads import entries_visible_to
    from ninefold.web.events import looking
    from ninefold.web.events.stream import Reader
    from ninefold.web.ledger import acts

    assert acts.PAGE == ENTRIES_A_PAGE
    seen = list(entries_visible_to(person, NOW).order_by("-serial").values_list("id", flat=True))
    pages = {"first": {}, "room": {"room": "tracks"}}
    if len(seen) > MISSED:
        pages |= {"middle": {"before": seen[len(seen) // 2]}, "last": {"before": seen[-ENTRIES_A_PAGE]}}
    lists = {
        called: (lambda asked=asked: everything(**asked), lambda asked=asked: acts.page(person, NOW, **asked)[0])
        for called, asked in pages.items()
    }
    lists["newest"] = lambda: everything(size=1), lambda: newest(person)
    if len(seen) > MISSED:
        reader, last = Reader(person.pk if person else None), seen[MISSED // 2]
        lists["connect"] = (
            lambda: everything(above=last, size=MISSED + 1),
            lambda: [looking.opening(reader, last, NOW)],
        )
    return [{"reader": name, "page": called} | beside(connection, *both) for called, both in lists.items()]


def everything(*, room="", before=None, above=None, size=ENTRIES_A_PAGE + 1):
    """The same list for who may see everything, as the mapper writes it."""
    from ninefold.ledger.models import Entry

    rows = Entry.objects.select_related("leaf").order_by("-serial")
    if before:
        rows = rows.filter(serial__lt=Entry.objects.values_list("serial", flat=True).get(id=before))
    if above:
        rows = rows.filter(serial__gt=Entry.objects.values_list("serial", flat=True).get(id=above))
    return list((rows.filter(kind__startswith=f"{room}.") if room else rows)[:size])


def newest(person):
    from ninefold.access.reads import newest_entries

    return newest_entries(person, NOW, size=1)


def beside(connection, unfiltered, filtered):
    """Both lists in turn, warm; the median of each."""
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        shown = filtered()
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
        "shown": len(shown),
        "queries": len(asked),
        "unfiltered_ms": round(medians[unfiltered], 2),
        "filtered_ms": round(medians[filtered], 2),
        "ratio": round(medians[filtered] / medians[unfiltered], 2),
        # Where the machine does other work too, it is this that says something.
        "ratio_at_best": round(min(times[filtered]) / min(times[unfiltered]), 2),
    }


if __name__ == "__main__":
    main()
