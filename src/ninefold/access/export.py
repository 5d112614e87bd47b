"""What of this room a person takes along: himself, his audiences, and through which releases he reads.

Not: passwords, tokens, factors, other people's memberships. Of other people only the names that stand in what he reads.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from ninefold.access.models import Audience, Key, Membership, Person, Release
from ninefold.access.reads import audiences_known_to, releases_to
from ninefold.access.taking import Row, Taken, taken

TABLES = (Person, Audience, Membership, Release, Key)


def export(person: Person, now: datetime) -> list[Taken]:
    """His rows. An audience of which he does not know is not named, and who placed a release only if it was he."""
    audiences = audiences_known_to(person, now)
    known = set(audiences.values_list("pk", flat=True))
    releases = taken(releases_to(person, now))
    for row in releases.rows:
        row["audience_id"] = row["audience_id"] if row["audience_id"] in known else None
        row["placed_by_id"] = row["placed_by_id"] if row["placed_by_id"] == person.pk else None
    return [
        taken(Person.objects.filter(pk=person.pk), "id", "email", "name", "language", "roles", "joined_day"),
        taken(audiences),
        taken(Membership.objects.filter(person=person), consent_id=None),
        releases,
        # In another log his keys are not listed; which browser or phone holds them is nobody's affair there.
        taken(Key.objects.filter(person=person), "id", "person_id", "name", "kind", "public", "rp", "starts", "ends"),
    ]


def names_of(people: set[UUID]) -> Taken:
    """People who are named in what somebody takes along."""
    return taken(Person.objects.filter(pk__in=people), "id", "name")


FILLED: dict[str, Callable[[Row], dict[str, Any]]] = {
    # He has no password yet, and who is only named can never enter.
    "access.Person": lambda row: {
        "password": "!",
        "email": row.get("email", f"{row['id']}@named.invalid"),
        "is_active": "email" in row,
        "joined_day": row.get("joined_day"),
    },
}
