"""Whether somebody outside can tell a busy week of the log from an idle one.

    .venv/bin/python benchmarks/silence.py [--weeks 20] [--beats 60]

Plays so many weeks of each kind through the real beat, its jobs, the pages below `/tlog/`, a witness and a time
authority over HTTP, with a change of the log's key (the tests' own `weeks.py`), in turns and each from the same log on.
Prints JSON: whether everything that was seen is equal; what a permutation test over whole weeks and a classifier (area
under the curve, with its interval of 95 %) make of the random bits of the leaves; the same for a planted leak of one
leaf; and for how long a beat takes, which only this machine sees, since nobody outside knows when it began.
"""

import argparse
import json
import sys
import tempfile
import time
from datetime import timedelta
from itertools import product
from pathlib import Path

import numpy as np
from ledger import log_in

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))


def main():
    asked = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    asked.add_argument("--weeks", type=int, default=20, help="how many of each kind")
    asked.add_argument("--beats", type=int, default=60, help="how many beats a week has")
    wanted = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, log_in(Path(folder)):
        print(json.dumps(found(Path(folder), wanted.weeks, wanted.beats), indent=1))


def found(folder, weeks, beats):
    from django.core.management import call_command
    from time_authority import Authority, serving
    from weeks import busy, honest, idle, leaky, play

    call_command("collectstatic", interactive=False, verbosity=0)
    authority = Authority(folder / "authority", "one.example")
    authority.make()
    lasted = []

    def timed(*work):
        began = time.perf_counter()
        honest(*work)
        lasted.append(1_000 * (time.perf_counter() - began))

    played, times = {"idle": [], "busy": [], "leaky": []}, {"idle": [], "busy": [], "leaky": []}
    kinds = (("idle", idle, timed), ("busy", busy, timed), ("leaky", busy, leaky))
    with serving(authority):
        for seed, (name, kind, beat) in product(range(weeks), kinds):
            lasted.clear()
            asked = {"authority": authority, "seed": seed, "beats": beats, "beat": beat}
            played[name].append(play(folder / f"{name}{seed}", kind, **asked))
            times[name].append([np.median(lasted), np.mean(lasted)] if lasted else [])
    seen = {name: [list(week.seen) for week in lived] for name, lived in played.items()}
    equal = {tuple(each.without_chance() for each in week) for week in seen["idle"] + seen["busy"]}
    return {
        "weeks": weeks,
        "beats": beats,
        "acts_in_a_busy_week": round(np.mean([week.acts for week in played["busy"]])),
        "everything_but_the_bits_is_equal": len(equal) == 1,
        "bits": told(numbers(seen["busy"]), numbers(seen["idle"])),
        "planted_leak_of_a_leaf": told(numbers(seen["leaky"]), numbers(seen["idle"])),
        "milliseconds_of_a_beat": {name: round(float(np.median(times[name])), 2) for name in ("idle", "busy")},
        "duration_of_a_beat": told(np.array(times["busy"]), np.array(times["idle"])),
        "promise": "equal; for the bits a chance above 0.05 and an interval about 0.5",
        "longest_wait_of_an_act": str(timedelta(minutes=max(week.waiting for week in played["busy"]) / 8)),
    }


def numbers(weeks):
    rows = np.array([[(each.growth, each.bits / each.growth) for each in week] for week in weeks], dtype=float)
    return np.hstack([rows.mean(axis=1), rows.std(axis=1)])


def told(one, other):
    from telling_apart import told_apart

    made = told_apart(one, other, deviations=1.96)
    return {name: round(float(value), 4) for name, value in made._asdict().items()}


if __name__ == "__main__":
    main()
