"""What a session remembers of a sign-in through the directory: an attempt under way, and how its person came in.

No token, no subject and no address is among it. What waits for a second step here is a short list of groups.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from django.http import HttpRequest

from ninefold.access.models import Person
from ninefold.clock import now, read_stamp, stamp

ATTEMPT_LIFE = timedelta(minutes=10)
FRESH = timedelta(minutes=5)
_ATTEMPT, _SHOWN, _CAME = "directory_attempt", "directory_shown", "directory_came"


class Attempt(NamedTuple):
    """A sign-in under way: what the answer must bear, and what it is for (`enter` or `link`)."""

    purpose: str
    state: str
    nonce: str
    verifier: str
    to: str
    since: str

    @property
    def challenge(self) -> bytes:
        """The SHA-256 of the verifier (RFC 7636), to be written in base64url."""
        return sha256(self.verifier.encode("ascii")).digest()


class Came(NamedTuple):
    """How the person of this session came in through the directory."""

    since: datetime
    strong: bool


def begin(request: HttpRequest, *, purpose: str, to: str) -> Attempt:
    """Begin an attempt in this browser; an earlier one is dropped."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    attempt = Attempt(purpose, state, nonce, verifier, to, stamp(now()))
    request.session[_ATTEMPT] = attempt._asdict()
    return attempt


def is_under_way(request: HttpRequest) -> bool:
    """Whether this browser began an attempt that no answer was heard to yet."""
    return _ATTEMPT in request.session


def take(request: HttpRequest, state: str) -> Attempt | None:
    """The attempt that this answer belongs to, once: whatever comes of it, the same answer is not heard again."""
    told = request.session.pop(_ATTEMPT, None)
    if told is None:
        return None
    request.session.save()
    attempt = Attempt(**told)
    late = now() - read_stamp(attempt.since) > ATTEMPT_LIFE
    matches = secrets.compare_digest(state.encode("utf-8"), attempt.state.encode("ascii"))
    return attempt if matches and not late else None


def show(request: HttpRequest, person: Person, groups: list[str], *, strong: bool) -> None:
    """Note what the directory showed, until the sign-in is complete."""
    note = {"person": str(person.pk), "groups": groups, "strong": strong, "since": stamp(now())}
    request.session[_SHOWN] = note


def complete(request: HttpRequest, person: Person) -> tuple[Came, list[str]] | None:
    """What was shown of the person who is now signed in, and remember that he came this way; None otherwise."""
    note: dict[str, Any] | None = request.session.pop(_SHOWN, None)
    request.session.pop(_CAME, None)
    if note is None or note["person"] != str(person.pk) or now() - read_stamp(note["since"]) > ATTEMPT_LIFE:
        return None
    request.session[_CAME] = {"since": note["since"], "strong": note["strong"]}
    return Came(read_stamp(note["since"]), bool(note["strong"])), note["groups"]


def came(request: HttpRequest) -> Came | None:
    """How this session's person came in through the directory; None if he came another way."""
    note = request.session.get(_CAME)
    return Came(read_stamp(note["since"]), bool(note["strong"])) if note else None
