"""From an act to its rows: identity, canonical envelope, commitment.

The statements are written out by hand: the ledger's pace is a promise, and the mapper would cost as much as
everything else together.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection

from ninefold.clock import stamp
from ninefold.errors import InvalidError
from ninefold.ledger.canonical import canonical_json
from ninefold.ledger.drafts import Closing
from ninefold.ledger.kinds import Kind
from ninefold.ledger.openings import commit, seal_body
from ninefold.ledger.refs import Ref
from ninefold.ledger.stored import driver, insert

MOST_BODY = 1 << 20  # bytes of canonical JSON; a larger thing is a file, of which the body holds the hash
MOST_LINKS = 1_000

# One number for the whole house: whoever appends or publishes holds it until his transaction ends (PostgreSQL).
_TURN = 0x6E696E65666F6C64

_ACTOR = re.compile(r"[a-z0-9][a-z0-9:+._/-]{0,99}")
# Several tags stand in one marking: `tlp:amber tlp:ex:chr PAP:AMBER`.
_MARKING = re.compile(r"[a-z0-9][A-Za-z0-9:+._ -]{0,39}")
_LINK = re.compile(r"[0-9a-f]{64}")
_RANDOM = 32 + 32 + 12  # the key of the entry, the key of its body, all but the beginning of its id
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}

_SEALED = "envelope", "key", "commitment"
# The columns of the table of entries, as the model has them and `Row` holds their values.
COLUMNS = ("serial", "id", "kind", "actor", "subject_kind", "subject_id", "time", "marking", *_SEALED)
Row = tuple[int, str, str, str, str, str, Any, str, bytes, bytes, bytes]


class NewEntry(NamedTuple):
    """An act to be written. `links` are commitments (hex) of earlier entries; `body` is a JSON object.

    `closing` is of an act that its actor signs, which is written alone.
    """

    kind: Kind
    actor: str
    subject: Ref
    time: datetime
    marking: str
    body: Mapping[str, Any]
    links: Sequence[str] = ()
    closing: Closing | None = None


def take_turn() -> None:
    """Wait until nobody else appends, so that serials rise in the order of commits.

    SQLite gives the turn with BEGIN IMMEDIATE, before the first statement.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


def write(acts: Sequence[NewEntry]) -> list[Row]:
    """Insert the acts and their bodies after the last entry; the caller holds the turn."""
    with driver() as cursor:
        cursor.execute("SELECT max(serial) FROM ledger_entry")
        entries, bodies = _rows(acts, (cursor.fetchone()[0] or 0) + 1)
        insert(cursor, "ledger_entry", COLUMNS, entries)
        insert(cursor, "ledger_body", ("entry_id", "key", "text"), bodies)
    return entries


def _rows(acts: Sequence[NewEntry], first: int) -> tuple[list[Row], list[tuple[int, bytes, bytes]]]:
    pool = secrets.token_bytes(_RANDOM * len(acts) + 4)
    # The ids of one batch begin alike, so that they lie together in the index: a third of the time of a large batch.
    common = pool[-4:]
    entries, bodies = [], []
    last, time, column = None, "", None
    for serial, act in enumerate(acts, first):
        kind, actor, subject, moment, marking, body, links, closing = act
        at = _RANDOM * (serial - first)
        key, body_key = pool[at : at + 32], pool[at + 32 : at + 64]
        id_ = _uuid4((common + pool[at + 64 : at + _RANDOM]).hex())
        if closing is not None:
            id_, key, body_key = str(closing.draft.id), closing.draft.key, closing.draft.body_key
        if moment is not last:
            last, time, column = moment, stamp(moment), connection.ops.adapt_datetimefield_value(moment)
        text = _body_text(body)
        # Canonical JSON, written straight: the names stand in order and no value holds a character to escape.
        envelope = (
            f'{{"actor":"{_actor(actor)}","body":"{seal_body(text, body_key).hex()}","id":"{id_}",'
            f'"links":[{_linked(links) if links else ""}],"marking":"{_marking(marking)}","room":"{kind.room}",'
            f'"subject":"{subject}","time":"{time}","type":"{kind.name}"}}'
        ).encode()
        if closing is not None:
            envelope = closing.close(envelope, text)
        named = serial, id_.replace("-", ""), kind.name, actor, subject.room_kind, subject.id.hex
        entries.append((*named, column, marking, envelope, key, commit(envelope, key)))
        bodies.append((serial, body_key, text))
    return entries, bodies


@lru_cache(maxsize=1_024)
def _actor(text: str) -> str:
    if not _ACTOR.fullmatch(text):
        raise InvalidError("{actor} names no actor; write plain words such as clock or node.", actor=repr(text[:100]))
    return text


@lru_cache(maxsize=1_024)
def _marking(text: str) -> str:
    if not _MARKING.fullmatch(text):
        raise InvalidError("{marking} is no marking; write a plain word such as tlp:red.", marking=repr(text[:40]))
    return text


def _linked(links: Sequence[str]) -> str:
    if len(links) > MOST_LINKS:
        raise InvalidError("An entry links to at most {most} earlier ones.", most=MOST_LINKS)
    for link in links:
        if not _LINK.fullmatch(link):
            raise InvalidError("{link} is not the commitment of an entry: 64 hexadecimal digits.", link=repr(link[:80]))
    return ",".join([f'"{link}"' for link in links])


def _body_text(body: Mapping[str, Any]) -> bytes:
    text = canonical_json(body)
    if len(text) > MOST_BODY or text[:1] != b"{":
        raise InvalidError(
            "The body of an entry is a JSON object of at most {most} bytes; keep a larger thing as a file and its hash "
            "here.",
            most=MOST_BODY,
        )
    return text


def _uuid4(random: str) -> str:
    """32 random hex digits as a version 4 UUID (RFC 9562, section 5.4)."""
    return f"{random[:8]}-{random[8:12]}-4{random[13:16]}-{_VARIANT[random[16]]}{random[17:20]}-{random[20:]}"
