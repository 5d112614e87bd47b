"""What of this room a person takes along: situations, organisations, ties and offices that he may read."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from ninefold.access.models import Person
from ninefold.access.reads import visible_to
from ninefold.access.taking import Row, Taken, taken
from ninefold.errors import NotThereError
from ninefold.tracks import reads
from ninefold.tracks.models import Actor, Holding, Office, Presence, Situation, Tie
from ninefold.words.text import in_one

TABLES = (Situation, Actor, Presence, Tie, Office, Holding)
FILLED: dict[str, Callable[[Row], dict[str, Any]]] = {}


def export(person: Person, now: datetime) -> list[Taken]:
    """Each list as its page shows it; of who holds an office, only what he holds himself."""
    situations = reads.situations(person, now)
    seen = Actor.objects.filter(visible_to(person, now, "tracks:actor"))
    # A tie to what is hidden is hidden, and so is where it stands.
    ids = seen.values("pk")
    ties = Tie.objects.filter(visible_to(person, now, "tracks:tie"), situation__in=situations.values("pk"))
    offices = reads.offices(person, now)
    presences = Presence.objects.filter(situation__in=situations.values("pk"), actor__in=ids)
    columns = ("actor_id", "situation_id", "track", "level")
    return [
        taken(situations),
        taken(seen),
        taken(presences, *columns),
        taken(ties.filter(source__in=ids, target__in=ids)),
        taken(offices),
        taken(Holding.objects.filter(person=person, office__in=offices.values("pk")), *_HOLDING),
    ]


_HOLDING = ("office_id", "person_id", "starts", "ends")


def offices_named(offices: set[UUID]) -> list[Taken]:
    """Offices with their organisations that are named in what somebody takes along."""
    named = Office.objects.filter(pk__in=offices)
    return [
        taken(Actor.objects.filter(pk__in=named.values("actor")), "id", "name"),
        taken(named, "id", "actor_id", "title"),
    ]


def offices_unnamed(offices: set[UUID]) -> list[Taken]:
    """Offices to which something points, without telling what they are called or whose they are."""
    nothing = in_one("en", NotThereError().text)
    named = Office.objects.filter(pk__in=offices)
    return [
        taken(Actor.objects.filter(pk__in=named.values("actor")), "id", name=nothing),
        taken(named, "id", "actor_id", title=nothing),
    ]
