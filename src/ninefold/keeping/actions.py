"""An export of the whole node: asked for by one person, confirmed by another, made once, told to every audience."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction

from ninefold.access.actions import announce
from ninefold.access.models import Person
from ninefold.access.reads import actor_name
from ninefold.errors import ConflictError, InvalidError
from ninefold.keeping import backup
from ninefold.keeping.models import NodeExport
from ninefold.keeping.reads import confirming, node_export_for
from ninefold.keeping.rules import LIFE, may_make, may_request
from ninefold.ledger.actions import append
from ninefold.ledger.kinds import Kind, entry_kind
from ninefold.ledger.refs import Ref
from ninefold.sealing.age import read_recipients
from ninefold.words.text import plain

REQUESTED = entry_kind("keeping.export-requested", "asked for an export of the whole node")
CONFIRMED = entry_kind("keeping.export-confirmed", "confirmed an export of the whole node")
MADE = entry_kind("keeping.export-made", "made an export of the whole node")
_LONGEST_REASON = 1_000


@transaction.atomic
def request_node_export(*, by: Person, now: datetime, recipients: str, need: int, reason: str) -> NodeExport:
    """Ask for it. `recipients`: age keys, one a line; `need` of them open it together."""
    may_request(administrator=by.is_administrator).require()
    keys = read_recipients(recipients)
    if not 1 <= need <= len(keys):
        raise InvalidError("{need} of {of} recipients cannot open it; choose 1 to {of}.", need=need, of=len(keys))
    reason = plain(reason)
    if not reason or len(reason) > _LONGEST_REASON:
        raise InvalidError("Say in a few words why the whole node is exported; every audience reads it.")
    row = NodeExport.objects.create(recipients=keys, need=need, reason=reason, requested_by=by, requested_at=now)
    announce(record=_ref(row), now=now)
    _record(REQUESTED, row, by, now, {"reason": reason, "recipients": keys, "need": need})
    return row


@transaction.atomic
def confirm_node_export(*, by: Person, now: datetime, export: UUID) -> NodeExport:
    """The second person's word, within a day of the request."""
    row = node_export_for(by, export, now)
    confirming(by, row, now).require()
    waiting = NodeExport.objects.filter(pk=row.pk, confirmed_by=None, requested_at__gt=now - LIFE)
    if not waiting.update(confirmed_by=by, confirmed_at=now):
        raise ConflictError("It is confirmed already, or the request is older than a day; ask for it again.")
    _record(CONFIRMED, row, by, now, {})
    return row


def make_node_export(*, by: Person, now: datetime, export: UUID, out: Path) -> backup.Made:
    """Write it into a new folder, sealed to the recipients; the keys of the log and of sessions stay here."""
    with transaction.atomic():
        row = node_export_for(by, export, now)
        may_request(administrator=by.is_administrator).require()
        may_make(now=now, confirmed=row.confirmed_at, made=row.made_at).require()
        if not NodeExport.objects.filter(pk=row.pk, made_at=None).update(made_at=now):
            raise ConflictError("This export has been made already; ask for another one.")
        # The entry stands before the first byte is written: an export that nobody was told of cannot be.
        _record(MADE, row, by, now, {})
    return backup.make_once(to=out, now=now, custodians=backup.Custodians(tuple(row.recipients), row.need))


def _ref(row: NodeExport) -> Ref:
    return Ref("keeping", "export", row.pk)


def _record(kind: Kind, row: NodeExport, by: Person, now: datetime, body: dict[str, object]) -> None:
    append(kind=kind, actor=actor_name(by), subject=_ref(row), now=now, marking="tlp:amber", body=body)
