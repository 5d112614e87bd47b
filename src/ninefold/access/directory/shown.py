"""What a directory showed of a person, however it was proven."""

from dataclasses import dataclass
from datetime import timedelta

DRIFT = timedelta(minutes=1)
"""How far the clock of a directory may be from the house's own."""

OLDEST = timedelta(minutes=10)
"""How old its word may be."""

LONGEST_SUBJECT, MOST_GROUPS = 255, 2000


@dataclass(frozen=True)
class Shown:
    """Who the directory says came: a subject, an address only if it is verified, groups, and whether by two factors."""

    subject: str
    email: str
    groups: frozenset[str]
    strong: bool
