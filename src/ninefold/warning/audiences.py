"""To whom a new record of this room may be given: the audiences that its author is in or keeps."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from ninefold.access.markings import read
from ninefold.access.models import Person
from ninefold.access.reads import audiences_known_to
from ninefold.errors import InvalidError, NotThereError


def require_audiences(person: Person, chosen: Sequence[UUID], marking: str, now: datetime) -> None:
    """Refuse an empty choice and an audience that is not his, which is "not there" for him."""
    read(marking)
    if not chosen:
        raise InvalidError("Choose at least one audience; without one, nobody would read it.")
    if audiences_known_to(person, now).filter(pk__in=set(chosen)).count() != len(set(chosen)):
        raise NotThereError
