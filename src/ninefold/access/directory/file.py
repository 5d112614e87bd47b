"""The directory that the operator names, in a file of TOML, read strictly.

issuer = "https://login.ministry.example"     https, or http on loopback
client_id = "ninefold"
secret = "directory.secret"                   a file beside this one, mode 0600
name = "Ministry sign-in"                     how the pages call it
amr = ["mfa", "hwk"]                          optional: one of these stands for the second factor
acr = ["urn:example:strong"]                  optional: one of these does; where both are named, both are asked for
groups_claim = "groups"                       optional: the claim that lists a person's groups
also = ["https://keys.ministry.example"]      optional: further origins of the provider's tokens and keys
[[group]]
group = "desk-officers"
audience = "3f0c…"                            the audience's id, from the address of its page
days = 30                                     how long a membership lasts after each sign-in
"""

import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from ninefold.errors import InvalidError, NotThereError, RefusedError

MOST_DAYS = 3659
"""A membership ends with a day, so this is one below the longest grant of an audience."""

_MOST_GROUPS, _LONGEST, _LONGEST_FILE = 200, 200, 1 << 18
_MUST = {"issuer", "client_id", "secret", "name"}
_MAY = {"amr", "acr", "groups_claim", "also", "group"}


class GroupMapping(NamedTuple):
    """What the operator proposes: who is in the group reads through the audience, `days` after each sign-in."""

    group: str
    audience: UUID
    days: int


@dataclass(frozen=True)
class Directory:
    """The provider and what of its word counts."""

    issuer: str
    client_id: str
    secret: Path
    name: str
    amr: frozenset[str] = frozenset()
    acr: frozenset[str] = frozenset()
    groups_claim: str = "groups"
    also: frozenset[str] = frozenset()
    mappings: tuple[GroupMapping, ...] = ()

    @property
    def origin(self) -> str:
        """The provider's origin: the only one to which a form of these pages may lead."""
        return origin_of(self.issuer)

    @property
    def origins(self) -> frozenset[str]:
        """Every origin that this program may call."""
        return self.also | {self.origin}


def from_file(named: str, workspace: Path) -> Directory | None:
    """The directory of the file that a setting names, below the workspace or by its whole path; none if unset."""
    if not named:
        return None
    path = workspace / Path(named)
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST_FILE).decode()
    except OSError:
        raise NotThereError("There is no directory file {path} that this account may read.", path=path) from None
    except UnicodeDecodeError:
        raise InvalidError("The directory file {path} is not text in UTF-8.", path=path) from None
    directory = read_directory(text, path.parent)
    secret_of(directory)
    return directory


def read_directory(text: str, folder: Path) -> Directory:
    """The directory of a file; `InvalidError` names what does not fit."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidError("The directory file is not TOML: {why}.", why=error) from None
    if not _MUST <= told.keys() <= _MUST | _MAY:
        raise InvalidError(
            "The directory file needs issuer, client_id, secret and name; {key} does not fit.",
            key=", ".join(sorted(_MUST - told.keys() or told.keys() - _MUST - _MAY)),
        )
    return Directory(
        issuer=_issuer(_word(told, "issuer")),
        client_id=_word(told, "client_id"),
        secret=folder / Path(_word(told, "secret")),
        name=_word(told, "name"),
        amr=frozenset(_words(told, "amr")),
        acr=frozenset(_words(told, "acr")),
        groups_claim=_word(told, "groups_claim") if "groups_claim" in told else "groups",
        also=frozenset(_also(each) for each in _words(told, "also")),
        mappings=_mappings(told.get("group", [])),
    )


def secret_of(directory: Directory) -> str:
    """The client's secret, from a file that nobody else may open."""
    try:
        mode = directory.secret.stat().st_mode
        secret = directory.secret.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise NotThereError(
            "There is no secret of the directory {path} that this account may read.", path=directory.secret
        ) from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise RefusedError("Others may open the directory's secret {path}: run chmod 600 on it.", path=directory.secret)
    if not secret:
        raise InvalidError("The directory's secret {path} is empty.", path=directory.secret)
    return secret


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


def _issuer(url: str) -> str:
    origin_of(url)
    if urlsplit(url).query or "?" in url or "#" in url:
        raise InvalidError("The issuer {url} has a question or a mark behind its path.", url=repr(url))
    return url


def _also(url: str) -> str:
    if origin_of(url) != url:
        raise InvalidError("{url} in also must be an origin alone, such as https://keys.example.org.", url=repr(url))
    return url


def _word(told: Mapping[str, object], key: str) -> str:
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


def _words(told: Mapping[str, object], key: str) -> list[str]:
    values = told.get(key, [])
    if not isinstance(values, list):
        raise InvalidError("{key} in the directory file must be a list of texts.", key=key)
    return [_word({key: value}, key) for value in values]


def _mappings(tables: object) -> tuple[GroupMapping, ...]:
    if not isinstance(tables, list) or len(tables) > _MOST_GROUPS:
        raise InvalidError("The directory file holds at most {most} tables [[group]].", most=_MOST_GROUPS)
    found = tuple(_mapping(table) for table in tables)
    if len({(each.group, each.audience) for each in found}) < len(found):
        raise InvalidError("The directory file leads one group to one audience twice.")
    return found


def _mapping(table: object) -> GroupMapping:
    if not isinstance(table, dict) or table.keys() != {"group", "audience", "days"}:
        raise InvalidError("A table [[group]] of the directory file needs group, audience and days, and no more.")
    group, days = _word(table, "group"), table["days"]
    if type(days) is not int or not 1 <= days <= MOST_DAYS:
        raise InvalidError("The days of the group {group} must be from 1 to {most}.", group=group, most=MOST_DAYS)
    try:
        return GroupMapping(group, UUID(_word(table, "audience")), days)
    except ValueError:
        raise InvalidError("The audience of the group {group} is no id of an audience.", group=group) from None
