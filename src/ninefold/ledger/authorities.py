"""The time authorities that the operator names, in a file of TOML, read strictly.

[[authority]]
name = "stamps.example"                                 how pages and commands call it
url = "https://stamps.example/tsr"
policy = "1.2.3.4.1"                                    optional: the only policy to accept
roots = \"\"\"
-----BEGIN CERTIFICATE-----                             what its answers must lead to, roots and intermediates
...
-----END CERTIFICATE-----
\"\"\"
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography import x509

from ninefold.errors import InvalidError
from ninefold.ledger.stamps import read_certificates

MOST = 8
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,59}")
_POLICY = re.compile(r"[0-2](\.(0|[1-9][0-9]{0,30})){1,30}", re.ASCII)
_MUST, _MAY = {"name", "url", "roots"}, {"policy"}


@dataclass(frozen=True)
class Authority:
    """One authority: where it is asked, and what its answers must lead to."""

    name: str
    url: str
    roots: tuple[x509.Certificate, ...]
    policy: str = ""


def read_authorities(text: str) -> tuple[Authority, ...]:
    """The authorities of a file; `InvalidError` names the one that does not fit, and what to do."""
    try:
        whole = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidError("The file of time authorities is not TOML: {why}.", why=error) from None
    tables = whole.get("authority")
    if whole.keys() != {"authority"} or not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
        raise InvalidError("The file of time authorities holds something else than tables [[authority]].")
    if len(tables) > MOST:
        raise InvalidError("The file names more than {most} time authorities; all are asked each time.", most=MOST)
    found = tuple(_read(table) for table in tables)
    if len({authority.name for authority in found}) < len(found):
        raise InvalidError("Two time authorities have the same name; give each its own.")
    return found


def _read(table: Mapping[str, object]) -> Authority:
    name = table.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InvalidError(
            "A time authority is called {name}; its name has small letters, digits, dots and dashes.", name=repr(name)
        )
    if not _MUST <= table.keys() <= _MUST | _MAY or not all(isinstance(value, str) for value in table.values()):
        raise InvalidError("The time authority {name} needs url and roots, may have policy, and no more.", name=name)
    texts = {key: str(value) for key, value in table.items()}
    policy = texts.get("policy", "")
    if policy and not _POLICY.fullmatch(policy):
        raise InvalidError("The policy of {name} is no object identifier such as 1.2.3.4.1.", name=name)
    return Authority(name, _url(name, texts["url"]), _roots(name, texts["roots"]), policy)


def _url(name: str, url: str) -> str:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or parts.username is not None or parts.fragment or not url.isascii() or not url.isprintable():
        raise InvalidError("The url of {name} is no address http:// or https:// without a name to sign in.", name=name)
    return url


def _roots(name: str, pem: str) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(read_certificates(pem))
    except InvalidError:
        raise InvalidError("The roots of {name} are no certificates in PEM.", name=name) from None
