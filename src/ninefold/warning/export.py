"""What of this room a person takes along: series, warnings with their passages, and whom those name."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from ninefold.access.export import names_of
from ninefold.access.models import Person
from ninefold.access.taking import Row, Taken, named_in, taken
from ninefold.tracks.export import offices_named
from ninefold.warning import reads
from ninefold.warning.models import EarlyWarning, Passage, Vintage

TABLES = (Vintage, EarlyWarning, Passage)
FILLED: dict[str, Callable[[Row], dict[str, Any]]] = {}


def export(person: Person, now: datetime) -> list[Taken]:
    """The warnings as their pages show them to him; of a series that he may not read, only the caption."""
    seen = reads.warnings(person, now)
    warnings = taken(seen)
    passages = taken(Passage.objects.filter(warning__in=seen.order_by().values("pk")))
    # Of whom he may not know, he himself stands in the place that must be filled.
    nameless = reads.nameless(person, now, seen)
    for row in warnings.rows:
        row["raised_by_id"] = person.pk if row["id"] in nameless else row["raised_by_id"]
    for row in passages.rows:
        row["by_id"] = None if row["warning_id"] in nameless and row["by_id"] != person.pk else row["by_id"]
    series = reads.vintages(person, now)
    own = set(series.values_list("pk", flat=True))
    captions = named_in([warnings], "vintage_id") - own
    vintages = taken(series.defer(None))
    only = taken(Vintage.objects.filter(pk__in=captions), panel=None, loaded_by_id=person.pk)
    people = named_in([warnings, passages, vintages], "raised_by_id", "by_id", "loaded_by_id") - {person.pk}
    return [
        names_of(people),
        *offices_named(named_in([passages], "office_id")),
        vintages,
        only,
        warnings,
        passages,
    ]
