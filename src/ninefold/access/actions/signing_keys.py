"""A person's own signing keys: enrolled by proof that he holds them, listed in the directory, ended with a reason."""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction

from ninefold.access.actions.entries import KEY_ENDED, KEY_ENROLLED, record
from ninefold.access.actions.keys import require_life
from ninefold.access.models import Key, Person
from ninefold.access.reads import actor_name
from ninefold.clock import stamp
from ninefold.errors import ConflictError, NotThereError, RefusedError
from ninefold.ledger.enrolment import end_listing, list_key
from ninefold.ledger.listings import LABEL
from ninefold.ledger.signatures import ED25519, Signature, SigningKey, possession_statement

LONGEST_KEY = timedelta(days=732)


class Possession(NamedTuple):
    """The proof that somebody holds a key: its signature over a challenge that the server drew for him."""

    challenge: bytes
    signature: bytes


@transaction.atomic
def enrol_key(
    *,
    by: Person,
    now: datetime,
    name: str,
    public: bytes,
    ends: datetime,
    proof: Possession,
    kind: str = Key.FILE,
) -> Key:
    """Tie an Ed25519 public key (32 bytes) to the person. What he signs with it, the server cannot sign for him."""
    require_life(name, now, ends, LONGEST_KEY)
    key = SigningKey(ED25519, public)
    statement = possession_statement(proof.challenge)
    try:
        key.verify(statement, Signature("", ED25519, proof.signature))
    except RefusedError:
        raise RefusedError("This key did not sign the challenge, so nobody knows that you hold it.") from None
    return _enrolled(by, now, key, Key(name=name.strip(), kind=kind, ends=ends))


@transaction.atomic
def enrol_passkey(*, by: Person, now: datetime, name: str, key: SigningKey, credential: bytes) -> Key:
    """Let a passkey that has just been added sign his acts too; its own ceremony proved that he holds it."""
    return _enrolled(by, now, key, Key(name=name, kind=Key.PASSKEY, credential=credential, ends=now + LONGEST_KEY))


@transaction.atomic
def end_key(*, by: Person, now: datetime, key: UUID, reason: str = "unused") -> Key:
    """End one of his own signing keys now (`lost`, `replaced`, `unused`); what it signed before stays signed."""
    mine = by.signing_keys.filter(pk=key).first()
    if mine is None:
        raise NotThereError
    end_row(mine, now, reason)
    body = {"key": str(mine.pk), "reason": reason}
    record(KEY_ENDED, by=by, now=now, subject="person", record_id=by.pk, body=body)
    return mine


@transaction.atomic
def passkey_removed(*, by: Person, now: datetime, credential: bytes) -> None:
    """End the signing key of a passkey that lets him in no longer, if it still signs."""
    for row in by.signing_keys.filter(kind=Key.PASSKEY, credential=credential, ends__gt=now):
        end_key(by=by, now=now, key=row.pk)


def end_row(key: Key, now: datetime, reason: str) -> None:
    """End a key and its listing inside the caller's transaction."""
    if not Key.objects.filter(pk=key.pk, ends__gt=now).update(ends=now, reason=reason):
        raise ConflictError("It has ended already.")
    if key.listed is not None:
        end_listing(listed=key.listed, now=now, reason=reason)


def _enrolled(by: Person, now: datetime, key: SigningKey, row: Key) -> Key:
    """Written, listed under his label, and told in the ledger."""
    row.person, row.public, row.rp, row.starts = by, key.public, key.rp, now
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise ConflictError("This key is enrolled already; make a new one.") from None
    row.listed = list_key(actor=actor_name(by), label=_label(by), key=key, now=now, ends=row.ends)
    row.save(update_fields=["listed"])
    body = {"key": str(row.pk), "name": row.name, "kind": row.kind, "public": key.public.hex(), "ends": stamp(row.ends)}
    record(KEY_ENROLLED, by=by, now=now, subject="person", record_id=by.pk, body=body)
    return row


def _label(person: Person) -> bytes:
    """His label, drawn with his first key."""
    label = Person.objects.select_for_update().values_list("label", flat=True).get(pk=person.pk)
    if label is None:
        label = secrets.token_bytes(LABEL)
        Person.objects.filter(pk=person.pk).update(label=label)
    person.label = label
    return bytes(label)
