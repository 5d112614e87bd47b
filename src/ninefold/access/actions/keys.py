"""What a person holds besides his second factor: personal tokens. Each ends."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction

from ninefold.access import credentials
from ninefold.access.actions.entries import TOKEN_ISSUED, TOKEN_REVOKED, record
from ninefold.access.models import Person, Token
from ninefold.clock import stamp
from ninefold.errors import ConflictError, InvalidError, NotThereError

SCOPES = ("read", "act")
_LONGEST_NAME = 100


class NewToken(NamedTuple):
    """The token and its secret, which is shown once and is nowhere kept."""

    token: Token
    secret: str


@transaction.atomic
def issue_token(*, by: Person, now: datetime, name: str, scopes: Sequence[str], ends: datetime) -> NewToken:
    """A personal token for the commands and the API. It can do what he can, within its scopes, until it ends."""
    chosen = [scope for scope in SCOPES if scope in scopes]
    if not chosen or len(chosen) != len(set(scopes)):
        raise InvalidError("A token may read, or read and act; choose read, or both.")
    require_life(name, now, ends, timedelta(days=settings.TOKEN_DAYS))
    secret = credentials.new_secret(credentials.TOKEN)
    token = Token.objects.create(
        person=by, name=name.strip(), digest=credentials.digest(secret), scopes=chosen, starts=now, ends=ends
    )
    # The digest of 256 drawn bits tells nobody the secret, and another secret in its place shows.
    body = {
        "token": str(token.pk),
        "name": token.name,
        "scopes": chosen,
        "ends": stamp(ends),
        "digest": bytes(token.digest).hex(),
    }
    record(TOKEN_ISSUED, by=by, now=now, subject="person", record_id=by.pk, body=body)
    return NewToken(token, secret)


@transaction.atomic
def revoke_token(*, by: Person, now: datetime, token: UUID) -> None:
    """End one of his own tokens now."""
    mine = by.tokens.filter(pk=token)
    if not mine.exists():
        raise NotThereError
    if not mine.filter(ends__gt=now).update(ends=now):
        raise ConflictError("It has ended already.")
    record(TOKEN_REVOKED, by=by, now=now, subject="person", record_id=by.pk, body={"token": str(token)})


def require_life(name: str, now: datetime, ends: datetime, longest: timedelta) -> None:
    """Refuse what has no name, or does not end within `longest`."""
    if not name.strip() or len(name) > _LONGEST_NAME:
        raise InvalidError(
            "Give it a name of at most {most} characters, by which you will know it.", most=_LONGEST_NAME
        )
    if not now < ends <= now + longest:
        raise InvalidError("It must end within {days} days from now; choose such a day.", days=longest.days)
