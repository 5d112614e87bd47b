"""Personal tokens at the door: for the API, and for commands that act as their holder."""

from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from ninja.security import HttpBearer

from ninefold.access.credentials import TOKEN, digest
from ninefold.access.models import Person, Token
from ninefold.access.reads import has_enrolled
from ninefold.clock import now
from ninefold.errors import RefusedError

LONGEST = 100
_READING = ("GET", "HEAD", "OPTIONS")


class Holder(NamedTuple):
    """Who acts by a token, and whether he may change things with it."""

    person: Person
    scopes: frozenset[str]

    def require(self, scope: str) -> None:
        """Raise `RefusedError` unless the token was made for this (`read` or `act`)."""
        if scope not in self.scopes:
            raise RefusedError("This token may only read; make one that may also act.")


def holder_of(secret: str, now: datetime) -> Holder | None:
    """The holder of a living token; nobody for an unknown, ended or malformed one, or without a second factor."""
    if not secret.startswith(TOKEN) or len(secret) > LONGEST or not secret.isascii():
        return None
    rows = Token.objects.select_related("person").filter(digest=digest(secret), starts__lte=now, ends__gt=now)
    token = rows.filter(person__is_active=True).first()
    if token is None or not has_enrolled(token.person):
        return None
    if token.last_used_day != now.date():
        Token.objects.filter(pk=token.pk).update(last_used_day=now.date())
    return Holder(token.person, frozenset(token.scopes))


def person_for(secret: str, now: datetime, *, scope: str = "act") -> Person:
    """The person as whom a command acts; without a living token of this scope, `RefusedError` says how to get one."""
    holder = holder_of(secret, now)
    if holder is None:
        raise RefusedError("This token is unknown or has ended; make a new one on your page and sign in again.")
    holder.require(scope)
    return holder.person


class TokenAuth(HttpBearer):
    """`Authorization: Bearer nf_…`; sets `request.user`, so that pages and API ask the same questions."""

    def authenticate(self, request: HttpRequest, token: str) -> Holder | None:
        """The holder, or nobody (401). A token that only reads is refused at anything else (403)."""
        holder = holder_of(token, now())
        if holder is not None:
            holder.require("read" if request.method in _READING else "act")
            request.user = holder.person
        return holder


class TokenOrStranger(TokenAuth):
    """For what strangers may read too: no token is a stranger, a wrong token is still refused."""

    def __call__(self, request: HttpRequest) -> Holder | str | None:
        """The holder, or the word `stranger` where nobody signs in."""
        if "Authorization" not in request.headers:
            request.user = AnonymousUser()
            return "stranger"
        return super().__call__(request)
