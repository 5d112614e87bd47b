"""What a provider of OpenID Connect signed: an ID token checked (OpenID Connect Core 1.0, section 3.1.3.7). Pure."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import jwt
from jwt.types import Options

from ninefold.access.directory.openid import OpenIdDirectory
from ninefold.access.directory.shown import DRIFT, LONGEST_SUBJECT, MOST_GROUPS, OLDEST, Shown
from ninefold.errors import RefusedError

# Signatures that only the provider can make. "none", and HMAC under a secret that others share, are not among them.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
# Times, issuer and audience are checked here, against the house's own clock.
_ONLY_SIGNED: Options = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


def read_token(token: str, *, keys: Mapping[str, Any], directory: OpenIdDirectory, nonce: str, now: datetime) -> Shown:
    """What a token says, once everything about it holds; `RefusedError` says no more than that it does not."""
    claims = _signed(token, keys)
    _require(claims.get("iss") == directory.issuer)
    _require_for_us(claims, directory.client_id)
    _require_fresh(claims, now)
    said = claims.get("nonce")
    _require(isinstance(said, str) and hmac.compare_digest(said.encode(), nonce.encode()))
    subject = claims.get("sub")
    _require(isinstance(subject, str) and 0 < len(subject) <= LONGEST_SUBJECT and subject.isprintable())
    return Shown(str(subject), _email(claims), _groups(claims.get(directory.groups_claim)), _strong(claims, directory))


def _signed(token: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    try:
        header = jwt.get_unverified_header(token)
        key = _key(keys.get("keys"), header.get("kid"))
        claims: dict[str, Any] = jwt.decode(token, key, algorithms=list(ALGORITHMS), options=_ONLY_SIGNED)
    except (jwt.PyJWTError, TypeError, ValueError, KeyError, AttributeError):
        raise _no() from None
    return claims


def _key(keys: object, kid: object) -> Any:  # noqa: ANN401
    """The one key that the token names; without a name, the only one there is."""
    named = [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []
    named = [key for key in named if key.get("use", "sig") == "sig" and (kid is None or key.get("kid") == kid)]
    _require(len(named) == 1)
    return jwt.PyJWK(named[0]).key


def _require_for_us(claims: Mapping[str, Any], client: str) -> None:
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    _require(isinstance(audiences, list) and client in audiences)
    party = claims.get("azp")
    _require(party == client if party is not None else audiences == [client])


def _require_fresh(claims: Mapping[str, Any], now: datetime) -> None:
    moment, drift = now.timestamp(), DRIFT.total_seconds()
    made, ends, begins = claims.get("iat"), claims.get("exp"), claims.get("nbf", 0)
    for time in (made, ends, begins):
        _require(type(time) in (int, float))
    _require(float(ends) > moment - drift)  # type: ignore[arg-type]
    _require(moment - OLDEST.total_seconds() <= float(made) <= moment + drift)  # type: ignore[arg-type]
    _require(float(begins) <= moment + drift)


def _email(claims: Mapping[str, Any]) -> str:
    email = claims.get("email")
    return email.strip().lower() if isinstance(email, str) and claims.get("email_verified") is True else ""


def _groups(claim: object) -> frozenset[str]:
    """The groups of the claim. One that is not a list of texts names none."""
    names: Sequence[object] = [claim] if isinstance(claim, str) else claim if isinstance(claim, list) else []
    return frozenset(name for name in names[:MOST_GROUPS] if isinstance(name, str))


def _strong(claims: Mapping[str, Any], directory: OpenIdDirectory) -> bool:
    """Whether the provider says that it asked for what the operator names; it never does where he names nothing."""
    if not directory.amr and not directory.acr:
        return False
    methods = claims.get("amr")
    named = {each for each in methods if isinstance(each, str)} if isinstance(methods, list) else set()
    by_method = not directory.amr or bool(named & directory.amr)
    context = claims.get("acr")
    return by_method and (not directory.acr or (isinstance(context, str) and context in directory.acr))


def _require(holds: bool) -> None:
    if not holds:
        raise _no()


def _no() -> RefusedError:
    return RefusedError("What the directory answered does not hold, so nobody was signed in; start again.")
