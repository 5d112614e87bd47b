"""Ask a provider of OpenID Connect over the network.

Only origins that the operator named are asked, each within a time. The tokens of the answer are read and forgotten.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ninefold import outward
from ninefold.access.directory.fields import origin_of
from ninefold.access.directory.openid import OpenIdDirectory
from ninefold.errors import InvalidError, RefusedError, UnavailableError

SECONDS = 6.0  # for one answer, from the name of the machine to the last byte
LONGEST = 1 << 19
_FOUND_BELOW = "/.well-known/openid-configuration"
_HEADERS = {"Accept": "application/json"}
_WELL, _ILL = 200, 500


@dataclass(frozen=True)
class Endpoints:
    """Where the provider is asked; `posts_secret` says that it takes the client's secret in the form alone."""

    authorize: str
    token: str
    keys: str
    posts_secret: bool


def endpoints(directory: OpenIdDirectory, *, seconds: float = SECONDS) -> Endpoints:
    """What the provider says of itself, as far as it keeps to the origins that the operator named."""
    told = _ask(directory, directory.issuer.rstrip("/") + _FOUND_BELOW, seconds=seconds)
    if told.get("issuer") != directory.issuer:
        raise _strange(directory)
    authorize = _address(told, "authorization_endpoint", directory)
    if origin_of(authorize) != directory.origin:
        raise _strange(directory)
    methods = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    posts = isinstance(methods, list) and "client_secret_basic" not in methods
    token, keys = _address(told, "token_endpoint", directory), _address(told, "jwks_uri", directory)
    return Endpoints(authorize, token, keys, posts)


def keys(directory: OpenIdDirectory, at: Endpoints, *, seconds: float = SECONDS) -> Mapping[str, Any]:
    """The provider's public keys, asked anew each time: one that it withdrew is not taken any more."""
    return _ask(directory, at.keys, seconds=seconds)


def id_token(
    directory: OpenIdDirectory, at: Endpoints, form: Mapping[str, str], *, secret: str, seconds: float = SECONDS
) -> str:
    """The ID token for a code. The access token beside it is let go unread."""
    if at.posts_secret:
        told = _ask(directory, at.token, {**form, "client_secret": secret}, seconds=seconds)
    else:
        told = _ask(directory, at.token, form, (directory.client_id, secret), seconds=seconds)
    token = told.get("id_token")
    if not isinstance(token, str):
        raise _strange(directory)
    return token


def _ask(
    directory: OpenIdDirectory,
    url: str,
    form: Mapping[str, str] | None = None,
    basic: tuple[str, str] | None = None,
    *,
    seconds: float,
) -> dict[str, Any]:
    if origin_of(url) not in directory.origins:
        raise _strange(directory)
    sent = {"data": form, "auth": basic} if form else {}
    try:
        answer = outward.ask_once(
            "POST" if form else "GET", url, seconds=seconds, longest=LONGEST, headers=_HEADERS, **sent
        )
    except outward.UnreachedError:
        raise _away(directory) from None
    if answer.status >= _ILL:
        raise _away(directory)
    if answer.status != _WELL or answer.body is None:
        raise _strange(directory)
    try:
        told = json.loads(answer.body)
    except ValueError:
        raise _strange(directory) from None
    if not isinstance(told, dict):
        raise _strange(directory)
    return told


def _address(told: Mapping[str, Any], name: str, directory: OpenIdDirectory) -> str:
    url = told.get(name)
    try:
        if isinstance(url, str) and origin_of(url) in directory.origins:
            return url
    except InvalidError:
        pass
    raise _strange(directory)


def _away(directory: OpenIdDirectory) -> UnavailableError:
    return UnavailableError("{name} does not answer now; try again, or sign in another way.", name=directory.name)


def _strange(directory: OpenIdDirectory) -> RefusedError:
    return RefusedError(
        "{name} answered with something else than a sign-in, so nobody was signed in; tell who runs this workspace.",
        name=directory.name,
    )
