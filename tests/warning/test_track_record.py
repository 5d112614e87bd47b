import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ninefold.warning.months import Month
from ninefold.warning.panel import Panel
from ninefold.warning.track_record import track_record

counts = arrays.arrays(
    np.float64, st.tuples(st.integers(1, 3), st.integers(1, 20)), elements=st.sampled_from([0.0, 24.0, 25.0, np.nan])
)


def counted_one_by_one(values, horizons):
    cases, hits = [0] * 13, [0] * 13
    for unit in values:
        for origin in range(11, len(unit)):
            year = unit[origin - 11 : origin + 1]
            for ahead in horizons:
                if origin + ahead < len(unit) and not np.isnan(year).any() and not np.isnan(unit[origin + ahead]):
                    over = int((year >= 25).sum())
                    cases[over] += 1
                    hits[over] += int(unit[origin + ahead] >= 25)
    return cases, hits


@given(counts, st.sampled_from([(1,), (3,), (1, 2, 3), (1, 12)]))
def test_it_counts_as_a_person_would(values, horizons):
    units = tuple(f"{at:03}" for at in range(len(values)))
    record = track_record(Panel(units, Month.parse("2020-01"), values), threshold=25, horizons=horizons)
    assert (record.cases.tolist(), record.hits.tolist()) == counted_one_by_one(values, horizons)
