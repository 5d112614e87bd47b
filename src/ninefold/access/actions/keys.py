"""What a person holds besides his second factor: personal tokens, and his own signing key. Each ends."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from ninefold.access import credentials
from ninefold.access.actions.entries import KEY_ENDED, KEY_ENROLLED, TOKEN_ISSUED, TOKEN_REVOKED, record
from ninefold.access.models import Key, Person, Token
from ninefold.clock import stamp
from ninefold.errors import ConflictError, InvalidError, NotThereError
from ninefold.ledger.points import require_key

SCOPES = ("read", "act")
LONGEST_KEY = timedelta(days=732)
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
    _require_life(name, now, ends, timedelta(days=settings.TOKEN_DAYS))
    secret = credentials.new_secret(credentials.TOKEN)
    token = Token.objects.create(
        person=by, name=name.strip(), digest=credentials.digest(secret), scopes=chosen, starts=now, ends=ends
    )
    body = {"token": str(token.pk), "name": token.name, "scopes": chosen, "ends": stamp(ends)}
    record(TOKEN_ISSUED, by=by, now=now, subject="person", record_id=by.pk, body=body)
    return NewToken(token, secret)


@transaction.atomic
def revoke_token(*, by: Person, now: datetime, token: UUID) -> None:
    """End one of his own tokens now."""
    _end_own(Token, by, token, now)
    record(TOKEN_REVOKED, by=by, now=now, subject="person", record_id=by.pk, body={"token": str(token)})


@transaction.atomic
def enrol_key(*, by: Person, now: datetime, name: str, public: bytes, ends: datetime) -> Key:
    """Tie an Ed25519 public key (32 bytes) to the person. What he signs with it, the server cannot sign for him."""
    _require_life(name, now, ends, LONGEST_KEY)
    require_key(public, name.strip())
    try:
        with transaction.atomic():
            key = Key.objects.create(person=by, name=name.strip(), public=public, starts=now, ends=ends)
    except IntegrityError:
        raise ConflictError("This key is enrolled already; make a new one.") from None
    body = {"key": str(key.pk), "name": key.name, "public": public.hex(), "ends": stamp(ends)}
    record(KEY_ENROLLED, by=by, now=now, subject="person", record_id=by.pk, body=body)
    return key


@transaction.atomic
def end_key(*, by: Person, now: datetime, key: UUID) -> None:
    """End one of his own signing keys now; what it signed before stays signed."""
    _end_own(Key, by, key, now)
    record(KEY_ENDED, by=by, now=now, subject="person", record_id=by.pk, body={"key": str(key)})


def _end_own(model: type[Token] | type[Key], by: Person, row: UUID, now: datetime) -> None:
    mine = model._default_manager.filter(pk=row, person=by)
    if not mine.exists():
        raise NotThereError
    if not mine.filter(ends__gt=now).update(ends=now):
        raise ConflictError("It has ended already.")


def _require_life(name: str, now: datetime, ends: datetime, longest: timedelta) -> None:
    if not name.strip() or len(name) > _LONGEST_NAME:
        raise InvalidError(
            "Give it a name of at most {most} characters, by which you will know it.", most=_LONGEST_NAME
        )
    if not now < ends <= now + longest:
        raise InvalidError("It must end within {days} days from now; choose such a day.", days=longest.days)
