"""What calls of every room tell alike: nothing that is not asked for, and for whom a new record is."""

from datetime import datetime
from uuid import UUID

from ninja import Field, Schema

from ninefold.errors import InvalidError


class Strict(Schema):
    """A body with a member that nobody asked for is refused: it would be lost without a word."""

    model_config = {"extra": "forbid"}


class ReadersIn(Strict):
    """For whom a new record is: audiences that you are in or keep, or (under tlp:clear) everybody."""

    marking: str = Field(max_length=40)
    audiences: list[UUID] = Field(default=[], max_length=50)
    everybody: bool = False


class DoneOut(Schema):
    """It is done."""

    done: bool = True


def aware(moment: datetime) -> datetime:
    """A moment that says its time zone."""
    if moment.tzinfo is None:
        raise InvalidError(
            "The time {moment} has no time zone; give one, such as Z for UTC.", moment=moment.isoformat()
        )
    return moment
