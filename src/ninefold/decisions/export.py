"""What of this room a person takes along: the rights that he may read, and the offices that they name."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from ninefold.access.models import Person
from ninefold.access.taking import Row, Taken, named_in, taken
from ninefold.decisions import reads
from ninefold.decisions.models import Right
from ninefold.tracks.export import offices_named, offices_unnamed
from ninefold.tracks.reads import offices

TABLES = (Right,)
FILLED: dict[str, Callable[[Row], dict[str, Any]]] = {}


def export(person: Person, now: datetime) -> list[Taken]:
    """The table of rights as its page shows it to him."""
    rights = taken(reads.rights(person, now))
    named = named_in([rights], "office_id")
    seen = set(offices(person, now).filter(pk__in=named).values_list("pk", flat=True))
    # A right does not tell the office that it belongs to.
    return [*offices_named(seen), *offices_unnamed(named - seen), rights]
