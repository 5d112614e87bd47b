"""The one place that asks what time it is. Everything else is told (`now=`), in aware UTC."""

from datetime import UTC, datetime

from ninefold.errors import InvalidError


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds, one spelling per moment: `2026-11-21T08:30:00.000000Z`."""
    if moment.tzinfo is None:
        raise InvalidError("The time {moment} has no time zone; give one, such as Z.", moment=moment.isoformat())
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def read_stamp(text: str) -> datetime:
    """The moment that `stamp` wrote; any other spelling is refused."""
    try:
        moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError:
        raise InvalidError("{text} is not a time; write it as 2026-11-21T08:30:00.000000Z.", text=repr(text)) from None
    if stamp(moment) != text:
        raise InvalidError("{text} is not a time; write it as 2026-11-21T08:30:00.000000Z.", text=repr(text))
    return moment
