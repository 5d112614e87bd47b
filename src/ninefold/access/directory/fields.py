"""The keys of a directory's file, each read strictly; an error names the key."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from ninefold.errors import InvalidError

MOST_DAYS = 3659
"""A membership ends with a day, so this is one below the longest grant of an audience."""

_MOST_GROUPS, _LONGEST = 200, 200


class GroupMapping(NamedTuple):
    """What the operator proposes: who is in the group reads through the audience, `days` after each sign-in."""

    group: str
    audience: UUID
    days: int


def require_keys(told: Mapping[str, object], *, must: set[str], may: set[str]) -> None:
    """Raise `InvalidError` that names the first key which is missing, or which nothing reads."""
    if not must <= told.keys() <= must | may:
        raise InvalidError(
            "The directory file needs {needed}; {key} does not fit.",
            needed=", ".join(sorted(must)),
            key=", ".join(sorted(must - told.keys() or told.keys() - must - may)),
        )


def origin_of(url: str) -> str:
    """Scheme, host and port of an address that this house may call; anything else raises `InvalidError`."""
    try:
        parts = urlsplit(url)
        sound = bool(parts.hostname) and parts.port != 0 and parts.username is None and parts.password is None
    except ValueError:
        sound = False
    if not sound or not url.isascii() or not url.isprintable() or {*" ;,'\"\\"} & {*url}:
        raise InvalidError("{url} is no address of a directory.", url=repr(url[:_LONGEST]))
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(str(parts.hostname))):
        raise InvalidError("{url} must begin with https://, unless it is on this machine.", url=repr(url[:_LONGEST]))
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def word(told: Mapping[str, object], key: str) -> str:
    value = told.get(key)
    if (
        not isinstance(value, str)
        or not 0 < len(value) <= _LONGEST
        or not value.isprintable()
        or value != value.strip()
    ):
        raise InvalidError(
            "{key} in the directory file must be a text of one to {most} characters.", key=key, most=_LONGEST
        )
    return value


def words(told: Mapping[str, object], key: str) -> list[str]:
    values = told.get(key, [])
    if not isinstance(values, list):
        raise InvalidError("{key} in the directory file must be a list of texts.", key=key)
    return [word({key: value}, key) for value in values]


def flag(told: Mapping[str, object], key: str) -> bool:
    value = told.get(key, False)
    if not isinstance(value, bool):
        raise InvalidError("{key} in the directory file must be true or false.", key=key)
    return value


def mappings(tables: object) -> tuple[GroupMapping, ...]:
    if not isinstance(tables, list) or len(tables) > _MOST_GROUPS:
        raise InvalidError("The directory file holds at most {most} tables [[group]].", most=_MOST_GROUPS)
    found = tuple(_mapping(table) for table in tables)
    if len({(each.group, each.audience) for each in found}) < len(found):
        raise InvalidError("The directory file leads one group to one audience twice.")
    return found


def _mapping(table: object) -> GroupMapping:
    if not isinstance(table, dict) or table.keys() != {"group", "audience", "days"}:
        raise InvalidError("A table [[group]] of the directory file needs group, audience and days, and no more.")
    group, days = word(table, "group"), table["days"]
    if type(days) is not int or not 1 <= days <= MOST_DAYS:
        raise InvalidError("The days of the group {group} must be from 1 to {most}.", group=group, most=MOST_DAYS)
    try:
        return GroupMapping(group, UUID(word(table, "audience")), days)
    except ValueError:
        raise InvalidError("The audience of the group {group} is no id of an audience.", group=group) from None
