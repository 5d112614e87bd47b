"""What was entered is put right, or ended. The old value stays in the ledger, in the entry that changes it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from ninefold.access.models import Person
from ninefold.access.reads import actor_name
from ninefold.errors import ConflictError, InvalidError, NotThereError
from ninefold.ledger.actions import append
from ninefold.ledger.kinds import Kind, entry_kind
from ninefold.ledger.refs import Ref
from ninefold.tracks.actions.entering import NewActor, require_kind, require_places
from ninefold.tracks.actions.marks import mark_read_by
from ninefold.tracks.models import Actor, Office, Presence, Situation, Tie
from ninefold.tracks.rules import may_keep_circle
from ninefold.tracks.versions import actor_value, office_value, tie_value, version_of
from ninefold.words.text import Text, plain

ACTOR_CORRECTED = entry_kind("tracks.actor-corrected", "corrected an organisation")
ACTOR_WITHDRAWN = entry_kind("tracks.actor-withdrawn", "took an organisation out of a situation")
TIE_CORRECTED = entry_kind("tracks.tie-corrected", "corrected a tie")
TIE_ENDED = entry_kind("tracks.tie-ended", "ended a tie")
OFFICE_CORRECTED = entry_kind("tracks.office-corrected", "corrected the title of an office")

_LONGEST_REASON = 1_000


@transaction.atomic
def correct_actor(
    *,
    by: Person,
    now: datetime,
    situation: Situation,
    actor: Actor,
    version: str,
    name: Text,
    about: Text | None,
    stands_in: Sequence[tuple[str, str]],
) -> None:
    """Put right what an organisation is called, what it does, and where it stands in this situation."""
    may_keep_circle(by.roles).require()
    require_places(NewActor(actor.pk, name, about, stands_in, ()))
    held = Actor.objects.select_for_update().get(pk=actor.pk)
    was = actor_value(held, situation)
    _require_same(was, version)
    if not was["stands_in"]:
        raise NotThereError
    Actor.objects.filter(pk=held.pk).update(name=name, about=about)
    Presence.objects.filter(actor=held, situation=situation).delete()
    Presence.objects.bulk_create(
        Presence(actor=held, situation=situation, track=track, level=level) for track, level in stands_in
    )
    held.refresh_from_db()
    _write(ACTOR_CORRECTED, by, now, Ref("tracks", "actor", held.pk), was, actor_value(held, situation))


@transaction.atomic
def withdraw_actor(*, by: Person, now: datetime, situation: Situation, actor: Actor, version: str, reason: str) -> None:
    """Take an organisation out of a situation. Its ties there are no longer shown; itself and its offices stay."""
    may_keep_circle(by.roles).require()
    held = Actor.objects.select_for_update().get(pk=actor.pk)
    was = actor_value(held, situation)
    _require_same(was, version)
    if not Presence.objects.filter(actor=held, situation=situation).delete()[0]:
        raise ConflictError("This organisation no longer stands in this situation.")
    told = {"situation": str(situation.pk), "reason": _reason(reason), "was": was}
    _append(ACTOR_WITHDRAWN, by, now, Ref("tracks", "actor", held.pk), told)


@transaction.atomic
def correct_tie(
    *, by: Person, now: datetime, tie: Tie, version: str, kind: str, strength: int, since: date | None
) -> None:
    """Put right of what kind a tie is, how strong, and since when."""
    may_keep_circle(by.roles).require()
    require_kind(tie.source_id, tie.target_id, kind, strength)
    held = _held_tie(tie, version)
    was = tie_value(held)
    Tie.objects.filter(pk=held.pk).update(kind=kind, strength=strength, since=since)
    held.refresh_from_db()
    _write(TIE_CORRECTED, by, now, Ref("tracks", "tie", held.pk), was, tie_value(held))


@transaction.atomic
def end_tie(*, by: Person, now: datetime, tie: Tie, version: str, reason: str) -> None:
    """The tie stands no longer; that it stood, the ledger says."""
    may_keep_circle(by.roles).require()
    held = _held_tie(tie, version)
    told = {"reason": _reason(reason), "was": tie_value(held)}
    _append(TIE_ENDED, by, now, Ref("tracks", "tie", held.pk), told)
    held.delete()


@transaction.atomic
def correct_office(*, by: Person, now: datetime, office: Office, version: str, title: Text) -> None:
    """Put right what an office is called."""
    may_keep_circle(by.roles).require()
    held = Office.objects.select_for_update().get(pk=office.pk)
    was = office_value(held)
    _require_same(was, version)
    Office.objects.filter(pk=held.pk).update(title=title)
    held.refresh_from_db()
    _write(OFFICE_CORRECTED, by, now, Ref("tracks", "office", held.pk), was, office_value(held))


def _held_tie(tie: Tie, version: str) -> Tie:
    held = Tie.objects.select_for_update().filter(pk=tie.pk).first()
    if held is None:
        raise ConflictError("This tie has been ended already.")
    _require_same(tie_value(held), version)
    return held


def _require_same(value: Mapping[str, Any], version: str) -> None:
    if version_of(value) != version:
        raise ConflictError("Somebody else changed this first; read it again.")


def _write(
    kind: Kind, by: Person, now: datetime, subject: Ref, was: Mapping[str, Any], value: Mapping[str, Any]
) -> None:
    if was == value:
        raise InvalidError("Nothing is changed; correct something, or go back.")
    _append(kind, by, now, subject, {"was": was, "is": value})


def _append(kind: Kind, by: Person, now: datetime, subject: Ref, body: Mapping[str, Any]) -> None:
    marking = mark_read_by(by, now, subject)
    append(kind=kind, actor=actor_name(by), subject=subject, now=now, marking=marking, body=body)


def _reason(reason: str) -> str:
    reason = plain(reason)
    if not 0 < len(reason) <= _LONGEST_REASON:
        raise InvalidError("Say in at most {most} characters why; the reason stays in the log.", most=_LONGEST_REASON)
    return reason
