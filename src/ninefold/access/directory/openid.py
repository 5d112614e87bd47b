"""A directory that speaks OpenID Connect, as its file names it.

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
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ninefold.access.directory.fields import GroupMapping, mappings, origin_of, require_keys, word, words
from ninefold.errors import InvalidError, NotThereError, RefusedError

_MUST = {"issuer", "client_id", "secret", "name"}
_MAY = {"protocol", "amr", "acr", "groups_claim", "also", "group"}


@dataclass(frozen=True)
class OpenIdDirectory:
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


def read(told: Mapping[str, object], folder: Path) -> OpenIdDirectory:
    """The directory of a file's keys; `InvalidError` names what does not fit."""
    require_keys(told, must=_MUST, may=_MAY)
    return OpenIdDirectory(
        issuer=_issuer(word(told, "issuer")),
        client_id=word(told, "client_id"),
        secret=folder / Path(word(told, "secret")),
        name=word(told, "name"),
        amr=frozenset(words(told, "amr")),
        acr=frozenset(words(told, "acr")),
        groups_claim=word(told, "groups_claim") if "groups_claim" in told else "groups",
        also=frozenset(_also(each) for each in words(told, "also")),
        mappings=mappings(told.get("group", [])),
    )


def secret_of(directory: OpenIdDirectory) -> str:
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


def _issuer(url: str) -> str:
    origin_of(url)
    if urlsplit(url).query or "?" in url or "#" in url:
        raise InvalidError("The issuer {url} has a question or a mark behind its path.", url=repr(url))
    return url


def _also(url: str) -> str:
    if origin_of(url) != url:
        raise InvalidError("{url} in also must be an origin alone, such as https://keys.example.org.", url=repr(url))
    return url
