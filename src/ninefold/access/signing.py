"""How a consequential act is signed, from a page and through the API: one small piece for every room.

A view or an operation hands its act to `carry_out` as a function of the time and the seal. Whoever has no signing key
acts at once, and so does everybody under the Chatham House Rule, where a signature would name him. Whoever has one is
first shown what would be written (`ToSign` is raised; the door answers with it), and acts when he sends it again with
what he signed.
"""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from ninefold import clock
from ninefold.access.actions.holding import hold_open
from ninefold.access.guards import the_person
from ninefold.access.models import Key, Person
from ninefold.access.reads import actor_name
from ninefold.access.sessions import hashed
from ninefold.errors import InvalidError, RefusedError, UnavailableError
from ninefold.ledger.directory import living_keys
from ninefold.ledger.drafts import Draft, DrawnUp, NamelessError, Seal, draft_from
from ninefold.ledger.signatures import Signature, signature_from

FIELD, HEADER, PREPARE = "ninefold-signed", "Ninefold-Signed", "prepare"
LONGEST = 20_000
DESCRIBED: dict[str, Any] = {
    "parameters": [
        {
            "name": PREPARE,
            "in": "query",
            "required": False,
            "schema": {"type": "string"},
            "description": "Draw the act up for its signature, and do nothing yet.",
        },
        {
            "name": HEADER,
            "in": "header",
            "required": False,
            "schema": {"type": "string"},
            "description": "What `ninefold sign` printed for the act as it was drawn up.",
        },
    ],
    "responses": {202: {"description": "Drawn up to be signed; nothing is done yet"}},
}
"""What the description of the API says of an operation that goes through `carry_out`."""

R = TypeVar("R")
Act = Callable[[datetime, Seal | None], R]


@dataclass(frozen=True)
class Signable:
    """What a person looks at and signs. `draft` is sealed; he gives it back unread."""

    draft: str
    envelope: str
    body: str
    body_key: str
    digest: str
    keys: list[dict[str, str]]

    @classmethod
    def of(cls, drawn: DrawnUp, draft: str, keys: list[dict[str, str]]) -> "Signable":
        """The drawn-up act for its actor, who may sign with these keys."""
        envelope, body = drawn.envelope.decode(), drawn.body.decode()
        return cls(draft, envelope, body, drawn.draft.body_key.hex(), drawn.draft.digest.hex(), keys)


class ToSign(Exception):  # noqa: N818 (no error: the act waits for its signature)
    """An act that is done only once its actor has signed it."""

    def __init__(self, signable: Signable) -> None:
        super().__init__(signable.digest)
        self.signable = signable


Sign = Callable[[Signable], Signature]


def carry_out(request: HttpRequest, act: Act[R]) -> R:
    """Do it for the person who asks, with his signature where he has a key; `ToSign` until he has signed."""
    person, at = the_person(request), clock.now()
    if not living_keys(actor_name(person), at).exists():
        return _while_open(person, lambda: act(at, None))
    try:
        return _with_signature(request, act, person, at)
    except NamelessError:
        return _while_open(person, lambda: act(at, None))


def carry_out_here(person: Person, act: Act[R], sign: Sign | None) -> R:
    """Do it for the holder of a token at this machine; `sign` signs what is drawn up, with the key in his file."""
    at = clock.now()
    if not living_keys(actor_name(person), at).exists():
        return _while_open(person, lambda: act(at, None))
    try:
        drawn = _draw_up(act, person, at)
    except NamelessError:
        return _while_open(person, lambda: act(at, None))
    if sign is None:
        raise RefusedError(
            "You have a signing key, so this act needs your signature: name its file with --key-file, or act on the "
            "page."
        )
    seal = Seal(drawn.draft, sign(Signable.of(drawn, "", _keys(person, at))), clock.now())
    return _while_open(person, lambda: act(drawn.draft.time, seal))


def by_signature(act: Act[R]) -> Act[R]:
    """The act for doors at which nobody can be asked who he is, as a page asks: with his signature only."""

    def signed_only(now: datetime, seal: Seal | None) -> R:
        if seal is None:
            raise RefusedError(
                "Through a token this is done only with your signature; enrol a signing key first, or do it on its "
                "page. Under the Chatham House Rule nothing is signed, so there it is done on its page."
            )
        return act(now, seal)

    return signed_only


def _with_signature(request: HttpRequest, act: Act[R], person: Person, at: datetime) -> R:
    told = request.headers.get(HEADER) or request.POST.get(FIELD)
    if told:
        # Whether he may is asked for this moment too; the act itself bears the time of what he signed.
        _draw_up(act, person, at)
        seal = _read(request, person, told, at)
        return _while_open(person, lambda: act(seal.draft.time, seal))
    drawn = _draw_up(act, person, at)
    if request.headers.get("Authorization") and PREPARE not in request.GET:
        raise RefusedError(
            "You have a signing key, so this act needs your signature: draw it up with ?prepare=1, sign, send again."
        )
    raise ToSign(Signable.of(drawn, _sealed(request, drawn.draft), _keys(person, at)))


def _while_open(person: Person, act: Callable[[], R]) -> R:
    """Do it while his account cannot be closed: the closing comes before, and this is a conflict, or it waits."""
    with transaction.atomic():
        hold_open(person.pk)
        return act()


def _draw_up(act: Act[R], person: Person, now: datetime) -> DrawnUp:
    """The act, run up to where its entry would be written, and rolled back."""
    try:
        act(now, Seal(Draft.new(actor_name(person), now)))
    except DrawnUp as drawn:
        return drawn
    raise UnavailableError("This act writes nothing that could be signed.")


def _read(request: HttpRequest, person: Person, told: str, at: datetime) -> Seal:
    """What the person sent back: his draft, which only he can send from here, and his signature."""
    wrong = InvalidError("What you sent as your signature cannot be read; sign it again.")
    try:
        value = json.loads(base64.b64decode(told[:LONGEST], validate=True))
        sealed = json.loads(_fernet().decrypt(value["draft"]))
        signature = signature_from(value["signature"])
        draft = draft_from(sealed["draft"])
    except (InvalidToken, ValueError, KeyError, TypeError):
        raise wrong from None
    if sealed["session"] != _session(request) or draft.actor != actor_name(person):
        raise RefusedError("This was drawn up for somebody else, or in another sign-in; look at it again.")
    return Seal(draft, signature, at)


def _sealed(request: HttpRequest, draft: Draft) -> str:
    value = {"draft": draft.value(), "session": _session(request)}
    return _fernet().encrypt(json.dumps(value).encode()).decode()


def _session(request: HttpRequest) -> str:
    """The sign-in in which a draft is good; through the API, none."""
    return "" if request.headers.get("Authorization") else hashed(request.session.session_key or "")


def _keys(person: Person, now: datetime) -> list[dict[str, str]]:
    """The living keys of a person, for the browser and the command that sign."""
    rows = Key.objects.filter(listed__in=living_keys(actor_name(person), now)).select_related("listed__entry")
    return [
        {
            "key": bytes(row.listed.entry.commitment).hex() if row.listed else "",
            "kind": row.kind,
            "name": row.name,
            "public": row.hex,
            "rp": row.rp,
            "credential": bytes(row.credential).hex(),
        }
        for row in rows.order_by("starts", "pk")
    ]


def _fernet() -> Fernet:
    key = hashlib.sha256(b"ninefold drafts\x00" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


# ---- Proof that somebody holds a new key


def new_challenge(request: HttpRequest, now: datetime) -> str:
    """What a new key is to sign, good for this person, in this sign-in, for an hour."""
    value = {"key-of": str(the_person(request).pk), "session": _session(request)}
    return _fernet().encrypt_at_time(json.dumps(value).encode(), int(now.timestamp())).decode()


def require_challenge(request: HttpRequest, challenge: str, now: datetime) -> bytes:
    """The challenge in bytes, if it was drawn for this person here; `InvalidError` otherwise."""
    try:
        value: Any = json.loads(_fernet().decrypt_at_time(challenge.encode(), 3_600, int(now.timestamp())))
    except (InvalidToken, ValueError):
        value = None
    if value != {"key-of": str(the_person(request).pk), "session": _session(request)}:
        raise InvalidError("This challenge was not drawn for you, or too long ago; load the page again.")
    return challenge.encode()
